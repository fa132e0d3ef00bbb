package import ControlAPI
import Logging
package import Loop
import ServiceLifecycle
package import Store

/// Runs rounds one after the other until cancelled, and lets people hold it: pause, resume, roll back.
///
/// It keeps the order of things; `SchedulePolicy`, `RestPolicy`, `FailurePolicy` and `Housekeeping` decide.
///
/// The journal is the truth: pause and the open round are read from it at start. What must not overlap
/// with a running phase raises the count of holds, cancels the phase and waits for it to end; the phase's
/// work since its last commit is computed again later, with the same result.
package actor LoopService: Service {
    /// A round that fails this often is closed as failed.
    package static let attemptLimit = FailurePolicy.attemptLimit

    static let logger = Logger(label: "autodidactd.loop")

    let store: JournalStore
    private let source: RoundSource
    private let meter: ProgressMeter
    private let pulse: Pulse
    private let onComplete: @Sendable () -> Void
    let control = AsyncLock()
    private let sleep = LoopRest()

    var rests: RestPolicy
    var failures: FailurePolicy
    private var schedule: SchedulePolicy
    var housekeeping: Housekeeping
    private var stallLimit: Duration

    private var shown = Situation()
    var hold = Hold()
    private var roundTask: Task<RoundRecord, any Error>?

    /// What people see of the loop.
    private struct Situation {
        var state = LoopState.starting
        var detail: String?
        /// Why no round begins, as last decided; kept while the process ends.
        var stop: RestPolicy.Reason?
        var isStopping = false
    }

    /// What keeps the loop from working.
    struct Hold {
        /// A person paused it.
        var isPaused = false
        /// Whether that has been read from the journal.
        var isLoaded = false
        /// Requests that must not overlap with a phase.
        var count = 0
        /// Whether the phase was ended on purpose.
        var wasInterrupted = false
    }

    /// A loop at rest.
    ///
    /// - Parameters:
    ///   - store: The journal.
    ///   - source: What runs a round.
    ///   - options: How many rounds.
    ///   - patience: Rounds in a row, rejected or without data, after which the loop waits; 0 never waits.
    ///   - meter: Where progress is kept; cleared when a round ends.
    ///   - pulse: Learns when the loop rests on purpose.
    ///   - backoff: How long to wait after a number of failures in a row.
    ///   - storage: What is removed and compressed between rounds; nil leaves all as it is.
    ///   - storageRetry: How often a disk that cannot be written is tried.
    ///   - scheduleOptions: When the loop may work.
    ///   - schedule: Checks whether it may.
    ///   - threadCount: What a running phase adds to the machine's load.
    ///   - onComplete: Called once if there is nothing more to do and the process is to end; shuts the group
    ///     down.
    package init(
        store: JournalStore,
        source: RoundSource,
        options: LoopOptions,
        patience: Int,
        meter: ProgressMeter,
        pulse: Pulse,
        backoff: @escaping @Sendable (Int) -> Duration = { .seconds(min(300, 5 << min($0, 6))) },
        storage: StorageOptions? = nil,
        storageRetry: Duration = .seconds(3),
        scheduleOptions: ScheduleOptions = ScheduleOptions(),
        schedule: Schedule = Schedule(),
        threadCount: Int = 1,
        onComplete: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.source = source
        self.meter = meter
        self.pulse = pulse
        self.onComplete = onComplete
        rests = RestPolicy(options, patience: patience)
        failures = FailurePolicy(storageRetry: storageRetry, backoff: backoff)
        self.schedule = SchedulePolicy(scheduleOptions, schedule: schedule, threadCount: threadCount)
        housekeeping = Housekeeping(store, retention: 0)
        if let storage { housekeeping.adopt(storage) }
        stallLimit = .seconds(options.stallAfter)
    }

    /// Uses other settings from now on; the phase that runs keeps the deadline it began with.
    package func adopt(_ settings: DaemonSettings) {
        let endsWhenComplete = rests.options.endsWhenComplete
        rests.options = settings.loop
        rests.options.endsWhenComplete = endsWhenComplete
        rests.patience = settings.round.gate.patience
        rests.reset()
        housekeeping.adopt(settings.storage)
        stallLimit = .seconds(settings.loop.stallAfter)
        failures.storageRetry = .seconds(settings.storage.retryAfter)
        store.reserve = settings.storage.reserve << 20
        schedule.options = settings.schedule
        sleep.wake()
    }

    /// What the loop does, and why if the state alone does not say it.
    package var situation: (state: LoopState, detail: String?) {
        (shown.state, shown.detail ?? (shown.state == .running ? meter.note : nil))
    }

    /// Why no further round begins; nil while the loop works or waits for something that passes.
    package var stopReason: StopReason? { hold.isPaused ? .person : shown.stop?.stop }

    /// What the process's last event says of it; nil while the loop works.
    package var lastWord: String? {
        guard !hold.isPaused else { return "the loop is paused (stop: \(StopReason.person.rawValue))" }
        return shown.stop.map { "\($0.detail) (stop: \($0.stop.rawValue))" }
    }

    /// Runs until the service group shuts down; the phase that runs is cancelled, nothing committed is lost.
    ///
    /// A complete loop asks for the shutdown and waits for its turn: a service that ends by itself while the
    /// group stops the others is an error to the group.
    package func run() async throws {
        try await cancelWhenGracefulShutdown { try await self.runUntilCancelled() }
        enter(.stopping)
        onComplete()
        try? await gracefulShutdown()
    }

    /// Runs until its task is cancelled, or the loop would wait for a person and the process ends then.
    package func runUntilCancelled() async throws {
        try await control.withLock { try await self.loadPause() }
        var isComplete = false
        while !Task.isCancelled, !isComplete {
            do {
                isComplete = try await step()
            } catch is CancellationError where hold.wasInterrupted || Task.isCancelled {
                continue
            } catch {
                try await failed(error)
            }
        }
        shown.isStopping = true
    }

    /// Does the next thing there is to do; true when there is nothing more and the process ends.
    private func step() async throws -> Bool {
        hold.wasInterrupted = false
        if hold.isPaused || hold.count > 0 {
            enter(hold.isPaused ? .paused : .waiting, hold.count > 0 ? "a request is carried out" : nil)
            await sleep.rest(for: nil)
            return false
        }
        if try await waitsForSchedule() {
            await sleep.rest(for: schedule.interval)
            return false
        }
        if try await store.openRound() == nil {
            try await housekeeping.removeOldAdapters()
            try await housekeeping.shrinkJournal { [pulse] in pulse.beat() }
            if let reason = try await rests.reason(store) {
                try await announce(reason)
                try await troublesOver()
                enter(reason.state, reason.detail)
                shown.stop = reason
                if rests.options.endsWhenComplete { return true }
                await sleep.rest(for: nil)
                return false
            }
            try await housekeeping.setAsideDamaged()
        }
        // Requests may have come in at the awaits above; from here to the task's start there is none.
        guard !hold.isPaused, hold.count == 0, !Task.isCancelled else { return false }
        try await runRound()
        return false
    }

    private func runRound() async throws {
        enter(.running)
        hold.wasInterrupted = false
        failures.lasting.runStart = .now
        let task = Task { [source] in try await source.runRound() }
        roundTask = task
        defer {
            roundTask = nil
            schedule.worked()
            meter.clear()
        }
        let watcher = Task { await watchSchedule() }
        defer { watcher.cancel() }
        let troubles = Task { await watchTroubles() }
        defer { troubles.cancel() }
        let stall = StallMonitor(pulse: pulse, limit: stallLimit)
        let round = try await withTaskCancellationHandler {
            try await stall.watching(task)
        } onCancel: {
            task.cancel()
        }
        failures.reset()
        rests.reset()
        try await troublesOver()
        Self.logger.debug("round ended", metadata: ["round": "\(round.id)"])
    }

    /// Whether the loop must not work now; an event says when that begins and when it ends.
    private func waitsForSchedule() async throws -> Bool {
        let look = schedule.look()
        if let reason = look.reason { enter(.waiting, "\(reason); continues by itself") }
        if let news = look.news { try await store.append([news]) }
        schedule.accept(look)
        return look.reason != nil
    }

    /// Ends the running phase once the schedule no longer allows it.
    private func watchSchedule() async {
        while (try? await Task.sleep(for: schedule.interval)) != nil {
            guard schedule.endsPhase else { continue }
            interrupt()
            return
        }
    }

    private func announce(_ reason: RestPolicy.Reason) async throws {
        guard rests.isNews(reason) else { return }
        do {
            try await store.append([reason.event])
        } catch {
            rests.reset()
            throw error
        }
    }

    func enter(_ state: LoopState, _ detail: String? = nil) {
        shown.state = shown.isStopping ? .stopping : state
        shown.detail = detail
        if state != .stopping { shown.stop = nil }
        pulse.isResting = state != .running
        pulse.beat()
    }

    /// Sleeps until woken, cancelled, or the time is over.
    func rest(for duration: Duration) async { await sleep.rest(for: duration) }

    /// Continues on a person's request: what made the loop wait is checked again.
    func goOn() {
        failures.reset()
        rests.reset()
        sleep.wake()
    }

    private func interrupt() {
        hold.wasInterrupted = true
        roundTask?.cancel()
    }

    /// Runs a body while no phase runs and none starts.
    func holding<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        hold.count += 1
        defer {
            hold.count -= 1
            sleep.wake()
        }
        if let roundTask {
            interrupt()
            _ = await roundTask.result
        }
        return try await body()
    }
}
