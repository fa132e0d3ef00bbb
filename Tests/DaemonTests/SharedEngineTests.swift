import Daemon
import Loop
import Testing

@Suite("The shared engine", .timeLimit(.minutes(1)))
struct SharedEngineTests {
    private let request = GenerationRequest(question: QuestionID(rawValue: 1), prompt: "Q", count: 1)
    private let key = RandomKey(seed: 1, round: 1)

    @Test func `after a question the rounds' adapter is active again`() async throws {
        let engine = FakeEngine()
        let shared = SharedEngine(engine, pulse: Pulse())
        let rounds = AdapterLocation(path: "/rounds", sha256: "aa")
        try await shared.activate(rounds)

        for adapter in [nil, AdapterLocation(path: "/asked", sha256: "bb")] {
            _ = try await shared.ask(
                request,
                prefix: "",
                settings: GenerateSettings(),
                key: key,
                adapter: adapter
            )
            _ = try await shared.generate(
                [request],
                prefix: "",
                settings: GenerateSettings(),
                key: key,
                progress: { _ in }
            )
        }

        #expect(engine.generatedWith == ["base", "/rounds", "/asked", "/rounds"])
    }

    @Test(arguments: [true, false])
    func `the text of a lone candidate comes in pieces, or whole from an engine that does not stream`(
        streams: Bool
    ) async throws {
        let fake = FakeEngine()
        let shared = SharedEngine(streams ? fake : PlainEngine(engine: fake), pulse: Pulse())
        let pieces = Mailbox<String>()

        let texts = try await shared.ask(
            request,
            prefix: "",
            settings: GenerateSettings(),
            key: key,
            adapter: nil,
            piece: { pieces.put($0) }
        )

        #expect(texts.map(\.text) == [" The answer is 3."])
        if streams { #expect(try await pieces.take() == " The answer") }
        #expect(try await pieces.take() == (streams ? " is 3." : " The answer is 3."))
    }

    @Test func `a waiter that is cancelled leaves the lock to the next`() async throws {
        let lock = AsyncLock()
        let entered = Mailbox<Int>()
        let leave = Mailbox<Bool>()
        let holder = Task {
            try await lock.withLock {
                entered.put(0); _ = try await leave.take()
            }
        }
        _ = try await entered.take()
        let cancelled = Task { try await lock.withLock { entered.put(1) } }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }

        leave.put(true)
        try await holder.value
        try await lock.withLock { entered.put(2) }

        #expect(try await entered.take() == 2)
    }

    @Test func `what takes longer than its deadline is cancelled`() async {
        let never = Mailbox<Int>()

        await #expect(throws: DeadlinePassed.self) {
            try await withDeadline(.milliseconds(1)) { try await never.take() }
        }
    }
}
