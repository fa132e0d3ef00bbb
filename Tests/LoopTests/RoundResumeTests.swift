import Loop
import Synchronization
import Testing

@Suite struct RoundResumeTests {
    private static let questions = RoundRunnerTests.questions

    /// What must not depend on interruptions.
    private static func results(_ store: MemoryStore) -> [String] {
        store.state.withLock { state in
            [
                "\(state.candidates)", "\(state.checkpoints.sorted { $0.key < $1.key })", "\(state.current)",
                "\(state.round?.outcome as Any)", "\(state.round?.report.gate as Any)",
                "\(state.round?.report.testAfter as Any)", "\(state.round?.report.selectedCount as Any)",
            ]
        }
    }

    /// Takes the open round up again until it is finished.
    private static func runToEnd(_ engine: FakeEngine, _ store: MemoryStore) async throws -> Int {
        let runner = RoundRunnerTests.runner(engine, store)
        var attempts = 0
        var open = try await runner.begin(configuration: RoundRunnerTests.configuration, seed: 11)
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

    @Test(arguments: 0..<18) func `a round cut short in any engine call ends the same`(call: Int) async throws
    {
        let (plain, cut) = (MemoryStore(Self.questions), MemoryStore(Self.questions))
        let engine = FakeEngine()
        _ = try await Self.runToEnd(FakeEngine(), plain)
        engine.state.withLock { $0.callsUntilFailure = call }

        let attempts = try await Self.runToEnd(engine, cut)

        #expect(attempts == 2)
        #expect(Self.results(cut) == Self.results(plain))
    }

    @Test(arguments: 0..<16) func `a round cut short before any write ends the same`(write: Int) async throws
    {
        let (plain, cut) = (MemoryStore(Self.questions), MemoryStore(Self.questions))
        _ = try await Self.runToEnd(FakeEngine(), plain)
        // The first write is the round itself.
        cut.state.withLock { $0.writesUntilFailure = write + 1 }

        let attempts = try await Self.runToEnd(FakeEngine(), cut)

        #expect(attempts == 2)
        #expect(Self.results(cut) == Self.results(plain))
    }

    @Test(arguments: 7...9)
    func `a round cut short around its quarantine ends the same`(write: Int) async throws {
        let engine = FakeEngine()
        engine.state.withLock { state in
            state.losses = [2, .nan]
            state.quarantined = [1]
        }
        let (plain, cut) = (MemoryStore(Self.questions), MemoryStore(Self.questions))
        _ = try await Self.runToEnd(engine, plain)
        // In this order: the training save, the quarantine, the checkpoint.
        cut.state.withLock { $0.writesUntilFailure = write + 1 }

        let attempts = try await Self.runToEnd(engine, cut)

        #expect(attempts == 2)
        #expect(Self.results(cut) == Self.results(plain))
        #expect(engine.state.withLock { state in Set(state.jobs.map { "\($0.samples)" }).count } == 1)
    }

    @Test func `fine-tuning goes on from its newest save`() async throws {
        let store = MemoryStore(Self.questions)
        let runner = RoundRunnerTests.runner(FakeEngine(), store)
        let round = try await runner.begin(configuration: RoundRunnerTests.configuration, seed: 11)
        // Fails the write of the checkpoint: three waves, the ends of four phases and the save come before
        // it.
        store.state.withLock { $0.writesUntilFailure = 3 + 4 + 1 }
        await #expect(throws: MemoryStore.Failure.self) { try await runner.run(round) }
        #expect(store.state.withLock { $0.save?.step } == 1)
        let engine = FakeEngine()

        let open = try #require(try await store.openRound())
        _ = try await RoundRunnerTests.runner(engine, store).run(open)

        #expect(open.phase == .finetune)
        #expect(engine.state.withLock { $0.jobs.map(\.resumePath) } == ["step-1"])
    }

    @Test func `cancellation inside a wave commits nothing of it`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(Self.questions))
        let runner = RoundRunnerTests.runner(engine, store)
        let round = try await runner.begin(configuration: RoundRunnerTests.configuration, seed: 11)
        engine.state.withLock { state in
            state.callsUntilFailure = 2
            state.isFailingWithCancellation = true
        }

        await #expect(throws: CancellationError.self) { try await runner.run(round) }

        let state = store.state.withLock { $0 }
        #expect(state.waves.map(\.isDone) == [true, false, false])
        #expect(state.candidates.count == 16)
        #expect(state.round?.phase == .generate)
        #expect(state.round?.finishedAt == nil)
    }

    @Test func `a cancelled task starts no phase`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(Self.questions))
        let runner = RoundRunnerTests.runner(engine, store)
        let round = try await runner.begin(configuration: RoundRunnerTests.configuration, seed: 11)

        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await runner.run(round)
        }

        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(engine.state.withLock { $0.calls } == [])
    }

    @Test func `seconds add up over waves and attempts`() async throws {
        let store = MemoryStore(Self.questions)
        let ticks = Ticks()
        let runner = RoundRunner(engine: FakeEngine(), store: store, clock: ticks.next, report: { _ in })
        let round = try await runner.begin(configuration: RoundRunnerTests.configuration, seed: 11)

        let done = try await runner.run(round)

        // Each interval between two readings of this clock lasts one second: three waves and the end.
        #expect(done.report.secondsPerPhase["generate"] == 4)
        #expect(done.report.secondsPerPhase["vote"] == 1)
    }
}
