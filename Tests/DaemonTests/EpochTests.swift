import ControlAPI
import Daemon
import Foundation
import Loop
import Store
import Synchronization
import Testing

/// A reader that comes back after a backup was restored is told so, and gets what it cannot have seen.
@Suite("Epochs of the event stream", .timeLimit(.minutes(2)))
struct EpochTests {
    @Test func `a reader whose last event is in the journal goes on after it`() async throws {
        let bench = try Bench()
        try await record(bench, "one", "two", "three")
        let second = try await bench.store.events(after: 1)[0]

        try await bench.serving { path in
            let (epoch, body) = try await stream(after: second.id, at: second.time, until: "three", path)

            #expect(epoch.epoch == bench.hub.epoch && epoch.restartedAfter == nil)
            #expect(!body.contains("id: 2\n") && body.contains("id: 3\n"))
        }
    }

    @Test func `a reader whose last event is of another journal starts over, whatever its number`()
        async throws
    {
        let bench = try Bench()
        try await record(bench, "one", "two", "three")

        try await bench.serving { path in
            let (epoch, body) = try await stream(after: 2, at: "2001-01-01T00:00:00Z", until: "three", path)

            #expect(epoch.restartedAfter == 0)
            #expect(body.contains("id: 1\n") && body.contains("id: 2\n"))
        }
    }

    @Test func `after several starts it begins with what was recorded since the restore`() async throws {
        let directory = try TemporaryDirectory()
        // The backup ends with event 2; the reader saw event 3, and another process has gone on from the
        // backup, beyond that number.
        try await write(
            [("one", "10:00"), ("two", "10:00"), ("other three", "12:00"), ("other four", "12:00")],
            directory
        )
        let bench = try await Bench.again(in: directory, roundCount: 0)
        try await record(bench, "five")

        try await bench.serving { path in
            let (epoch, body) = try await stream(after: 3, at: "2020-01-31T11:00:00Z", until: "five", path)

            #expect(epoch.firstEvent == 5 && epoch.restartedAfter == 2)
            #expect(!body.contains("id: 2\n") && body.contains("other three") && body.contains("other four"))
        }
    }

    @Test func `a number that no event has yet is of another journal, also without a time`() async throws {
        let bench = try Bench()
        try await record(bench, "one")

        try await bench.serving { path in
            let (epoch, body) = try await stream(after: 500, at: nil, until: "one", path)

            #expect(epoch.restartedAfter == 0 && body.contains("id: 1\n"))
        }
    }

    @Test func `a time that is none is refused with how to give it`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let reply = try await RawHTTP.send(
                "GET",
                ControlRoute.events,
                headers: ["\(ControlHeader.lastEventID): 1", "\(ControlHeader.lastEventTime): yesterday"],
                socket: path
            )

            let problem = try ControlCoding.decode(Problem.self, from: Data(reply.body.utf8))
            #expect(reply.status == 400 && problem.name == .usage)
            #expect(problem.hint?.contains("2026-01-31T17:52:10Z") == true)
        }
    }

    @Test func `the status names the epoch of the stream`() async throws {
        let bench = try Bench()

        let status = try await bench.control.status()

        #expect(status.epoch == bench.hub.epoch)
        #expect(try Bench().hub.epoch != bench.hub.epoch, "another process is another epoch")
    }

    private func record(_ bench: Bench, _ messages: String...) async throws {
        for message in messages {
            try await bench.store.append([RoundEvent(.warning, message: message)])
        }
    }

    /// Records events, each with its time of day, as the processes before.
    private func write(_ events: [(String, String)], _ directory: TemporaryDirectory) async throws {
        let clock = Mutex(Date.now)
        let store = try JournalStore(
            stateDirectory: directory.path + "/s",
            now: { clock.withLock { $0 } }
        )
        for (message, time) in events {
            let date = try Date("2020-01-31T\(time):00Z", strategy: .iso8601)
            clock.withLock { $0 = date }
            try await store.append([RoundEvent(.warning, message: message)])
        }
    }

    /// The first block of a stream and all of it so far, once it contains a text.
    private func stream(
        after number: Int,
        at time: String?,
        until text: String,
        _ path: String
    ) async throws -> (EpochItem, String) {
        let headers =
            ["\(ControlHeader.lastEventID): \(number)"]
            + (time.map { ["\(ControlHeader.lastEventTime): \($0)"] } ?? [])
        let reply = try await RawHTTP.send(
            "GET",
            ControlRoute.events,
            headers: headers,
            socket: path,
            until: { $0.contains(text) }
        )
        let first = try #require(reply.body.firstRange(of: "event: epoch\ndata: "))
        let line = reply.body[first.upperBound...].prefix { $0 != "\n" }
        return (try ControlCoding.decode(EpochItem.self, from: Data(line.utf8)), reply.body)
    }
}
