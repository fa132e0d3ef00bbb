import Foundation
package import Loop

/// Decides whether the loop may work now, and what to report when that changes.
package struct SchedulePolicy: Sendable {
    /// When the loop may work.
    package var options: ScheduleOptions
    private let schedule: Schedule
    /// What a running phase adds to the machine's load.
    private let threadCount: Int
    /// Since when the loop is held, as the last event said; nil when that said it continues.
    private var heldSince: ContinuousClock.Instant?
    /// Whether the loop was held at the last look.
    private var isHeld = false
    /// When a wait was last told.
    private var toldAt: ContinuousClock.Instant?
    /// Waits since then that were not told.
    private var untoldCount = 0
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

    /// The shortest time between two events that say the loop waits: a load around its limit holds it again
    /// and again.
    private static let quiet = Duration.seconds(60)

    /// Looks whether a phase may begin.
    ///
    /// - Parameter now: The current time.
    /// - Returns: The reason why not, and what to report; `accept` says that it was reported.
    package func look(at now: ContinuousClock.Instant = .now) -> Look {
        let reason = schedule.reasonToWait(options, ownLoad: load(leftAt: now))
        guard let reason else {
            let news = heldSince.map { start in
                let elapsed = Plain.duration((now - start) / .seconds(1))
                return RoundEvent(.scheduled, message: "continues after \(elapsed): the schedule allows it")
            }
            return Look(reason: nil, news: news)
        }
        let isQuiet = toldAt.map { now - $0 < Self.quiet } ?? false
        guard heldSince == nil, !isQuiet else { return Look(reason: reason, news: nil) }
        let before = untoldCount > 1 ? " (\(Plain.count(untoldCount)) times since this was last told)" : ""
        return Look(reason: reason, news: RoundEvent(.scheduled, message: "waits: \(reason)\(before)"))
    }

    /// Marks a look as reported, so that it is not reported twice.
    package mutating func accept(_ look: Look, at now: ContinuousClock.Instant = .now) {
        defer { isHeld = look.reason != nil }
        guard look.reason != nil else {
            heldSince = nil
            return
        }
        if look.news != nil {
            (heldSince, toldAt, untoldCount) = (now, now, 0)
        } else if !isHeld {
            untoldCount += 1
        }
    }

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
