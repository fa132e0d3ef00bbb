package import ControlAPI
import Foundation
package import Loop
package import Store

/// Everything worth watching, read at one moment.
package struct MetricsReading: Sendable {
    /// What the loop does.
    package var state: LoopState
    /// The daemon's version.
    package var version = ControlVersion.program
    /// The model's name.
    package var model: String
    /// Sums over all rounds.
    package var totals = JournalTotals()
    /// Rejections in a row.
    package var rejectionStreak = 0
    /// The current checkpoint.
    package var current: CheckpointRecord
    /// The base model's evaluations.
    package var baseEvaluations: [EvaluationSummary] = []
    /// The round that runs.
    package var openRound: RoundRecord?
    /// The last round that ended.
    package var lastRound: RoundRecord?
    /// How far the running phase is.
    package var progress: ProgressItem?
    /// Calls that wait for the engine.
    package var waitingCallCount = 0
    /// Signs of progress since the daemon started.
    package var progressSignCount = 0
    /// Seconds since the daemon started.
    package var uptimeSeconds = 0.0
    /// Resident memory; nil if the system does not say.
    package var residentByteCount: Int?
    /// Space of the state directory: free, and kept in reserve.
    package var space = (freeByteCount: 0, reservedByteCount: 0)

    /// A reading of a daemon that has done nothing yet.
    package init(state: LoopState, model: String, current: CheckpointRecord) {
        self.state = state
        self.model = model
        self.current = current
    }
}

extension Control {
    /// Everything worth watching, for Prometheus.
    func metrics() async throws -> String {
        let store = parts.store
        var reading = MetricsReading(
            state: await parts.loop.situation.state,
            model: parts.engine.identity.name,
            current: try await store.currentCheckpoint()
        )
        reading.totals = try await store.totals()
        reading.rejectionStreak = try await store.streak(of: .rejected)
        reading.baseEvaluations = try await store.checkpoint(.base).evaluations
        reading.openRound = try await store.openRound()
        reading.lastRound = try await store.lastFinishedRounds(1).last
        reading.progress = parts.meter.latest
        reading.waitingCallCount = parts.engine.waitingCallCount
        reading.progressSignCount = parts.engine.pulse.count
        reading.uptimeSeconds = Self.seconds(since: startedAt)
        reading.residentByteCount = Self.residentByteCount
        reading.space.freeByteCount = try store.freeByteCount()
        reading.space.reservedByteCount = parts.current.value.storage.reserve << 20
        return MetricsText(reading).text
    }

    /// Memory that this process uses, in bytes; nil if /proc does not say.
    static var residentByteCount: Int? {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return pages.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
    }
}
