import Loop
import Synchronization
import Testing

/// Whole rounds over answers in words.
@Suite struct ClassRoundTests {
    private static func questions(_ answer: String) -> [QuestionInput] {
        let counts: [(Split, Int)] = [(.train, 10), (.valid, 2), (.gate, 4)]
        return counts.flatMap { split, count in
            (0..<count).map { number in
                QuestionInput(
                    text: "\(split.rawValue) \(number)?",
                    answer: answer,
                    rationale: split == .valid ? " The answer is \(answer)." : nil,
                    split: split,
                    origin: "\(split.rawValue).jsonl:\(number + 1)"
                )
            }
        }
    }

    /// Eight of ten questions get positive from three of four candidates, two get negative.
    private static func labelRound(_ change: (inout RoundConfiguration) -> Void = { _ in }) async throws
        -> (round: RoundRecord, candidates: [Candidate])
    {
        var configuration = RoundRunnerTests.configuration
        configuration.vote.answerKind = .label
        configuration.answer.labels = ["positive", "negative", "mixed"]
        configuration.select.filters = [.vote, .balance]
        change(&configuration)
        let engine = FakeEngine(text: { request, index in
            let label = index == 3 ? "mixed" : request.question.rawValue <= 8 ? "positive" : "negative"
            return " The answer is \(label)."
        })
        let store = MemoryStore(questions("positive"))
        let round = try await RoundRunnerTests.runRound(engine, store, configuration)
        return (round, store.state.withLock { $0.candidates })
    }

    @Test func `the report says how the votes are spread over the labels`() async throws {
        let (round, _) = try await Self.labelRound()

        #expect(round.report.classShares == ["positive": 0.8, "negative": 0.2])
        // -(0.8 ln 0.8 + 0.2 ln 0.2) / ln 3
        #expect(abs((round.report.classEntropy ?? 0) - 0.4555) < 5e-5)
        #expect(round.report.collapse == nil)
    }

    @Test func `votes that nearly all give one label are a collapse where the bound says so`() async throws {
        let (round, _) = try await Self.labelRound { $0.collapse.minClassEntropy = 0.5 }

        #expect(round.outcome == .rejected)
        #expect(round.report.collapse?.first?.hasPrefix("class entropy 0.455 is 0.045 below") == true)
    }

    @Test func `balance keeps as many of a label as the rarest has, from as many questions as it can`()
        async throws
    {
        let (round, candidates) = try await Self.labelRound()

        let kept = candidates.filter { $0.verdict == .kept }
        let positive = kept.filter { $0.answer == "positive" }
        #expect(kept.count == 12)
        #expect(positive.map(\.question.rawValue) == [1, 2, 3, 4, 5, 6])
        #expect(positive.allSatisfy { $0.index == 0 })
        #expect(round.report.dropCounts?["class_surplus"] == 18)
    }

    @Test func `balance takes a factor`() async throws {
        let (_, candidates) = try await Self.labelRound { $0.select.balance = 2.5 }

        let kept = candidates.filter { $0.verdict == .kept }
        #expect(kept.count { $0.answer == "positive" } == 15)
        #expect(kept.count { $0.answer == "negative" } == 6)
    }

    @Test func `a round of numbers has no classes, and its report no field for them`() async throws {
        let store = MemoryStore(RoundRunnerTests.questions)

        let round = try await RoundRunnerTests.runRound(FakeEngine(), store)

        #expect(round.report.classShares == nil)
        #expect(round.report.classEntropy == nil)
    }

    @Test func `texts that overlap vote together, and are right together`() async throws {
        var configuration = RoundRunnerTests.configuration
        configuration.vote.answerKind = .text
        configuration.answer.overlap = 0.6
        configuration.select.filters = [.vote]
        let texts = ["Eiffel Tower, Paris", "London", "the Eiffel Tower", "eiffel tower"]
        let engine = FakeEngine(text: { _, index in " The answer is \(texts[index])." })
        let store = MemoryStore(Self.questions("The Eiffel Tower"))

        let round = try await RoundRunnerTests.runRound(engine, store, configuration)

        let first = store.state.withLock { $0.candidates }.prefix(4)
        #expect(first.map(\.answer) == ["eiffel tower paris", "london", "eiffel tower", "eiffel tower"])
        #expect(first.map(\.reason) == [.selected, .outvoted, .selected, .selected])
        #expect(round.report.meanDistinctAnswers == 2)
        #expect(round.report.voteAccuracy == 1)
        #expect(round.report.candidateAccuracy == ["strict": 0.75])
        #expect(round.report.selectedAccuracy == 1)
        #expect(round.report.gate?.before.rightCount == 4)
    }

    @Test func `what an unread candidate lacks is what the pattern looks for`() {
        var configuration = RoundConfiguration()
        let candidate = Candidate(
            round: RoundID(rawValue: 1),
            question: QuestionID(rawValue: 1),
            index: 0,
            text: "",
            tokenCount: 1,
            meanLogProbability: -1,
            finish: .stop
        )
        let cue = UsableFilter(configuration).cause(of: .unparsed, for: candidate)
        configuration.answer.pattern = .tag
        let tag = UsableFilter(configuration).cause(of: .unparsed, for: candidate)

        #expect(cue == "no answer followed \"The answer is\"")
        #expect(tag == "it holds no <answer>…</answer>")
    }

    @Test(arguments: [
        (AnswerPattern.cue, "end the rationale with \"The answer is positive\""),
        (.boxed, "end the rationale with \"\\boxed{positive}\""),
        (.tag, "end the rationale with \"<answer>positive</answer>\""),
        (.hashes, "end the rationale with \"#### positive\""),
        (.lastLine, "make \"positive\" the rationale's last line"),
        (.text, "begin the rationale with \"positive.\""),
    ])
    func `the remedy for a rationale is written as the pattern wants it`(
        pattern: AnswerPattern,
        remedy: String
    ) {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .label
        configuration.answer.labels = ["positive", "negative"]
        configuration.answer.pattern = pattern
        let question = QuestionInput(
            text: "q",
            answer: "positive",
            rationale: "who knows",
            split: .valid,
            origin: "valid.jsonl:1"
        )

        let error = #expect(throws: LoopError.self) {
            try QuestionValidation.check(question, configuration: configuration)
        }

        #expect(error?.message.hasSuffix(remedy) == true, "\(error?.message ?? "")")
    }
}
