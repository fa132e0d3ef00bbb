import ControlAPI
import Daemon
import Foundation
import Loop
import Store
import Synchronization
import Testing

/// Preflight before the first round: once, cheap, and never in the way of a round.
@Suite(.timeLimit(.minutes(1)))
struct FirstPreflightTests {
    /// An engine whose every text fails.
    private struct FailingEngine: RoundEngine {
        let error: any Error
        var identity: ModelIdentity { FakeEngine().identity }

        func activate(_ adapter: AdapterLocation?) async throws {}

        func generate(
            _ requests: [GenerationRequest],
            prefix: PromptText,
            settings: GenerateSettings,
            key: RandomKey,
            progress: @escaping @Sendable (EngineProgress) -> Void
        ) async throws -> [GeneratedText] { throw error }

        func score(
            _ samples: [TextSample],
            progress: @escaping @Sendable (EngineProgress) -> Void
        ) async throws -> [SampleScore] { throw error }

        func finetune(
            _ job: FinetuneJob,
            progress: @escaping @Sendable (EngineProgress) -> Void,
            save: @escaping @Sendable (TrainingSave) throws -> Void
        ) async throws -> FinetuneResult { throw error }
    }

    private let bench: Bench

    init() throws { bench = try Bench() }

    /// A round of the questions of `fill` costs more than twice what preflight asks.
    private static func settings(
        isWanted: Bool = true,
        questionsPerRound: Int = 0
    ) -> DaemonSettings {
        var settings = DaemonSettings()
        settings.loop.preflight = isWanted
        settings.round.generate.candidates = 4
        settings.round.generate.temperature = 0.7
        settings.round.generate.questionsPerRound = questionsPerRound
        return settings
    }

    private func preflight(
        _ engine: (any RoundEngine)? = nil,
        settings: DaemonSettings = FirstPreflightTests.settings()
    ) -> FirstPreflight {
        FirstPreflight(
            store: bench.store,
            engine: engine ?? bench.engine,
            current: CurrentSettings(settings),
            meter: bench.meter,
            catalog: .standard,
            clock: { 0 }
        )
    }

    private func fill() async throws {
        let questions = [(Split.train, 100), (.gate, 30)].flatMap { split, count in
            (1...count).map { number in
                QuestionInput(
                    text: "What is \(number) of \(split.rawValue)?",
                    answer: "3",
                    split: split,
                    origin: "\(split.rawValue).jsonl:\(number)"
                )
            }
        }
        try await bench.store.add(questions)
    }

    private func events() async throws -> [RoundEvent] { try await bench.store.events(after: 0) }

    @Test func `it is measured once, kept, and a verdict against the run is a warning`() async throws {
        try await fill()
        let preflight = preflight()

        try await preflight.runIfWanted()
        let callCount = bench.engine.calls.withLock { $0.count }
        try await preflight.runIfWanted()
        try await self.preflight().runIfWanted()

        let record = try #require(try await bench.store.preflight())
        #expect(record.report.verdict.kind == .tooEasy)
        #expect(record.report.single.accuracy.count == PreflightBounds.startSample)
        #expect(!record.recordedAt.isEmpty)
        #expect(callCount > 0 && bench.engine.calls.withLock { $0.count } == callCount)
        let events = try await events()
        #expect(events.map(\.kind) == [.warning])
        #expect(events.first?.message.contains("too_easy") == true)
        #expect(bench.meter.note == nil)
    }

    @Test func `a set that can be learned is no warning`() async throws {
        try await fill()
        // Greedy answers take the first text; of four candidates two are right.
        bench.engine.texts.withLock {
            $0 = [" The answer is 4.", " The answer is 3.", " So the answer: The answer is 3.", " hm"]
        }

        try await preflight().runIfWanted()

        let record = try #require(try await bench.store.preflight())
        #expect(record.report.verdict.kind == .trainable)
        #expect(try await events().isEmpty)
    }

    @Test func `not where the setting forbids it, and not where it costs much of a round`() async throws {
        try await fill()

        try await preflight(settings: Self.settings(isWanted: false)).runIfWanted()
        try await preflight(settings: Self.settings(questionsPerRound: 50)).runIfWanted()

        #expect(bench.engine.calls.withLock { $0.isEmpty })
        #expect(try await bench.store.preflight() == nil)
        #expect(DaemonSettings().loop.preflight)
    }

    @Test func `a failure that will not pass is a warning, and rounds begin without it`() async throws {
        try await fill()
        let preflight = preflight(FailingEngine(error: MadeUpFailure(isRetryUseful: false)))

        try await preflight.runIfWanted()
        try await preflight.runIfWanted()

        let events = try await events()
        #expect(events.map(\.kind) == [.warning])
        #expect(events.first?.message.contains("the engine fails") == true)
        #expect(try await bench.store.preflight() == nil)
    }

    @Test func `what may pass is tried again, but not for ever`() async throws {
        try await fill()
        let preflight = preflight(FailingEngine(error: MadeUpFailure()))

        for _ in 0..<FailurePolicy.attemptLimit {
            await #expect(throws: MadeUpFailure.self) { try await preflight.runIfWanted() }
        }
        try await preflight.runIfWanted()
        try await preflight.runIfWanted()

        #expect(try await events().map(\.kind) == [.warning])
    }

    @Test func `a try that ends the process counts at the next start`() async throws {
        try await fill()
        for _ in 0..<FailurePolicy.attemptLimit {
            // A process of its own each time; nothing is said when it dies.
            let dying = preflight(FailingEngine(error: MadeUpFailure()))
            await #expect(throws: MadeUpFailure.self) { try await dying.runIfWanted() }
        }

        try await preflight().runIfWanted()
        try await preflight().runIfWanted()

        #expect(bench.engine.calls.withLock { $0.isEmpty })
        let events = try await events()
        #expect(events.map(\.kind) == [.warning])
        #expect(events.first?.message.contains("it was ended 3 times before it was done") == true)
    }

    @Test func `a try is in the journal while it runs, and gone once it is done`() async throws {
        try await fill()
        let failing = preflight(FailingEngine(error: MadeUpFailure()))
        await #expect(throws: MadeUpFailure.self) { try await failing.runIfWanted() }
        #expect(try await bench.store.preflightTries() == 1)
        let interrupted = preflight(FailingEngine(error: CancellationError()))
        await #expect(throws: CancellationError.self) { try await interrupted.runIfWanted() }
        #expect(try await bench.store.preflightTries() == 1)

        try await preflight().runIfWanted()

        #expect(try await bench.store.preflight() != nil)
        #expect(try await bench.store.preflightTries() == 0)
        #expect(try JournalStore.verify(stateDirectory: bench.store.stateDirectory).violations.isEmpty)
    }

    @Test func `one that is interrupted leaves nothing and begins again`() async throws {
        try await fill()
        let interrupted = preflight(FailingEngine(error: CancellationError()))

        await #expect(throws: CancellationError.self) { try await interrupted.runIfWanted() }

        #expect(try await bench.store.preflight() == nil)
        #expect(try await events().isEmpty)
        #expect(bench.meter.note == nil)
        try await preflight().runIfWanted()
        #expect(try await bench.store.preflight() != nil)
    }

    @Test func `a newer report takes the place of the one before, and comes back as it was`() async throws {
        try await fill()
        try await preflight().runIfWanted()
        var report = try #require(try await bench.store.preflight()).report

        report.model = "another"
        try await bench.store.record(report)

        #expect(try await bench.store.preflight()?.report == report)
    }

    @Test func `the socket has it, and says when there is none`() async throws {
        let problem = await #expect(throws: Problem.self) { try await bench.control.preflight() }
        #expect(problem?.name == .notMeasured && problem?.status == 404)
        #expect(problem?.hint?.contains("autodidactd preflight") == true)
        try await fill()
        try await preflight().runIfWanted()

        try await bench.serving { socket in
            let reply = try await RawHTTP.send("GET", ControlRoute.preflight, socket: socket)
            #expect(reply.status == 200)
            let body = try ControlCoding.decode(PreflightReply.self, from: Data(reply.body.utf8))
            #expect(body == (try await bench.control.preflight()))
            #expect(body.report.verdict.kind == .tooEasy)
        }
    }

    @Test func `status says what preflight does while nothing else runs`() async throws {
        try await bench.running {
            _ = try await bench.rounds.nextBegun()
            bench.meter.note = "preflight: asking 20 gate questions once"

            let situation = await bench.loop.situation

            #expect(situation.state == .running)
            #expect(situation.detail == "preflight: asking 20 gate questions once")
            bench.meter.note = nil
            #expect(await bench.loop.situation.detail == nil)
        }
    }
}
