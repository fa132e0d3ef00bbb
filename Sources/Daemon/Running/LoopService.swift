package import ControlAPI
import Loop
import Logging
import ServiceLifecycle
package import Store

/// Runs rounds one after the other until cancelled, and lets people hold it: pause, resume, roll back.
///
/// The journal is the truth: pause and the open round are read from it at start. Whatever must not overlap
/// with a running phase raises `holdCount`, cancels the phase and waits for it to end; the phase's work since
/// its last commit is computed again later, with the same result.
package actor LoopService: Service {
    /// A round that fails this often is closed as failed.
    package static let attemptLimit = 3

    let store: JournalStore
    private let source: RoundSource
    private var options: LoopOptions
    private var patience: Int
    private let meter: ProgressMeter
    private let pulse: Pulse
    let backoff: @Sendable (Int) -> Duration
    private var retention: Int
    private var stallLimit: Duration
    var storageRetry: Duration
    var scheduleOptions: ScheduleOptions
    let schedule: Schedule
    let threadCount: Int
    let logger = Logger(label: "autodidactd.loop")
    let control = AsyncLock()

    private var state = LoopState.starting
    private var detail: String?
    var isPaused = false
    private var isStopping = false
    private var isComplete = false
    var isPauseLoaded = false
    var holdCount = 0
    var wasInterrupted = false
    private var isWoken = false
    var isHeldBySchedule = false
    var roundTask: Task<RoundRecord, any Error>?
    /// When a phase last ran.
    var workEnd: ContinuousClock.Instant?
    private var sleeper: Task<Void, Never>?
    var failureStreak = 0
    var announcedWait: LoopState?

    /// Builds a loop at rest.
    ///
    /// - Parameters:
    ///   - store: The journal.
    ///   - source: What runs a round.
    ///   - options: How many rounds.
    ///   - patience: Rejections in a row after which the loop waits; 0 never waits.
    ///   - meter: Where progress is kept; cleared when a round ends.
    ///   - pulse: Told when the loop rests on purpose.
    ///   - backoff: How long to wait after so many failures in a row.
    ///   - retention: How many of the newest checkpoints keep their adapters; 0 removes none.
    ///   - storageRetry: How often a disk that cannot be written is tried.
    ///   - scheduleOptions: When the loop may work.
    ///   - schedule: What looks whether it may.
    ///   - threadCount: What a running phase adds to the machine's load.
    package init(
        store: JournalStore,
        source: RoundSource,
        options: LoopOptions,
        patience: Int,
        meter: ProgressMeter,
        pulse: Pulse,
        backoff: @escaping @Sendable (Int) -> Duration = { .seconds(min(300, 5 << min($0, 6))) },
        retention: Int = 0,
        storageRetry: Duration = .seconds(3),
        scheduleOptions: ScheduleOptions = ScheduleOptions(),
        schedule: Schedule = Schedule(),
        threadCount: Int = 1
    ) {
        self.store = store
        self.source = source
        self.options = options
        self.patience = patience
        self.meter = meter
        self.pulse = pulse
        self.backoff = backoff
        self.retention = retention
        self.stallLimit = .seconds(options.stallAfter)
        self.storageRetry = storageRetry
        self.scheduleOptions = scheduleOptions
        self.schedule = schedule
        self.threadCount = threadCount
    }

    /// Goes by other settings from now on; the phase that runs keeps the deadline it began with.
    package func adopt(_ settings: DaemonSettings) {
        let endsWhenComplete = options.endsWhenComplete
        options = settings.loop
        options.endsWhenComplete = endsWhenComplete
        patience = settings.round.gate.patience
        retention = settings.storage.keep
        stallLimit = .seconds(settings.loop.stallAfter)
        storageRetry = .seconds(settings.storage.retryAfter)
        store.reserve = settings.storage.reserve << 20
        scheduleOptions = settings.schedule
        announcedWait = nil
        wake()
    }

    /// What the loop does, and why where the state alone does not say it.
    package var situation: (state: LoopState, detail: String?) { (state, detail) }

    /// Runs until the service group shuts down; the phase that runs is cancelled, nothing committed is lost.
    package func run() async throws {
        try await cancelWhenGracefulShutdown { try await self.runUntilCancelled() }
        enter(.stopping)
    }

    /// Runs until its task is cancelled.
    package func runUntilCancelled() async throws {
        try await control.withLock { try await self.loadPause() }
        while !Task.isCancelled, !isComplete {
            do {
                try await step()
            } catch is CancellationError where wasInterrupted || Task.isCancelled {
                continue
            } catch {
                try await failed(error)
            }
        }
        isStopping = true
    }

    private func step() async throws {
        wasInterrupted = false
        if isPaused || holdCount > 0 {
            enter(isPaused ? .paused : .waiting, holdCount > 0 ? "a request is carried out" : nil)
            return await idle(for: nil)
        }
        if try await waitsForSchedule() { return await idle(for: schedule.interval) }
        if try await store.openRound() == nil {
            // Here rather than at a round's end, so that a kill in between leaves nothing undone.
            if retention > 0 { _ = try await store.prune(keeping: retention, isDryRun: false) }
            if let wait = try await reasonToWait() {
                enter(wait.state, wait.detail)
                isComplete = options.endsWhenComplete
                return isComplete ? () : await idle(for: nil)
            }
            // A round must not begin from a checkpoint that it cannot load.
            _ = try await store.setAsideCorruptCheckpoints()
        }
        // Requests may have come in at the awaits above; from here to the task's start there is none.
        guard !isPaused, holdCount == 0, !Task.isCancelled else { return }
        enter(.running)
        wasInterrupted = false
        let task = Task { [source] in try await source.runRound() }
        roundTask = task
        defer {
            roundTask = nil
            workEnd = .now
            meter.clear()
        }
        let watcher = Task { await watchSchedule() }
        defer { watcher.cancel() }
        let stall = StallMonitor(pulse: pulse, limit: stallLimit)
        let round = try await withTaskCancellationHandler {
            try await stall.watching(task)
        } onCancel: {
            task.cancel()
        }
        failureStreak = 0
        announcedWait = nil
        logger.debug("round ended", metadata: ["round": "\(round.id)"])
    }

    /// Why no further round begins, if so; says it once as an event.
    private func reasonToWait() async throws -> (state: LoopState, detail: String)? {
        if options.rounds > 0, try await store.finishedRoundCount() >= options.rounds {
            let detail = "all \(options.rounds) rounds asked for are done; raise loop.rounds to go on"
            try await announce(.completed, RoundEvent(.completed, message: detail))
            return (.completed, detail)
        }
        if let detail = try await plateau() {
            try await announce(.plateau, RoundEvent(.plateau, message: detail))
            return (.plateau, detail)
        }
        return nil
    }

    /// Why the loop waits for a person, if so, by the journal's word.
    func plateau() async throws -> String? {
        if try await store.streak(of: .failed) >= 2 {
            let reason = try await store.lastFinishedRounds(1).last?.report.failure ?? ""
            return "two rounds in a row failed; correct the cause, then resume or roll back: \(reason)"
        }
        let streak = try await store.streak(of: .rejected)
        guard patience > 0, streak >= patience else { return nil }
        return "\(streak) rejections in a row; add questions, roll back, or resume to try \(patience) more"
    }

    private func announce(_ wait: LoopState, _ event: RoundEvent) async throws {
        guard announcedWait != wait else { return }
        // First: a person's word to go on may come while it is written.
        announcedWait = wait
        do {
            try await store.append([event])
        } catch {
            announcedWait = nil
            throw error
        }
    }

    func enter(_ state: LoopState, _ detail: String? = nil) {
        self.state = isStopping ? .stopping : state
        self.detail = detail
        pulse.isResting = state != .running
        pulse.beat()
    }

    /// Sleeps until woken, cancelled, or the time is over.
    func idle(for duration: Duration?) async {
        if !isWoken {
            let task = Task { _ = try? await Task.sleep(for: duration ?? .seconds(100 * 365 * 86_400)) }
            sleeper = task
            await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            sleeper = nil
        }
        isWoken = false
    }

    func wake() {
        isWoken = true
        sleeper?.cancel()
    }

    /// Runs a body while no phase runs and none starts.
    func holding<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        holdCount += 1
        defer {
            holdCount -= 1
            wake()
        }
        if let roundTask {
            wasInterrupted = true
            roundTask.cancel()
            _ = await roundTask.result
        }
        return try await body()
    }
}
