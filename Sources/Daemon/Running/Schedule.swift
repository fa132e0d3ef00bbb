package import Foundation
import Glibc
import Loop

/// Says whether the loop may work now, by the clock, the load of other programs, and the power it would use.
package struct Schedule: Sendable {
    /// How often a running phase and a waiting loop look again.
    let interval: Duration
    private let minuteOfDay: @Sendable () -> Int
    private let load: @Sendable () -> Double
    private let isOnBattery: @Sendable () -> Bool

    /// A schedule that looks at this machine unless told otherwise.
    ///
    /// - Parameters:
    ///   - interval: How often to look.
    ///   - minuteOfDay: Minutes since midnight, local time.
    ///   - load: Processes that want to run, averaged over a minute.
    ///   - isOnBattery: Whether no mains adapter is connected.
    package init(
        interval: Duration = .seconds(15),
        minuteOfDay: @escaping @Sendable () -> Int = Machine.minuteOfDay,
        load: @escaping @Sendable () -> Double = Machine.load,
        isOnBattery: @escaping @Sendable () -> Bool = Machine.isOnBattery
    ) {
        self.interval = interval
        self.minuteOfDay = minuteOfDay
        self.load = load
        self.isOnBattery = isOnBattery
    }

    /// Why the loop must wait; nil when it may work.
    ///
    /// - Parameters:
    ///   - options: What was asked for.
    ///   - ownLoad: What the loop itself adds to the load while it works.
    /// - Returns: The reason, in words.
    package func reasonToWait(_ options: ScheduleOptions, ownLoad: Double) -> String? {
        if let hours = Hours(options.hours), !hours.contains(minuteOfDay()) {
            return "outside schedule.hours \(options.hours)"
        }
        if !options.onBattery, isOnBattery() { return "on battery, and schedule.onBattery is false" }
        let others = load() - ownLoad
        guard options.maxLoad > 0, others > options.maxLoad else { return nil }
        let (found, limit) = (Plain.decimal(others, places: 1), Plain.decimal(options.maxLoad, places: 1))
        return "the load of other programs is \(found), schedule.maxLoad \(limit)"
    }

    /// `22:00-06:00`, the end not included; a span may pass midnight.
    package struct Hours: Hashable, Sendable {
        private let start: Int
        private let end: Int

        /// Nil for an empty text and for one of another form.
        package init?(_ text: String) {
            guard let match = text.wholeMatch(of: /([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})/),
                let numbers = Optional([match.1, match.2, match.3, match.4].compactMap { Int($0) }),
                numbers.count == 4, numbers[0] < 24, numbers[2] < 24, numbers[1] < 60, numbers[3] < 60
            else { return nil }
            start = numbers[0] * 60 + numbers[1]
            end = numbers[2] * 60 + numbers[3]
        }

        /// Whether a minute of the day is in the span; equal ends span the whole day.
        package func contains(_ minute: Int) -> Bool {
            if start == end { return true }
            return start < end ? (start..<end).contains(minute) : minute >= start || minute < end
        }
    }

    /// What this machine reports.
    package enum Machine {
        /// Minutes since midnight, local time.
        @Sendable package static func minuteOfDay() -> Int { minuteOfDay(at: Date(), zone: offset) }

        /// Minutes since midnight at a time.
        ///
        /// - Parameters:
        ///   - time: The time.
        ///   - zone: Seconds that the local time is ahead of UTC then.
        /// - Returns: 0 to 1439.
        package static func minuteOfDay(at time: Date, zone: (Date) -> Int) -> Int {
            let minutes = ((time.timeIntervalSince1970 + Double(zone(time))) / 60).rounded(.down)
            let day = minutes.truncatingRemainder(dividingBy: 1440)
            return Int(day < 0 ? day + 1440 : day)
        }

        /// Seconds that the machine's local time is ahead of UTC.
        ///
        /// The C library looks at `/etc/localtime` each time it is asked to; Foundation keeps the zone that
        /// it read first (`ZoneTestsSerial`).
        package static func offset(at time: Date) -> Int {
            tzset()
            var seconds = time_t(time.timeIntervalSince1970.rounded(.down))
            var local = tm()
            localtime_r(&seconds, &local)
            return local.tm_gmtoff
        }

        /// The load average of the last minute.
        @Sendable package static func load() -> Double { Systemd.loadAverage }

        /// Whether there are mains adapters and none is connected.
        @Sendable package static func isOnBattery() -> Bool {
            let root = "/sys/class/power_supply"
            func read(_ path: String) -> String? {
                (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(
                    in: .whitespacesAndNewlines
                )
            }
            let mains = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).filter {
                read("\(root)/\($0)/type") == "Mains"
            }
            return !mains.isEmpty && mains.allSatisfy { read("\(root)/\($0)/online") == "0" }
        }
    }
}
