import Foundation
package import Loop

/// Decides whether the loop may work now, and what to report when that changes.
package struct SchedulePolicy: Sendable {
    /// When the loop may work.
    package var options: ScheduleOptions
    private let schedule: Schedule
    /// What a running phase adds to the machine's load.
    private let threadCount: Int
    /// Whether the loop is held, as the last event said.
    private var isHeld = false
    /// When a phase last ran.
    private var workEnd: ContinuousClock.Instant?

    /// What a look has found.
    package struct Look: Sendable {
        /// Why the loop must not work; nil when it may.
        package let reason: String?
        /// The event to record, if this is new.
        package let news: RoundEvent?
    }

    /// A policy at its start.
    ///
    /// - Parameters:
    ///   - options: When the loop may work.
    ///   - schedule: Reads clock, load and power.
    ///   - threadCount: What a running phase adds to the machine's load.
    package init(_ options: ScheduleOptions, schedule: Schedule, threadCount: Int) {
        self.options = options
        self.schedule = schedule
        self.threadCount = threadCount
    }

    /// How often to look again.
    package var interval: Duration { schedule.interval }

    /// Looks whether a phase may begin.
    ///
    /// - Parameter now: The current time.
    /// - Returns: The reason why not, and what to report; `accept` says that it was reported.
    package func look(at now: ContinuousClock.Instant = .now) -> Look {
        let reason = schedule.reasonToWait(options, ownLoad: load(leftAt: now))
        guard let reason else {
            let news = RoundEvent(.scheduled, message: "continues: the schedule allows it")
            return Look(reason: nil, news: isHeld ? news : nil)
        }
        return Look(reason: reason, news: isHeld ? nil : RoundEvent(.scheduled, message: "waits: \(reason)"))
    }

    /// Marks a look as reported, so that it is not reported twice.
    package mutating func accept(_ look: Look) { isHeld = look.reason != nil }

    /// Whether the phase that runs must end: its work since the last save is repeated later.
    package var endsPhase: Bool {
        schedule.reasonToWait(options, ownLoad: Double(threadCount)) != nil
    }

    /// Notes that a phase has ended.
    package mutating func worked(until end: ContinuousClock.Instant = .now) { workEnd = end }

    /// What the loop's own work has left in the load average of a minute, which forgets it gradually.
    private func load(leftAt now: ContinuousClock.Instant) -> Double {
        guard let workEnd else { return 0 }
        return Double(threadCount) * exp(-((now - workEnd) / .seconds(60)))
    }
}
