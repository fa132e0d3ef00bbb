import Loop
import Synchronization
import Testing

@Suite struct RoundRunnerTests {
    static let questions: [QuestionInput] =
        splitQuestions(.train, 10, from: 0) + splitQuestions(.valid, 8, from: 20)
        + splitQuestions(.gate, 12, from: 40) + splitQuestions(.test, 4, from: 60)

    static func splitQuestions(_ split: Split, _ count: Int, from first: Int) -> [QuestionInput] {
        (first..<first + count).map { number in
            QuestionInput(
                text: "What is \(number) + \(number + 1)?",
                answer: String(2 * number + 1),
                rationale: split == .valid ? " The answer is \(2 * number + 1)." : nil,
                split: split,
                origin: "\(split.rawValue).jsonl:\(number)"
            )
        }
    }

    static var configuration: RoundConfiguration {
        var configuration = RoundConfiguration()
        configuration.generate.candidates = 4
        configuration.generate.waveQuestions = 4
        return configuration
    }

    static func runner(_ engine: FakeEngine, _ store: MemoryStore) -> RoundRunner {
        RoundRunner(engine: engine, store: store, clock: { 0 }, report: { _ in })
    }

    /// Runs a fresh round to its end.
    static func runRound(
        _ engine: FakeEngine,
        _ store: MemoryStore,
        _ configuration: RoundConfiguration = configuration
    ) async throws -> RoundRecord {
        let runner = runner(engine, store)
        let round = try await runner.begin(configuration: configuration, seed: 11)
        return try await runner.run(round)
    }

    @Test func `a round can stop before a phase and goes on to the same end`() async throws {
        let (plain, store, engine) = (MemoryStore(Self.questions), MemoryStore(Self.questions), FakeEngine())
        let whole = try await Self.runRound(FakeEngine(), plain)
        let runner = Self.runner(engine, store)
        let begun = try await runner.begin(configuration: Self.configuration, seed: 11)

        let stopped = try await runner.run(begun, before: .vote)
        try await runner.evaluateParent(of: stopped)

        #expect(stopped.phase == .vote && stopped.finishedAt == nil)
        let calls = engine.state.withLock { $0.calls.count }
        try await runner.evaluateParent(of: stopped)
        #expect(engine.state.withLock { $0.calls.count } == calls)
        let ended = try await runner.run(stopped)
        #expect(ended.outcome == whole.outcome && ended.report.gate == whole.report.gate)
        #expect(ended.report.testBefore == whole.report.testBefore)
        #expect(ended.report.testAfter == whole.report.testAfter)
        #expect(store.state.withLock { $0.candidates } == plain.state.withLock { $0.candidates })
    }

    @Test func `a whole round promotes a better checkpoint`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(Self.questions))

        let round = try await Self.runRound(engine, store)

        let state = store.state.withLock { $0 }
        #expect(round.outcome == .promoted)
        #expect(state.current == CheckpointID(rawValue: 1))
        #expect(state.round?.finishedAt == "ended")
        #expect(round.report.generatedCount == 40)
        #expect(round.report.parsedCount == 40)
        #expect(round.report.consistentCount == 30)
        #expect(round.report.selectedCount == 24)
        #expect(round.report.voteAccuracy == 1)
        #expect(round.report.gate?.before.rightCount == 9)
        #expect(round.report.gate?.after.rightCount == 12)
        #expect(round.report.testAfter?.rightCount == 4)
        #expect(Set(round.report.secondsPerPhase.keys) == Set(Phase.allCases.map(\.rawValue)))
        #expect(state.events.filter { $0.kind == .phaseFinished }.map(\.phase) == Phase.allCases)
        #expect(state.candidates.allSatisfy { $0.verdict != nil && $0.reason != nil })
    }

    @Test func `a zero byte does not cut a text short`() {
        let text = GeneratedText(
            question: QuestionID(rawValue: 1),
            index: 0,
            text: " 3\0. The answer is 3.",
            tokenCount: 9,
            meanLogProbability: -1,
            finish: .stop
        )

        #expect(Candidate(text, round: RoundID(rawValue: 1)).text == " 3\u{FFFD}. The answer is 3.")
    }

    @Test func `equal texts are scored once and trained with their count`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(Self.questions))

        _ = try await Self.runRound(engine, store)

        let state = engine.state.withLock { $0 }
        let weighed = store.state.withLock { $0.candidates.filter { $0.loss != nil } }
        let texts = Set(weighed.map { "\($0.question) \($0.text)" })
        let samples = try #require(state.jobs.first?.samples)
        #expect(weighed.count == 30)
        #expect(
            state.calls.filter { $0.hasPrefix("score") }.prefix(2) == ["score 8", "score \(texts.count)"]
        )
        #expect(samples.reduce(0) { $0 + $1.weight } == 24)
        #expect(samples.count < 24)
    }

    @Test func `the valid set is scored once under each checkpoint`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(Self.questions))

        let round = try await Self.runRound(engine, store)

        // Weighing scores it under the parent, evaluation under the new checkpoint alone.
        let (state, calls) = (store.state.withLock { $0 }, engine.state.withLock(\.calls))
        #expect(calls.count { $0 == "score 8" } == 2)
        let place = try #require(calls.lastIndex(of: "score 8"))
        #expect(calls[..<place].last { $0.hasPrefix("activate") } == "activate checkpoint-1")
        #expect(state.evaluations["0 gate"]?.summary.meanLoss == round.report.meanValidLoss)
        #expect(state.evaluations["1 gate"]?.summary.meanLoss != nil)
    }

    @Test(arguments: Phase.allCases) func `questions added while a round runs count from the next round`(
        phase: Phase
    ) async throws {
        let (plain, store) = (MemoryStore(Self.questions), MemoryStore(Self.questions))
        // Each phase begins with a look at the clock.
        let clock: @Sendable () -> Double = {
            store.state.withLock { state in
                guard state.round?.phase == phase, state.questions.count == Self.questions.count else {
                    return
                }
                let added = Split.allCases.enumerated().flatMap {
                    Self.splitQuestions($1, 3, from: 90 + 3 * $0)
                }
                for content in added {
                    let id = QuestionID(rawValue: state.questions.count + 1)
                    state.questions.append(Question(id: id, content: content))
                }
            }
            return 0
        }
        let runner = RoundRunner(engine: FakeEngine(), store: store, clock: clock, report: { _ in })

        let round = try await runner.run(try await runner.begin(configuration: Self.configuration, seed: 11))

        #expect(round.report == (try await Self.runRound(FakeEngine(), plain)).report)
        #expect(store.state.withLock(\.evaluations) == plain.state.withLock(\.evaluations))
        #expect(store.state.withLock(\.questions.count) == Self.questions.count + 12)
    }

    @Test func `a rejected checkpoint leaves the incumbent current`() async throws {
        let engine = FakeEngine(rightOfFour: { $0 == nil ? 3 : 2 })
        let store = MemoryStore(Self.questions)

        let round = try await Self.runRound(engine, store)

        #expect(round.outcome == .rejected)
        #expect(store.state.withLock { $0.current } == .base)
        #expect(round.report.testAfter != nil)
        #expect(store.state.withLock { $0.events.contains { $0.kind == .roundRejected } })
    }

    @Test func `the next round starts from the promoted checkpoint and reuses its evaluation`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(Self.questions))
        _ = try await Self.runRound(engine, store)
        engine.state.withLock { $0.calls = [] }

        let round = try await Self.runRound(engine, store)

        let state = engine.state.withLock { $0 }
        #expect(round.parent == CheckpointID(rawValue: 1))
        #expect(state.jobs.last?.start?.path == "checkpoint-1")
        #expect(state.calls.count { $0 == "generate 12 at 0.0" } == 1)
    }

    @Test func `a round without readable candidates ends without data`() async throws {
        let engine = FakeEngine(text: { _, _ in " no idea" })
        let store = MemoryStore(Self.questions)

        var configuration = Self.configuration
        configuration.collapse.minParsedShare = 0
        let round = try await Self.runRound(engine, store, configuration)

        #expect(round.outcome == .noData)
        #expect(round.phase == .select)
        #expect(store.state.withLock { $0.round?.finishedAt } == "ended")
        #expect(round.report.dropCounts == ["no_parse": 40])
        #expect(store.state.withLock { $0.checkpoints.isEmpty })
    }

    @Test func `answers that nobody can read reject the round as a collapse, saying by how much`()
        async throws
    {
        let store = MemoryStore(Self.questions)

        let round = try await Self.runRound(FakeEngine(text: { _, _ in " no idea" }), store)

        #expect(round.outcome == .rejected)
        #expect(round.phase == .vote)
        #expect(round.checkpoint == nil)
        let events = store.state.withLock { $0.events.filter { $0.kind == .collapsed } }
        #expect(events.count == 1)
        #expect(
            events.first?.message.contains("readable answers 0.000 is 0.020 below the bound 0.020") == true,
            "\(events)"
        )
    }

    @Test func `gate answers outside a bound of collapse are told as a collapse, once`() async throws {
        let store = MemoryStore(Self.questions)
        var configuration = Self.configuration
        configuration.collapse.maxAnswerShare = 0.001

        let round = try await Self.runRound(FakeEngine(), store, configuration)

        #expect(round.outcome == .rejected && round.report.gate?.isPassed == false)
        let events = store.state.withLock { $0.events.filter { $0.kind == .collapsed } }
        #expect(events.map(\.phase) == [.evaluate])
        #expect(events.first?.message.contains("share of gate questions with the same answer") == true)
        #expect(events.first?.message.hasPrefix("checkpoint 1 has collapsed, checkpoint 0 stays") == true)
    }

    @Test func `steps that were not finite quarantine their candidates and the rest is judged`() async throws
    {
        let (engine, store) = (FakeEngine(), MemoryStore(Self.questions))
        engine.state.withLock { state in
            state.losses = [2, .nan]
            state.quarantined = [1]
        }

        let round = try await Self.runRound(engine, store)

        #expect(round.outcome == .promoted)
        #expect(round.report.trainingLosses == [2])
        let marked = store.state.withLock { $0.candidates.count { $0.reason == .quarantined } }
        #expect(marked > 0 && round.report.quarantinedCount == marked)
        #expect(store.state.withLock { $0.events.contains { $0.kind == .quarantined } })
    }

    @Test func `without one finite step nothing is recorded`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(Self.questions))
        engine.state.withLock { state in
            state.losses = [.nan, .nan]
            state.quarantined = [0]
        }

        let round = try await Self.runRound(engine, store)

        #expect(round.outcome == .noData)
        #expect(store.state.withLock { $0.checkpoints.isEmpty })
    }

    @Test func `sequences too long for fine-tuning are marked`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(Self.questions))
        engine.state.withLock { $0.tooLong = [0] }

        let round = try await Self.runRound(engine, store)

        let marked = store.state.withLock { $0.candidates.count { $0.reason == .tooLong } }
        #expect(marked > 0)
        #expect(round.report.dropCounts?["too_long"] == marked)
    }

    @Test func `without test questions nothing is reported`() async throws {
        let store = MemoryStore(Self.questions.filter { $0.split != .test })

        let round = try await Self.runRound(FakeEngine(), store)

        #expect(round.outcome == .promoted)
        #expect(round.report.testBefore == nil)
    }

    @Test func `without gate questions the valid set serves and a warning says so`() async throws {
        let store = MemoryStore(Self.questions.filter { $0.split != .gate })

        let round = try await Self.runRound(FakeEngine(), store)

        #expect(round.report.gate?.split == .valid)
        #expect(store.state.withLock { $0.events.contains { $0.kind == .warning } })
    }

    @Test func `wrong references change nothing but the report`() async throws {
        let wrong = Self.questions.map { question in
            var question = question
            if question.split == .train || question.split == .test { question.answer = "-1" }
            return question
        }
        let (right, other) = (MemoryStore(Self.questions), MemoryStore(wrong))

        _ = try await Self.runRound(FakeEngine(), right)
        let round = try await Self.runRound(FakeEngine(), other)

        #expect(round.outcome == .promoted)
        #expect(round.report.voteAccuracy == 0)
        #expect(right.state.withLock { $0.candidates } == other.state.withLock { $0.candidates })
        #expect(right.state.withLock { $0.checkpoints } == other.state.withLock { $0.checkpoints })
    }

    @Test func `a round draws as many questions as asked for, by its seed`() async throws {
        var configuration = Self.configuration
        configuration.generate.questionsPerRound = 6
        let stores = [MemoryStore(Self.questions), MemoryStore(Self.questions), MemoryStore(Self.questions)]

        var drawn: [[QuestionID]] = []
        for (store, seed) in zip(stores, [1, 1, 2] as [UInt64]) {
            _ = try await Self.runner(FakeEngine(), store).begin(configuration: configuration, seed: seed)
            drawn.append(store.state.withLock { $0.waves.flatMap(\.questions) })
        }

        #expect(drawn[0].count == 6)
        #expect(drawn[0] == drawn[1])
        #expect(drawn[0] != drawn[2])
    }

    @Test(arguments: [Split.train, .valid]) func `a round needs train and valid questions`(split: Split) async
    {
        let store = MemoryStore(Self.questions.filter { $0.split != split })
        let runner = Self.runner(FakeEngine(), store)

        await #expect(throws: LoopError.self) {
            try await runner.begin(configuration: Self.configuration, seed: 1)
        }
        #expect(store.state.withLock { $0.round } == nil)
    }

    @Test func `an empty valid set may select by the vote alone`() async throws {
        var configuration = Self.configuration
        configuration.select.allowEmptyValid = true
        let store = MemoryStore(Self.questions.filter { $0.split != .valid })

        let round = try await Self.runRound(FakeEngine(), store, configuration)

        #expect(round.outcome == .promoted)
        #expect(round.report.selectedCount == 30)
    }
}
