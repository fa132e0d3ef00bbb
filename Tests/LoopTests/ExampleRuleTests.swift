import Loop
import Testing

/// Which candidates of a voted question become examples of each objective.
@Suite struct ExampleRuleTests {
    /// Candidates with these answers as phase `select` leaves them: the winner's kept, others outvoted; each
    /// with a reference.
    static func question(
        _ answers: [String?],
        texts: [String]? = nil,
        orderCount: Int = 1,
        _ change: (inout [Candidate]) -> Void = { _ in }
    ) -> VotedQuestion {
        let vote = MajorityVote(settings: VoteSettings())
        let tally = vote.tally(answers)
        var candidates = answers.enumerated().map { index, answer in
            var candidate = Candidate(
                round: RoundID(rawValue: 2),
                question: QuestionID(rawValue: 3),
                index: index,
                text: texts?[index] ?? "text \(index)",
                tokenCount: 4,
                meanLogProbability: -1,
                finish: .stop
            )
            candidate.answer = answer
            candidate.scores[.reference] = -10 - Double(index)
            if let reason = vote.dropReason(for: answer, in: tally) {
                candidate.settle(.dropped, reason)
            } else {
                candidate.settle(.kept, .selected)
            }
            return candidate
        }
        change(&candidates)
        return VotedQuestion(candidates, vote: vote) { $0.index % orderCount }
    }

    /// Five votes for 8, two for 7, one for 6: the golden vector of ScPO.
    private static let golden: [String?] = ["8", "7", "8", "8", "6", "8", "7", "8"]

    private func parts(
        _ objective: any Objective,
        _ question: VotedQuestion
    ) -> [Int: TrainingSamples.Part] {
        objective.examples.parts(of: question)
    }

    private func configured(
        _ name: ObjectiveID,
        _ change: (inout ObjectiveSettings) -> Void = { _ in }
    ) throws -> any Objective {
        var settings = FinetuneSettings()
        settings.objective = name
        change(&settings.objectives)
        return try Objectives.standard.configured(by: settings)
    }

    @Test func `a pair is the first kept candidate and the loser with the fewest votes`() {
        let question = Self.question(Self.golden)

        let parts = parts(PairPreference.scpo, question)

        #expect(
            parts == [
                0: TrainingSamples.Part(weight: 0.5, group: 0, referenceLogProbability: -10),
                4: TrainingSamples.Part(weight: -0.5, group: 0, referenceLogProbability: -14),
            ]
        )
        #expect(PairPreference.scpo.examples.losers(of: question) == [4])
    }

    @Test func `more pairs go on with the next kept one and the next loser, each weighted by its own margin`()
        throws
    {
        let question = Self.question(Self.golden)

        let parts = parts(try configured(.scpo) { $0.pairs = 3 }, question)

        #expect(parts.mapValues(\.group) == [0: 0, 4: 0, 2: 1, 1: 1, 3: 2, 6: 2])
        #expect(
            parts.mapValues(\.weight) == [0: 0.5, 4: -0.5, 2: 0.375, 1: -0.375, 3: 0.375, 6: -0.375]
        )
    }

    @Test func `equal texts are one half, and a pair needs both`() throws {
        let texts = ["a", "b", "a", "a", "c", "a", "b", "a"]
        let objective = try configured(.spinVote) { $0.pairs = 8 }

        let parts = parts(objective, Self.question(Self.golden, texts: texts))

        // One text won, two lost.
        #expect(parts.mapValues(\.weight) == [0: 1, 4: -1])
    }

    @Test func `a text that won and lost is no loser`() throws {
        let texts = ["a", "b", "a", "c"]
        let question = Self.question(["8", "8", "7", "7"], texts: texts) { candidates in
            candidates[2].settle(.dropped, .outvoted)
        }
        let judged = Self.question(["8", "8", "7", nil], texts: texts)

        #expect(judged.losers.isEmpty)
        #expect(parts(try configured(.spinVote), judged).isEmpty)
        #expect(question.losers == [3])
    }

    @Test func `a loser of the kept one's order of options goes before one with fewer votes`() throws {
        let objective = try configured(.spinVote) { $0.pairs = 2 }
        // Orders 0 1 0 1 0 1; the loser with the fewest votes is 5, of the other order than 0 and 2.
        let question = Self.question(["8", "7", "8", "8", "7", "6"], orderCount: 2)

        let parts = parts(objective, question)

        #expect(parts.mapValues(\.group) == [0: 0, 4: 0, 2: 1, 5: 1])
        #expect(objective.examples.losers(of: question) == [5, 1, 4])
    }

    @Test func `equal texts under two orders of options are two`() throws {
        let objective = try configured(.spinVote) { $0.pairs = 2 }
        let texts = ["A", "A", "B", "B", "C", "C"]

        let parts = parts(
            objective,
            Self.question(["A", "A", "B", "C", "A", "A"], texts: texts, orderCount: 2)
        )

        #expect(parts.mapValues(\.group) == [0: 0, 2: 0, 1: 1, 3: 1])
    }

    @Test func `what could not be read, was cut off or has nothing to score is no loser`() {
        let question = Self.question(["8", nil, "8", "7", "6", "8"]) { candidates in
            candidates[3].settle(.dropped, .truncated)
            candidates[4].settle(.dropped, .emptySpan)
        }

        #expect(question.losers.isEmpty)
        #expect(parts(PairPreference.scpo, question).isEmpty)
    }

    @Test func `questions that are unanimous, tied or below the thresholds give no pair`() {
        let unanimous = Self.question(["8", "8", "8"])
        let tied = Self.question(["8", "7", "8", "7"])
        let low = Self.question(["8", "7", "8", "6"]) { candidates in
            for index in [0, 2] { candidates[index].settle(.dropped, .lowConsistency) }
        }

        for question in [unanimous, tied, low] {
            #expect(parts(PairPreference.scpo, question).isEmpty)
        }
        #expect(PairPreference.scpo.examples.losers(of: low).isEmpty)
    }

    @Test func `a winner that a filter dropped is no chosen half, one that fine-tuning left out stays one`() {
        let question = Self.question(Self.golden) { candidates in
            candidates[0].settle(.dropped, .dsWeight)
            candidates[2].settle(.dropped, .tooLong)
        }

        #expect(parts(PairPreference.scpo, question).keys.sorted() == [2, 4])
    }

    @Test func `a pair without both references is left out, and nothing stands in for them`() {
        let question = Self.question(Self.golden) { $0[4].scores[.reference] = nil }

        #expect(parts(PairPreference.scpo, question).isEmpty)
        #expect(parts(RejectionOnly(), question).isEmpty)
    }

    @Test func `scpoDs divides the margin by the chosen half's DS weight and asks for it`() {
        let question = Self.question(Self.golden) { $0[0].scores[.ds] = 1.25 }

        #expect(PairPreference.scpoDs.examples.neededScores == [.reference, .ds])
        #expect(parts(PairPreference.scpoDs, question).mapValues(\.weight) == [0: 0.4, 4: -0.4])
        #expect(parts(PairPreference.scpoDs, Self.question(Self.golden)).isEmpty)
    }

    @Test func `negOnly takes losers alone, by their margin`() throws {
        let parts = parts(try configured(.negOnly) { $0.pairs = 2 }, Self.question(Self.golden))

        #expect(parts.mapValues(\.weight) == [4: -0.5, 1: -0.375])
        #expect(parts.values.allSatisfy { $0.group == nil })
    }

    @Test func `advantages are rewards less their mean, over their deviation where asked for`() throws {
        let question = Self.question(["8", "8", "8", "7"])

        let scaled = parts(try configured(.ttrl), question)
        let plain = parts(try configured(.ttrl) { $0.scaleAdvantages = false }, question)

        // Rewards 1 1 1 0: mean 0.75, sample standard deviation 0.5.
        #expect(plain.mapValues(\.weight) == [0: 0.25, 1: 0.25, 2: 0.25, 3: -0.75])
        for place in 0..<3 { #expect(abs((scaled[place]?.weight ?? 0) - 0.5) < 1e-5) }
        #expect(abs((scaled[3]?.weight ?? 0) + 1.5) < 1e-5)
        #expect(scaled.values.allSatisfy { $0.group == nil && $0.referenceLogProbability != nil })
    }

    @Test func `without a clip advantages need no reference`() throws {
        let objective = try configured(.ttrl) { $0.clipRatio = 0 }
        let question = Self.question(["8", "8", "7"]) { candidates in
            for index in candidates.indices { candidates[index].scores[.reference] = nil }
        }

        let parts = parts(objective, question)

        #expect(objective.examples.neededScores.isEmpty && !objective.needsLogProbabilities)
        #expect(parts.count == 3 && parts.values.allSatisfy { $0.referenceLogProbability == nil })
    }

    @Test func `unread candidates are wrong only where asked for, cut ones never`() throws {
        let question = Self.question(["8", "8", nil, nil]) { $0[3].settle(.dropped, .truncated) }
        let strict = try configured(.ttrl) {
            ($0.unreadIsWrong, $0.scaleAdvantages) = (true, false)
        }

        #expect(parts(try configured(.ttrl), question).isEmpty)
        let third = 1.0 / 3
        let weights = parts(strict, question).mapValues(\.weight)
        #expect(weights.keys.sorted() == [0, 1, 2])
        #expect(abs((weights[0] ?? 0) - third) < 1e-12 && abs((weights[2] ?? 0) + 2 * third) < 1e-12)
    }

    @Test func `what a judge found no answer in is wrong, too, where asked for`() throws {
        let question = Self.question(["8", "8", nil]) { $0[2].settle(.dropped, .judgeNone) }

        let parts = parts(try configured(.ttrl) { $0.unreadIsWrong = true }, question)

        #expect(parts.keys.sorted() == [0, 1, 2])
    }

    @Test func `the margin of a question is over its rarest answer, of all candidates`() {
        #expect(Self.question(Self.golden).margin() == 0.5)
        #expect(Self.question(["8", "8", "8", nil]).margin() == 0.75)
        #expect(Self.question(["8", "7", nil, nil]).margin() == 0)
        #expect(Self.question([nil, nil]).margin() == 0)
    }
}
