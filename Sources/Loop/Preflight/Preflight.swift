/// Measures, before any round, what a model makes of the questions: a sample of them, with the base model.
///
/// Nothing is recorded. The same settings, questions and seed give the same report, but for `cost`.
public struct Preflight: Sendable {
    let engine: any RoundEngine
    let configuration: RoundConfiguration
    let questions: [Question]
    let key: RandomKey
    let clock: @Sendable () -> Double
    let note: @Sendable (String) -> Void
    let catalog: Catalog

    /// Joins what it needs.
    ///
    /// - Parameters:
    ///   - engine: Runs the model.
    ///   - configuration: Settings as a round would have them.
    ///   - questions: All questions of the configured files, in order.
    ///   - seed: The run's seed.
    ///   - clock: Monotonic seconds, for `cost`.
    ///   - note: Told what is being done, before each step.
    ///   - catalog: What a configuration can name.
    public init(
        engine: any RoundEngine,
        configuration: RoundConfiguration,
        questions: [QuestionInput],
        seed: UInt64,
        clock: @escaping @Sendable () -> Double,
        note: @escaping @Sendable (String) -> Void = { _ in },
        catalog: Catalog = .standard
    ) {
        self.engine = engine
        self.configuration = configuration.settled(catalog.promptFormats.with(engine.chat))
        self.questions = questions.enumerated().map {
            Question(id: QuestionID(rawValue: $0.offset + 1), content: $0.element)
        }
        key = Self.key(base: seed)
        self.clock = clock
        self.note = note
        self.catalog = catalog
    }

    /// The key of all randomness here: words 0 and 1 of Philox under the run's seed at counter (0, 0, 0, 2),
    /// which no round's seed is derived from (`RoundSeed`).
    package static func key(base: UInt64) -> RandomKey {
        let words = Philox(seed: base).words(0, 0, 0, 2)
        return RandomKey(seed: UInt64(words.y) << 32 | UInt64(words.x), round: 0)
    }

    /// Asks, votes and judges.
    ///
    /// - Parameters:
    ///   - sample: Gate questions asked at most; the vote asks two thirds as many.
    ///   - memory: What the engine says of its memory.
    /// - Returns: What was found.
    /// - Throws: `LoopError` `invalid_configuration` when there is no gate or valid question, or an error of
    ///   the engine.
    public func run(
        sample: Int = PreflightBounds.sample,
        memory: EngineMemory? = nil
    ) async throws -> PreflightReport {
        let (gate, voters) = try choose(sample)
        let settings = configuration.writing
        try await engine.activate(nil)
        try await warmUp(gate.asked[0])
        note("asking \(Plain.count(gate.asked.count)) \(gate.split.rawValue) questions once")
        let greedy = try await answers(gate.asked, temperature: 0)
        let sameGreedy =
            voters.split == gate.split ? nil : try await answers(voters.asked, temperature: 0)
        let votes = try await self.votes(voters.asked, temperature: settings.temperature)
        let gridCount = gridCount(voters)
        var grid = [votes.row(of: gridCount, isConfigured: true)]
        for temperature in otherTemperatures {
            let votes = try await self.votes(
                Array(voters.asked.prefix(gridCount)),
                temperature: temperature
            )
            grid.append(votes.row(of: gridCount, isConfigured: false))
        }
        grid.sort { $0.temperature < $1.temperature }

        let single = PreflightSingle(
            split: gate.split,
            splitCount: gate.count,
            accuracy: greedy.accuracy,
            chance: chance(gate.asked),
            reading: greedy.reading
        )
        let vote = votes.report(
            split: voters.split,
            single: try sameGreedy ?? same(greedy, voters.asked)
        )
        let lengths = votes.answers.lengths(maxNewTokens: settings.maxNewTokens)
        return PreflightReport(
            model: engine.identity.name,
            single: single,
            vote: vote,
            temperatures: grid,
            lengths: lengths,
            cost: cost(votes.answers, greedy, gateCount: gate.count),
            memory: memory,
            verdict: PreflightVerdict(
                single: single,
                vote: vote,
                temperatures: grid,
                lengths: lengths,
                memory: memory,
                gate: GatePower(significance: configuration.gate.level(round: 1))
            )
        )
    }

    /// What guessing would get right; nil unless all questions have options.
    private func chance(_ asked: [Question]) -> Double? {
        let counts = asked.map(\.content.choices.count)
        guard !counts.isEmpty, !counts.contains(0) else { return nil }
        return counts.reduce(0) { $0 + 1 / Double($1) } / Double(counts.count)
    }

    /// What a round would cost, by what this has cost.
    private func cost(
        _ candidates: PreflightAnswers,
        _ greedy: PreflightAnswers,
        gateCount: Int
    ) -> PreflightCost {
        let questionCount = roundQuestionCount
        let perQuestion = configuration.generate.candidates
        func each(_ answers: PreflightAnswers) -> Double? {
            answers.seconds > 0 ? answers.seconds / Double(max(answers.texts.count, 1)) : nil
        }
        let tokenCount = candidates.texts.reduce(0) { $0 + $1.tokenCount }
        return PreflightCost(
            questionCount: questionCount,
            candidates: perQuestion,
            gateCount: gateCount,
            tokensPerSecond: candidates.seconds > 0 ? Double(tokenCount) / candidates.seconds : nil,
            generateSeconds: each(candidates).map { $0 * Double(questionCount * perQuestion) },
            evaluateSeconds: each(greedy).map { $0 * Double(gateCount) }
        )
    }
}
