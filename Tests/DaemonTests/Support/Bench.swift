import ControlAPI
import Daemon
import Loop
import Store
import Synchronization

/// A loop over a real journal in a temporary directory, with fake rounds and engine.
struct Bench {
    let directory: TemporaryDirectory
    let store: JournalStore
    let hub: EventHub
    let events: Mailbox<RoundEvent>
    let rounds: FakeRounds
    let engine: FakeEngine
    let shared: SharedEngine
    let meter: ProgressMeter
    let loop: LoopService
    let control: Control

    init(
        in directory: TemporaryDirectory? = nil,
        patience: Int = 3,
        roundCount: Int = 0,
        settings: DaemonSettings = DaemonSettings(),
        loopOptions: LoopOptions = LoopOptions(),
        scheduleOptions: ScheduleOptions = ScheduleOptions(),
        schedule: Schedule = Schedule(),
        exporter: FakeExporter = FakeExporter(),
        askPatience: Duration = Control.askPatience,
        exportPatience: Duration = Control.exportPatience,
        judge: (any AnswerJudge)? = nil
    ) throws {
        let directory = try directory ?? TemporaryDirectory()
        let hub = EventHub()
        let events = Mailbox<RoundEvent>()
        let store = try JournalStore(
            stateDirectory: directory.path + "/s",
            announce: { recorded in
                for event in recorded {
                    events.put(event)
                    hub.send(.event(EventItem(event)))
                }
            }
        )
        let pulse = Pulse()
        let meter = ProgressMeter { hub.send(.progress($0)) }
        var options = loopOptions
        if roundCount > 0 { options.rounds = roundCount }
        let engine = FakeEngine()
        let rounds = FakeRounds(store)
        rounds.settings.withLock {
            $0 = settings
            $0.loop = options
            $0.round.gate.patience = patience
        }
        let loop = LoopService(
            store: store,
            source: rounds.source,
            options: options,
            patience: patience,
            meter: meter,
            pulse: pulse,
            backoff: { _ in .zero },
            storageRetry: .milliseconds(5),
            scheduleOptions: scheduleOptions,
            schedule: schedule
        )
        self.directory = directory
        self.hub = hub
        self.events = events
        self.store = store
        self.engine = engine
        self.meter = meter
        shared = SharedEngine(engine, pulse: pulse)
        self.rounds = rounds
        self.loop = loop
        var parts = Control.Parts(
            store: store,
            loop: loop,
            engine: shared,
            exporter: exporter,
            meter: meter,
            hub: hub,
            current: CurrentSettings(settings),
            settingsPath: nil
        )
        parts.askPatience = askPatience
        parts.exportPatience = exportPatience
        parts.judge = { _ in judge }
        control = Control(parts)
    }

    /// A bench on the directory of one that was let go of.
    ///
    /// Tasks that were told to end hold its journal, and with it the lock, for a moment longer.
    static func again(
        in directory: TemporaryDirectory,
        roundCount: Int = 0,
        loopOptions: LoopOptions = LoopOptions()
    ) async throws -> Bench {
        while true {
            do {
                return try Bench(in: directory, roundCount: roundCount, loopOptions: loopOptions)
            } catch let error as StoreError where error.code == .stateLocked {
                await Task.yield()
            }
        }
    }

    /// Runs the body beside the loop, and stops the loop after it.
    func running(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.runUntilCancelled() }
            do {
                try await body()
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
    }

    /// Waits for an event of a kind, passing over others.
    func next(_ kind: EventKind) async throws -> RoundEvent {
        while true {
            let event = try await events.take()
            if event.kind == kind { return event }
        }
    }
}
