/// What the base model answers to held-out questions when it is sampled: single answers, and their vote.
///
/// The prompts are those of the greedy answers, temperature and nucleus those of the candidates.
public struct StudyBaseline: Hashable, Codable, Sendable {
    /// The answers to one split.
    public struct Answers: Hashable, Codable, Sendable {
        /// The questions, in order.
        public let questions: [QuestionID]
        /// Whether the first sampled answer to each is right.
        public let singleRights: [Bool]
        /// Whether the vote of all answers to each is right.
        public let voteRights: [Bool]
        /// Tokens sampled.
        public let tokenCount: Int
    }

    /// Answers per question.
    public let votes: Int
    /// The seed of the round whose incumbent answered.
    public let seed: UInt64
    /// The settings of that round: how prompts are written, answers sampled, read and voted on.
    public let configuration: RoundConfiguration
    /// The answers by split.
    public let splits: [String: Answers]
    /// Seconds that this took.
    public let seconds: Double

    /// Whether these are the answers that a round with other settings would get.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - votes: Answers per question.
    /// - Returns: False where they must be asked for again.
    public func fits(_ round: RoundRecord, votes: Int) -> Bool {
        self.votes == votes && seed == round.seed
            && configuration.differingPaths(from: round.configuration).isEmpty
    }
}

extension RoundRunner {
    /// Lets a round's incumbent answer gate and test several times, sampled as candidates are.
    ///
    /// - Parameters:
    ///   - round: The round, whose questions, settings and seed count.
    ///   - votes: Answers per question.
    /// - Returns: What is right; nothing is recorded.
    /// - Throws: `CancellationError`, or an error of engine or store.
    public func baseline(of round: RoundRecord, votes: Int) async throws -> StudyBaseline {
        let start = clock()
        var splits: [String: StudyBaseline.Answers] = [:]
        for split in [Split.gate, .test] {
            let questions = try await store.questions(in: split, of: round.id)
            guard !questions.isEmpty else { continue }
            splits[split.rawValue] = try await sampled(questions, votes, round)
        }
        return StudyBaseline(
            votes: votes,
            seed: round.seed,
            configuration: round.configuration,
            splits: splits,
            seconds: clock() - start
        )
    }

    private func sampled(
        _ questions: [Question],
        _ count: Int,
        _ round: RoundRecord
    ) async throws -> StudyBaseline.Answers {
        var configuration = round.configuration
        // Held-out questions keep their options in their own order.
        configuration.generate.permuteOptions = false
        let texts = try await sampledTexts(questions, count, round, configuration)
        let known = Dictionary(questions.map { ($0.id, $0) }) { first, _ in first }
        let candidates = texts.map { Candidate($0, round: round.id) }
        var votes = try RoundVotes(
            configuration: configuration,
            questions: known,
            kinds: catalog.answerKinds
        )
        let groups = try HiddenStateGroups(
            engine,
            configuration,
            prompts: prompts(of: round),
            kinds: catalog.answerKinds
        )
        votes.take(
            candidates,
            readings: try await catalog.judge(configuration)?.readings(of: candidates, questions: known),
            groups: try await groups?.places(of: candidates, questions: known)
        )
        let isRight = try ReferenceReport.judge(questions: known, configuration: configuration, catalog)
        var (single, voted): ([Bool], [Bool]) = ([], [])
        for group in votes.candidates.groupedByQuestion {
            single.append(group.first.map { isRight($0) == true } ?? false)
            let winner = group.first { $0.verdict == nil || $0.reason == .lowConsistency }
            voted.append(winner.map { isRight($0) == true } ?? false)
        }
        return StudyBaseline.Answers(
            questions: questions.map(\.id),
            singleRights: single,
            voteRights: voted,
            tokenCount: texts.reduce(0) { $0 + $1.tokenCount }
        )
    }

    /// So many texts for each question, under the incumbent; empty ones for a question that is too long.
    private func sampledTexts(
        _ questions: [Question],
        _ count: Int,
        _ round: RoundRecord,
        _ configuration: RoundConfiguration
    ) async throws -> [GeneratedText] {
        let tooLong = LongQuestions(questions, try lengths(of: round.configuration)?.excessInEvaluation)
        let asked = questions.filter { tooLong.counts[$0.id] == nil }
        let prompts = try prompts(of: round)
        try await engine.activate(try await store.adapter(of: round.parent))
        let texts =
            asked.isEmpty
            ? []
            : try await engine.generate(
                asked.map {
                    GenerationRequest(
                        question: $0.id,
                        prompt: prompts.evaluationPrompt(for: $0.content),
                        count: count
                    )
                },
                prefix: prompts.evaluationPrefix,
                settings: configuration.writing,
                key: key(of: round),
                progress: progress(of: round, unit: "baseline answers")
            )
        guard texts.count == asked.count * count else {
            throw LoopError(
                .engineReply,
                "the engine wrote \(texts.count) of \(asked.count * count) answers; report this as a defect of the engine"
            )
        }
        return prompts.whole(texts).filling(questions.map(\.id), count: count)
    }
}
