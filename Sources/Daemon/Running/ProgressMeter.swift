package import ControlAPI
package import Loop
import Synchronization

/// Remembers the latest progress and derives rate and time left from when the phase began in this process.
package final class ProgressMeter: Sendable {
    private struct State {
        var latest: Progress?
        var began: ContinuousClock.Instant
        var firstCount = 0
        /// Tokens since the phase began: each wave counts its own from 0.
        var tokenCount = 0
        var lastSent: ContinuousClock.Instant?
        var note: String?
    }

    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>
    private let send: @Sendable (ProgressItem) -> Void

    /// A meter that passes on at most four reports per second.
    package init(
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        send: @escaping @Sendable (ProgressItem) -> Void
    ) {
        self.now = now
        self.state = Mutex(State(began: now()))
        self.send = send
    }

    /// The latest progress; nil while nothing runs.
    package var latest: ProgressItem? {
        state.withLock { state in state.latest.map { item($0, state) } }
    }

    /// What is being done where no phase runs, in plain words; nil otherwise.
    package var note: String? {
        get { state.withLock { $0.note } }
        set { state.withLock { $0.note = newValue } }
    }

    /// Takes a report of the running phase.
    package func report(_ progress: Progress) {
        let news = state.withLock { state -> ProgressItem? in
            let now = now()
            if state.latest?.round != progress.round || state.latest?.phase != progress.phase {
                state.began = now
                state.firstCount = progress.doneCount
                state.tokenCount = 0
                state.lastSent = nil
                state.latest = nil
            }
            let before = state.latest?.tokenCount ?? 0
            state.tokenCount +=
                progress.tokenCount < before ? progress.tokenCount : progress.tokenCount - before
            state.latest = progress
            let isLast = progress.doneCount == progress.totalCount
            if let last = state.lastSent, now - last < .milliseconds(250), !isLast { return nil }
            state.lastSent = now
            return item(progress, state)
        }
        if let news { send(news) }
    }

    /// Forgets the phase: nothing runs.
    package func clear() {
        state.withLock { $0.latest = nil }
    }

    private func item(_ progress: Progress, _ state: State) -> ProgressItem {
        let elapsed = now() - state.began
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        let done = progress.doneCount - state.firstCount
        let tokens = state.tokenCount
        var progress = progress
        progress.tokenCount = tokens
        let isMeasured = seconds > 0.5
        return ProgressItem(
            progress,
            tokensPerSecond: isMeasured && tokens > 0 ? Double(tokens) / seconds : nil,
            secondsLeft: isMeasured && done > 0
                ? Double(progress.totalCount - progress.doneCount) * seconds / Double(done) : nil
        )
    }
}
