import Daemon
import Foundation
import Glibc
import Testing

/// `schedule.hours` are hours of the machine's local time, whatever happens to it.
@Suite(.serialized) struct ZoneTestsSerial {
    @Test func `another zone is followed without a new process`() {
        let before = getenv("TZ").map { String(cString: $0) }
        defer {
            if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
            tzset()
        }

        setenv("TZ", "UTC0", 1)
        let first = Schedule.Machine.minuteOfDay()
        setenv("TZ", "ABC-5:30", 1)
        let second = Schedule.Machine.minuteOfDay()

        // A minute may have passed in between.
        #expect([330, 331].contains((second - first + 1440) % 1440))
        #expect(Schedule.Machine.offset(at: Date()) == 19_800)
    }
}

/// Days on which the clock is put forward or back.
@Suite struct DaylightSavingTests {
    private func minute(_ time: String, zone: String = "Europe/Berlin") throws -> Int {
        let date = try Date(time, strategy: .iso8601)
        let zone = try #require(TimeZone(identifier: zone))
        return Schedule.Machine.minuteOfDay(at: date) { zone.secondsFromGMT(for: $0) }
    }

    @Test func `an hour that is left out is not waited for`() throws {
        let hours = try #require(Schedule.Hours("02:30-03:30"))

        let (before, after) = (try minute("2026-03-29T00:59:59Z"), try minute("2026-03-29T01:00:00Z"))

        #expect(before == 119 && after == 180)
        #expect(!hours.contains(before) && hours.contains(after))
    }

    @Test func `an hour that comes twice is worked twice`() throws {
        let hours = try #require(Schedule.Hours("02:00-03:00"))

        let minutes = try ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"].map {
            try minute($0)
        }

        #expect(minutes == [150, 150, 180])
        #expect(minutes.map(hours.contains) == [true, true, false])
    }

    @Test func `zones of half hours, and times before 1970`() throws {
        #expect(try minute("2026-01-01T20:00:00Z", zone: "Asia/Kolkata") == 90)
        #expect(try minute("1969-12-31T22:30:00Z", zone: "UTC") == 1350)
    }
}
