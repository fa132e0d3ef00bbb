import ControlAPI
import Daemon
import Loop
import Store
import Synchronization
import Testing

/// Trouble is told once while it lasts, with a count when it ends.
@Suite("Trouble that lasts", .timeLimit(.minutes(1)))
struct TroubleTests {
    private func events(_ bench: Bench, _ kind: EventKind) async throws -> [RoundEvent] {
        try await bench.store.lastEvents(200).filter { $0.kind == kind }
    }

    @Test func `a directory that fails though a look finds nothing wrong is told once`() async throws {
        let bench = try Bench(roundCount: 1)
        let error = StoreError(.permission, "cannot create directory training/round-000001")
        // One cause and then another: it is the same trouble.
        for _ in 0..<8 { bench.rounds.end(.failing(error)) }
        for _ in 0..<2 { bench.rounds.end(.failing(StoreError(.fileFailed, "cannot write"))) }
        bench.rounds.end(.reject)

        try await bench.running { _ = try await bench.next(.completed) }

        let (begun, over) = (
            try await events(bench, .storageTrouble), try await events(bench, .storageRecovered)
        )
        #expect(begun.map(\.message) == [error.message])
        #expect(over.count == 1 && over.first?.message.contains("and 10 tries") == true, "\(over)")
        #expect(try await bench.store.round(RoundID(rawValue: 1)).failureCount == 0)
    }

    @Test func `a round that runs on shows that the trouble is over before it ends`() async throws {
        let bench = try Bench(roundCount: 1)
        bench.rounds.end(.failing(StoreError(.diskFull, "no space left")))

        try await bench.running {
            _ = try await bench.next(.storageTrouble)
            #expect(try await bench.next(.storageRecovered).message.contains("1 try"))
            #expect(try await bench.store.openRound() != nil)
            bench.rounds.end(.reject)
            _ = try await bench.next(.completed)
        }
    }

    @Test func `that no round can begin is told once per cause`() async throws {
        let bench = try Bench(roundCount: 1)
        bench.rounds.refusals.withLock {
            $0 = Array(repeating: "no train questions", count: 6) + Array(repeating: "no gate", count: 3)
        }
        bench.rounds.end(.reject)

        try await bench.running { _ = try await bench.next(.completed) }

        let told = try await events(bench, .phaseFailed)
        #expect(
            told.map(\.message) == [
                "cannot begin a round: no train questions", "cannot begin a round: no gate",
            ]
        )
        let over = try await events(bench, .warning)
        #expect(over.count == 1 && over.first?.message.contains("and 3 tries") == true, "\(over)")
    }

    @Test func `a load around its limit is told once a minute`() {
        var options = ScheduleOptions()
        options.maxLoad = 1
        let load = Mutex(2.0)
        let schedule = Schedule(
            minuteOfDay: { 0 },
            load: { load.withLock { $0 } },
            isOnBattery: { false }
        )
        var policy = SchedulePolicy(options, schedule: schedule, threadCount: 1)
        let start = ContinuousClock.now
        var told: [String] = []

        // An hour of looks, each another way than the one before.
        for look in 0..<240 {
            load.withLock { $0 = look % 2 == 0 ? 2 : 0 }
            let now = start + .seconds(15 * look)
            let found = policy.look(at: now)
            if let news = found.news { told.append(news.message) }
            policy.accept(found, at: now)
        }

        #expect(told.count <= 120, "\(told.count)")
        #expect(told.count { $0.hasPrefix("waits") } <= 60)
        #expect(told.prefix(2).map { String($0.prefix(5)) } == ["waits", "conti"])
        #expect(told.dropFirst().first == "continues after 15 s: the schedule allows it")
    }
}

@Suite("Rounds that bring nothing", .timeLimit(.minutes(1)))
struct PlateauTests {
    @Test func `rounds without data count towards a plateau, with the reason and what to change`()
        async throws
    {
        let bench = try Bench(patience: 3)

        try await bench.running {
            for _ in 0..<3 { bench.rounds.end(.noData(dropCounts: ["low_consistency": 30, "no_parse": 10])) }
            let message = try await bench.next(.plateau).message
            #expect(message.hasPrefix("3 rounds in a row without data: of 40 candidates 30 were dropped"))
            #expect(
                message.contains("low_consistency; lower vote.minVotes 1 or vote.minShare 0.0"),
                "\(message)"
            )
            for _ in 0..<3 { _ = try await bench.rounds.nextBegun() }
            try await bench.loop.resume()
            #expect(try await bench.rounds.nextBegun() == RoundID(rawValue: 4))
        }
    }

    @Test func `rejections and rounds without data count together`() async throws {
        let bench = try Bench(patience: 3)

        try await bench.running {
            bench.rounds.end(.promote)
            bench.rounds.end(.noData(dropCounts: ["no_parse": 40]))
            bench.rounds.end(.reject)
            bench.rounds.end(.noData(dropCounts: ["no_parse": 40]))
            let message = try await bench.next(.plateau).message
            #expect(message.contains("3 rounds in a row brought nothing, 1 rejected and 2 without data"))
            #expect(message.contains("check prompt.answerCue"), "\(message)")
        }
        #expect(try await bench.store.streak(of: .rejected) == 0)
        #expect(try await bench.store.streak(of: [.rejected, .noData]) == 3)
    }
}
