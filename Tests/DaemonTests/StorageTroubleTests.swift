import Daemon
import Loop
import Store
import Testing

@Suite struct StorageTroubleTests {
    private let start = ContinuousClock.now

    @Test func `trouble is said once while it lasts, and its end once`() {
        var trouble = StorageTrouble()

        let isFirst = trouble.began(at: start)
        trouble.said()
        let isSecond = trouble.began(at: start + .seconds(3_600))
        let pause = trouble.pause(.seconds(3))
        let isEnd = trouble.ended(at: start + .seconds(3_601))
        let isNew = trouble.began(at: start + .seconds(7_200))

        #expect(isFirst && !isSecond && isEnd && isNew)
        #expect(pause == .seconds(3))
    }

    @Test func `trouble that comes back at once is said once more, then not until a round has ended`() {
        var trouble = StorageTrouble()
        var (saidCount, endCount, pauses) = (0, 0, [Duration]())

        for second in 0..<1_000 {
            if trouble.began(at: start + .seconds(second)) {
                saidCount += 1
                trouble.said()
            }
            pauses.append(trouble.pause(.seconds(3)))
            if trouble.ended(at: start + .seconds(second)) { endCount += 1 }
        }

        #expect(saidCount == 2 && endCount == 1)
        #expect(pauses[0] == .seconds(3) && pauses[1] == .seconds(6) && pauses[999] == .seconds(60))
        let ends = [trouble.roundEnded(), trouble.roundEnded()]
        #expect(ends == [true, false])
    }

    @Test func `a log line stands in for an event only once`() {
        var trouble = StorageTrouble()

        let isNews = [trouble.began(at: start), trouble.began(at: start)]
        let lines = [trouble.needsLine(), trouble.needsLine()]

        #expect(isNews == [true, true] && lines == [true, false])
    }

    @Test func `a part that cannot be written, again and again, is said twice`() async throws {
        let bench = try Bench(roundCount: 1)

        try await bench.running {
            for _ in 0..<6 {
                bench.rounds.end(.failing(StoreError(.fileFailed, "cannot create training/round-000001")))
            }
            bench.rounds.end(.reject)
            _ = try await bench.next(.completed)
        }

        let events = try await bench.store.events(after: 0)
        #expect(events.count { $0.kind == .storageTrouble } == 2)
        #expect(events.count { $0.kind == .storageRecovered } == 2)
    }
}
