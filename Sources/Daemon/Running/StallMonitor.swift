import Loop

/// Ends a round's task when nothing has moved for too long; the round is then tried again like after any
/// failure.
///
/// It can end what polls for cancellation. A kernel that hangs is noticed by the watchdog, which ends the
/// process.
package struct StallMonitor: Sendable {
    /// What must move.
    package let pulse: Pulse
    /// How long it may stay still.
    package let limit: Duration

    /// A monitor for one pulse.
    package init(pulse: Pulse, limit: Duration) {
        self.pulse = pulse
        self.limit = limit
    }

    /// Waits for a task, ending it when it stalls.
    ///
    /// - Parameter task: The round.
    /// - Returns: What the task returns.
    /// - Throws: `DaemonError` `timed_out` after a stall, or what the task throws.
    package func watching<Value: Sendable>(_ task: Task<Value, any Error>) async throws -> Value {
        let monitor = Task {
            // Time in which the machine itself sleeps is not a stall.
            let clock = SuspendingClock()
            var (last, since) = (pulse.count, clock.now)
            while true {
                try await clock.sleep(for: min(limit / 4, .seconds(15)))
                let (count, now) = (pulse.count, clock.now)
                if count != last { (last, since) = (count, now) }
                if now - since >= limit {
                    task.cancel()
                    return
                }
            }
        }
        defer { monitor.cancel() }
        do {
            return try await task.value
        } catch is CancellationError where !Task.isCancelled {
            // The monitor ends only by cancelling the task, or cancelled itself.
            monitor.cancel()
            guard case .success = await monitor.result else { throw CancellationError() }
            throw DaemonError(
                .timedOut,
                "no progress for \(limit.components.seconds) s (loop.stallAfter): the phase was ended and is tried again"
            )
        }
    }
}
