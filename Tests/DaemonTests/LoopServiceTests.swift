import ControlAPI
import Daemon
import Loop
import Store
import Testing

@Suite("The loop", .timeLimit(.minutes(1)))
struct LoopServiceTests {
    @Test func `rounds follow each other until the number asked for`() async throws {
        let bench = try Bench(roundCount: 2)

        try await bench.running {
            bench.rounds.end(.reject)
            bench.rounds.end(.reject)
            _ = try await bench.next(.completed)
        }

        #expect(try await bench.store.rounds().count == 2)
    }

    @Test func `pause cancels the running phase and resume continues the same round`() async throws {
        let bench = try Bench(roundCount: 1)

        try await bench.running {
            let first = try await bench.rounds.nextBegun()
            try await bench.loop.pause()
            #expect(await bench.loop.situation.state == .paused)
            #expect(try await bench.store.isPaused())
            try await bench.loop.pause()
            try await bench.loop.resume()
            #expect(try await bench.rounds.nextBegun() == first)
            bench.rounds.end(.reject)
            _ = try await bench.next(.completed)
        }

        let kinds = try await bench.store.events(after: 0).map(\.kind)
        #expect(kinds.filter { $0 == .paused }.count == 1)
        #expect(kinds.filter { $0 == .resumed }.count == 1)
        #expect(try await bench.store.round(RoundID(rawValue: 1)).failureCount == 0)
    }

    @Test func `a pause survives a restart`() async throws {
        let directory = try TemporaryDirectory()
        do {
            let bench = try Bench(in: directory)
            try await bench.running {
                _ = try await bench.rounds.nextBegun()
                try await bench.loop.pause()
            }
        }

        let bench = try Bench(in: directory, roundCount: 1)
        try await bench.running {
            try await bench.loop.resume()
            #expect(try await bench.rounds.nextBegun() == RoundID(rawValue: 1))
        }

        #expect(try await bench.store.rounds().count == 1)
    }

    @Test func `a restart continues the open round`() async throws {
        let directory = try TemporaryDirectory()
        do {
            let bench = try Bench(in: directory)
            try await bench.running { _ = try await bench.rounds.nextBegun() }
        }

        let bench = try await Bench.again(in: directory, roundCount: 1)
        try await bench.running {
            #expect(try await bench.rounds.nextBegun() == RoundID(rawValue: 1))
            bench.rounds.end(.reject)
            _ = try await bench.next(.completed)
        }

        #expect(try await bench.store.rounds().count == 1)
    }

    @Test func `rollback abandons the running round and the next starts from the older checkpoint`()
        async throws
    {
        let bench = try Bench()

        try await bench.running {
            bench.rounds.end(.promote)
            bench.rounds.end(.promote)
            for _ in 0..<3 { _ = try await bench.rounds.nextBegun() }
            let reply = try await bench.loop.rollback(to: .round(RoundID(rawValue: 1)))
            #expect(reply.current.round == RoundID(rawValue: 1))
            #expect(reply.abandonedRound == RoundID(rawValue: 3))
            #expect(try await bench.rounds.nextBegun() == RoundID(rawValue: 4))
        }

        let rounds = try await bench.store.rounds()
        #expect(rounds.map(\.outcome) == [.promoted, .promoted, .abandoned, nil])
        #expect(rounds.last?.parent == rounds.first?.checkpoint)
        #expect(try await bench.store.checkpoints().count == 3)
    }

    @Test func `a refused rollback disturbs nothing`() async throws {
        let bench = try Bench()

        try await bench.running {
            bench.rounds.end(.reject)
            for _ in 0..<2 { _ = try await bench.rounds.nextBegun() }
            for (round, code) in [(1, StoreError.Code.notPromoted), (9, .noSuchRound)] {
                let error = await #expect(throws: StoreError.self) {
                    _ = try await bench.loop.rollback(to: .round(RoundID(rawValue: round)))
                }
                #expect(error?.code == code)
            }
            bench.rounds.end(.reject)
            #expect(try await bench.rounds.nextBegun() == RoundID(rawValue: 3))
        }
    }

    @Test func `a plateau waits until a person resumes`() async throws {
        let bench = try Bench(patience: 2)

        try await bench.running {
            for _ in 0..<2 { bench.rounds.end(.reject) }
            _ = try await bench.next(.plateau)
            for _ in 0..<2 { _ = try await bench.rounds.nextBegun() }
            try await bench.loop.resume()
            #expect(try await bench.rounds.nextBegun() == RoundID(rawValue: 3))
        }
        // Not in memory: a new process must not wait at once again.
        #expect(try await bench.store.streak(of: .rejected) == 0)
    }

    @Test func `resume without a plateau counts the rejections on`() async throws {
        let bench = try Bench(patience: 3)

        try await bench.running {
            for _ in 0..<2 { bench.rounds.end(.reject) }
            for _ in 0..<3 { _ = try await bench.rounds.nextBegun() }
            try await bench.loop.pause()
            try await bench.loop.resume()
            _ = try await bench.rounds.nextBegun()
        }
        #expect(try await bench.store.streak(of: .rejected) == 2)
    }

    @Test func `two failed rounds in a row wait until a person resumes`() async throws {
        let bench = try Bench()

        try await bench.running {
            for _ in 0..<6 { bench.rounds.end(.throwing("loss is nan")) }
            #expect(try await bench.next(.plateau).message.contains("loss is nan"))
            for _ in 0..<6 { _ = try await bench.rounds.nextBegun() }
            try await bench.loop.resume()
            #expect(try await bench.rounds.nextBegun() == RoundID(rawValue: 3))
        }
        #expect(try await bench.store.streak(of: .failed) == 0)
    }

    @Test func `added questions end a plateau`() async throws {
        let bench = try Bench(patience: 1)
        let question = QuestionInput(text: "What is 1 + 2?", split: .train, origin: "added:1")

        try await bench.running {
            bench.rounds.end(.reject)
            _ = try await bench.next(.plateau)
            _ = try await bench.rounds.nextBegun()
            _ = try await bench.loop.addQuestions { [store = bench.store] in try await store.add([question]) }
            #expect(try await bench.rounds.nextBegun() == RoundID(rawValue: 2))
        }
    }

    @Test func `a round that fails three times is closed and the next begins`() async throws {
        let bench = try Bench()

        try await bench.running {
            for _ in 0..<3 { bench.rounds.end(.throwing("loss is nan")) }
            let event = try await bench.next(.roundEnded)
            #expect(event.message.contains("loss is nan"))
            for _ in 0..<3 { _ = try await bench.rounds.nextBegun() }
            #expect(try await bench.rounds.nextBegun() == RoundID(rawValue: 2))
        }

        let told = try await bench.store.events(after: 0).filter { $0.kind == .phaseFailed }
        #expect(told.map(\.message) == (1...3).map { "generate failed, try \($0) of 3: loss is nan" })
        let round = try await bench.store.round(RoundID(rawValue: 1))
        #expect(round.outcome == .failed)
        #expect(round.failureCount == LoopService.attemptLimit)
    }

    @Test func `a failure that another try cannot help closes the round at once`() async throws {
        let bench = try Bench()

        try await bench.running {
            bench.rounds.end(.breaking(MadeUpFailure(isRetryUseful: false)))
            let event = try await bench.next(.roundEnded)
            #expect(event.message == "round 1 failed once and is closed: the engine fails")
            _ = try await bench.rounds.nextBegun()
            #expect(try await bench.rounds.nextBegun() == RoundID(rawValue: 2))
        }

        #expect(try await bench.store.round(RoundID(rawValue: 1)).outcome == .failed)
    }

    @Test func `a full disk holds the round without counting against it, and the round goes on`() async throws
    {
        let bench = try Bench(roundCount: 1)

        try await bench.running {
            for _ in 0..<4 { bench.rounds.end(.failing(StoreError(.diskFull, "no space left"))) }
            let trouble = try await bench.next(.storageTrouble)
            #expect(trouble.message.contains("no space left"))
            _ = try await bench.next(.storageRecovered)
            bench.rounds.end(.reject)
            _ = try await bench.next(.completed)
        }

        let round = try await bench.store.round(RoundID(rawValue: 1))
        #expect(round.outcome == .rejected && round.failureCount == 0)
    }

    @Test(arguments: [StoreError.Code.flushFailed, .databaseCorrupt])
    func `a failed flush or a damaged database ends the process instead of being tried again`(
        code: StoreError.Code
    ) async throws {
        let bench = try Bench(roundCount: 1)
        bench.rounds.end(.failing(StoreError(code, "cannot flush")))

        let error = await #expect(throws: StoreError.self) { try await bench.loop.runUntilCancelled() }

        #expect(error?.code == code)
    }

    @Test func `a phase without progress is ended and tried again`() async throws {
        let pulse = Pulse()
        let monitor = StallMonitor(pulse: pulse, limit: .milliseconds(40))
        let stuck = Task<Int, any Error> {
            try await Task.sleep(for: .seconds(60))
            return 1
        }
        let moving = Task<Int, any Error> {
            for _ in 0..<30 {
                try await Task.sleep(for: .milliseconds(5))
                pulse.beat()
            }
            return 2
        }

        #expect(try await monitor.watching(moving) == 2)
        let error = await #expect(throws: DaemonError.self) { _ = try await monitor.watching(stuck) }

        #expect(error?.code == .timedOut)
    }
}
