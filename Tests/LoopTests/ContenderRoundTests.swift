import Loop
import Synchronization
import Testing

/// Rounds whose valid set chooses among the adapters of their fine-tuning.
@Suite struct ContenderRoundTests {
    private static let questions = RoundRunnerTests.questions

    private static var configuration: RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.finetune.epochs = 2
        configuration.finetune.contenders = [.epochs, .average]
        return configuration
    }

    /// An engine whose first epoch is the best of three by its answers.
    private static func engine(
        best number: Int = 1,
        extraLoss: @escaping @Sendable (AdapterLocation?) -> Double = { _ in 0 }
    ) -> FakeEngine {
        FakeEngine(
            rightOfFour: { adapter in
                guard let path = adapter?.path, path.hasPrefix("contender-") else {
                    return adapter == nil ? 3 : 4
                }
                return path == "contender-\(number)" ? 4 : 2
            },
            extraLoss: extraLoss
        )
    }

    private static func text(_ store: MemoryStore) -> String? {
        let files = store.state.withLock { $0.checkpoints[CheckpointID(rawValue: 1)] }
        return files?.first.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test func `the adapter with the most right valid answers goes to the gate`() async throws {
        let (engine, store) = (Self.engine(), MemoryStore(Self.questions))

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration)

        let contenders = try #require(round.report.contenders)
        #expect(contenders.map(\.name) == ["epoch 1", "epoch 2", "average"])
        #expect(contenders.map(\.isChosen) == [true, false, false])
        #expect(contenders.map(\.valid.rightCount) == [8, 4, 4])
        #expect(contenders.allSatisfy { $0.valid.count == 8 && $0.meanLoss != nil })
        #expect(Self.text(store)?.hasPrefix("epoch 1 ") == true)
        #expect(round.outcome == .promoted)
        let events = store.state.withLock { $0.events.filter { $0.kind == .contenderChosen } }
        #expect(events.count == 1 && events.first?.phase == .finetune)
        let message = try #require(events.first?.message)
        #expect(message.hasPrefix("epoch 1 (8 of 8 right, mean loss "))
        #expect(message.contains(") goes to the gate, chosen by the valid set over epoch 2 (4 of 8 right"))
    }

    @Test func `the gate and the test split are asked with the chosen adapter alone`() async throws {
        let (engine, store) = (Self.engine(best: 3), MemoryStore(Self.questions))

        _ = try await RoundRunnerTests.runRound(engine, store, Self.configuration)

        let calls = engine.state.withLock { $0.calls }
        // The valid set has 8 questions, the gate 12, the test split 4; both of the latter once per checkpoint.
        #expect(calls.count { $0 == "generate 8 at 0.0" } == 3)
        #expect(calls.count { $0 == "generate 12 at 0.0" } == 2)
        #expect(calls.count { $0 == "generate 4 at 0.0" } == 2)
        #expect(Self.text(store)?.hasPrefix("average ") == true)
    }

    @Test func `equal answers are decided by the lower mean loss`() async throws {
        let store = MemoryStore(Self.questions)
        let engine = Self.engine(best: 0) { $0?.path == "contender-2" ? 0 : 0.5 }

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration)

        #expect(round.report.contenders?.map(\.isChosen) == [false, true, false])
    }

    @Test func `a full tie goes to the earlier adapter`() async throws {
        let store = MemoryStore(Self.questions)

        let round = try await RoundRunnerTests.runRound(Self.engine(best: 0), store, Self.configuration)

        #expect(round.report.contenders?.map(\.isChosen) == [true, false, false])
    }

    @Test func `a loss that is not finite loses a tie`() {
        let valid = Accuracy(rightCount: 3, of: 4)
        let measured = ContenderScore(valid: valid, meanLoss: 9, tokenCount: 8)
        let unknown = ContenderScore(valid: valid, meanLoss: nil, tokenCount: 8)

        #expect(measured.isBetter(than: unknown))
        #expect(!unknown.isBetter(than: measured) && !unknown.isBetter(than: unknown))
    }

    @Test func `without contenders a round asks the valid set nothing and has its old report`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(Self.questions))

        let round = try await RoundRunnerTests.runRound(engine, store)

        #expect(round.report.contenders == nil)
        #expect(engine.state.withLock { $0.calls.count { $0 == "generate 8 at 0.0" } } == 0)
        #expect(store.state.withLock { $0.contenders.isEmpty })
        #expect(store.state.withLock { !$0.events.contains { $0.kind == .contenderChosen } })
    }

    @Test(arguments: [Split.gate, .valid])
    func `without gate or valid questions the last save goes on, with a warning`(_ missing: Split)
        async throws
    {
        let store = MemoryStore(Self.questions.filter { $0.split != missing })
        var configuration = Self.configuration
        configuration.select.policy = .lmsi
        configuration.select.allowEmptyValid = true

        let round = try await RoundRunnerTests.runRound(FakeEngine(), store, configuration)

        #expect(round.report.contenders == nil)
        #expect(Self.text(store)?.hasPrefix("epoch") == false)
        let warnings = store.state.withLock { $0.events.filter { $0.kind == .warning }.map(\.message) }
        #expect(warnings.contains { $0.contains("there are no \(missing.rawValue) questions") })
    }

    // MARK: Interruptions

    private static func results(_ store: MemoryStore) -> [String] {
        store.state.withLock { state in
            [
                "\(state.candidates)", "\(state.checkpoints.sorted { $0.key < $1.key })", "\(state.current)",
                "\(state.round?.outcome as Any)", "\(state.round?.report.gate as Any)",
                "\(state.round?.report.contenders as Any)",
                "\(state.events.filter { $0.kind == .contenderChosen }.map(\.message))",
            ]
        }
    }

    /// Takes the open round up again until it is finished.
    private static func runToEnd(_ engine: FakeEngine, _ store: MemoryStore) async throws -> Int {
        let runner = RoundRunnerTests.runner(engine, store)
        var attempts = 0
        var open = try await runner.begin(configuration: configuration, seed: 11)
        while true {
            attempts += 1
            do {
                _ = try await runner.run(open)
                return attempts
            } catch is FakeEngine.Failure {
            } catch is MemoryStore.Failure {}
            guard attempts < 5, let next = try await store.openRound() else { return attempts }
            open = next
        }
    }

    // 18 calls of a plain round, and three for each of three contenders.
    @Test(arguments: 0..<27) func `a round cut short in any engine call chooses the same`(
        call: Int
    ) async throws {
        let (plain, cut) = (MemoryStore(Self.questions), MemoryStore(Self.questions))
        let engine = Self.engine()
        _ = try await Self.runToEnd(Self.engine(), plain)
        engine.state.withLock { $0.callsUntilFailure = call }

        let attempts = try await Self.runToEnd(engine, cut)

        #expect(attempts == 2)
        #expect(Self.results(cut) == Self.results(plain))
    }

    // 16 writes of a plain round after its first, and two for each contender.
    @Test(arguments: 0..<22) func `a round cut short before any write chooses the same`(
        write: Int
    ) async throws {
        let (plain, cut) = (MemoryStore(Self.questions), MemoryStore(Self.questions))
        _ = try await Self.runToEnd(Self.engine(), plain)
        cut.state.withLock { $0.writesUntilFailure = write + 1 }

        let attempts = try await Self.runToEnd(Self.engine(), cut)

        #expect(attempts == 2)
        #expect(Self.results(cut) == Self.results(plain))
    }

    @Test func `a contender that was scored before is not asked again`() async throws {
        let store = MemoryStore(Self.questions)
        let runner = RoundRunnerTests.runner(Self.engine(), store)
        let round = try await runner.begin(configuration: Self.configuration, seed: 11)
        // Fails the third contender: three waves, the ends of four phases, the save, and two contenders with
        // their scores come before it.
        store.state.withLock { $0.writesUntilFailure = 3 + 4 + 1 + 4 }
        await #expect(throws: MemoryStore.Failure.self) { try await runner.run(round) }
        let engine = Self.engine()

        let open = try #require(try await store.openRound())
        _ = try await RoundRunnerTests.runner(engine, store).run(open)

        let calls = engine.state.withLock { $0.calls.filter { $0.hasPrefix("activate contender") } }
        #expect(open.phase == .finetune)
        #expect(calls == ["activate contender-3"])
    }
}
