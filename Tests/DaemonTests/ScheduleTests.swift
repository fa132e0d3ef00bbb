import ControlAPI
import Daemon
import Loop
import Store
import Synchronization
import Testing

/// When the loop may work: hours, load, power.
@Suite(.timeLimit(.minutes(1))) struct ScheduleTests {
    private func schedule(minute: Int = 0, load: Double = 0, isOnBattery: Bool = false) -> Schedule {
        Schedule(minuteOfDay: { minute }, load: { load }, isOnBattery: { isOnBattery })
    }

    @Test(arguments: [
        ("08:00-18:30", 8 * 60, true), ("08:00-18:30", 18 * 60 + 30, false),
        ("08:00-18:30", 7 * 60 + 59, false),
        ("22:00-06:00", 23 * 60, true), ("22:00-06:00", 5 * 60 + 59, true), ("22:00-06:00", 6 * 60, false),
        ("10:00-10:00", 3 * 60, true), ("", 3 * 60, true),
    ])
    func `hours may pass midnight`(hours: String, minute: Int, isAllowed: Bool) {
        var options = ScheduleOptions()
        options.hours = hours

        let reason = schedule(minute: minute).reasonToWait(options, ownLoad: 0)

        #expect((reason == nil) == isAllowed)
    }

    @Test(arguments: ["8-18", "24:00-06:00", "22:60-06:00", "22:00", "night"])
    func `hours of another form are no hours`(text: String) {
        #expect(Schedule.Hours(text) == nil)
    }

    @Test func `the loop's own threads do not count as load`() {
        var options = ScheduleOptions()
        options.maxLoad = 1

        #expect(schedule(load: 2.5).reasonToWait(options, ownLoad: 2) == nil)
        #expect(schedule(load: 2.5).reasonToWait(options, ownLoad: 0)?.contains("2.5") == true)
    }

    @Test func `battery holds only when asked to`() {
        var options = ScheduleOptions()
        #expect(schedule(isOnBattery: true).reasonToWait(options, ownLoad: 0) == nil)
        options.onBattery = false
        #expect(schedule(isOnBattery: true).reasonToWait(options, ownLoad: 0) != nil)
        #expect(schedule(isOnBattery: false).reasonToWait(options, ownLoad: 0) == nil)
    }

    @Test func `what the round that just ended has left in the load average holds nobody up`() async throws {
        let looks = Mutex(0)
        var options = ScheduleOptions()
        options.maxLoad = 0.5
        let schedule = Schedule(
            interval: .milliseconds(5),
            minuteOfDay: { 0 },
            load: {
                looks.withLock { looks in
                    looks += 1
                    return looks == 1 ? 0 : 1
                }
            },
            isOnBattery: { false }
        )
        let bench = try Bench(roundCount: 2, scheduleOptions: options, schedule: schedule)

        try await bench.running {
            for _ in 0..<2 {
                _ = try await bench.rounds.nextBegun()
                bench.rounds.end(.promote)
            }
            _ = try await bench.next(.completed)
        }
        #expect(try await bench.store.lastEvents(100).allSatisfy { $0.kind != .scheduled })
    }

    @Test func `a running phase is ended when the hours are over and goes on when they come again`()
        async throws
    {
        let minute = Mutex(60)
        var options = ScheduleOptions()
        options.hours = "01:00-02:00"
        let schedule = Schedule(
            interval: .milliseconds(5),
            minuteOfDay: { minute.withLock { $0 } },
            load: { 0 },
            isOnBattery: { false }
        )
        let bench = try Bench(roundCount: 1, scheduleOptions: options, schedule: schedule)

        try await bench.running {
            _ = try await bench.rounds.nextBegun()
            minute.withLock { $0 = 120 }
            #expect(try await bench.next(.scheduled).message.contains("schedule.hours 01:00-02:00"))
            #expect(await bench.loop.situation.state == .waiting)
            minute.withLock { $0 = 60 }
            #expect(try await bench.next(.scheduled).message.hasPrefix("continues"))
            bench.rounds.end(.reject)
            _ = try await bench.next(.completed)
        }
        #expect(try await bench.store.round(RoundID(rawValue: 1)).failureCount == 0)
    }
}
