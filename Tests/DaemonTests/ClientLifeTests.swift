import ControlAPI
import Daemon
import Foundation
import Glibc
import Loop
import Store
import Testing

/// What is done for a client ends with it; what a watcher has seen may be of another journal.
@Suite("A client's work", .timeLimit(.minutes(2)))
struct ClientLifeTests {
    @Test func `a watcher that has gone leaves no queue behind, without waiting for the next event`()
        async throws
    {
        let bench = try Bench()

        try await bench.serving { path in
            _ = try await RawHTTP.send(
                "GET",
                ControlRoute.events,
                socket: path,
                until: { $0.contains("event: epoch") }
            )
            while bench.hub.watcherCount > 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func `a look at the state is alone, and ends when its client goes away`() async throws {
        let bench = try Bench()
        try await bench.running {
            bench.rounds.end(.promote)
            for _ in 0..<2 { _ = try await bench.rounds.nextBegun() }
        }
        // A minute to read, and nothing on disk.
        let file = bench.store.stateDirectory + "/checkpoints/000001/adapter_model.safetensors"
        try #require(truncate(file, 64 << 30) == 0)

        try await bench.serving { path in
            let first = try RawHTTP.connected(to: path, readLimit: timeval(tv_sec: 20, tv_usec: 0))
            let request = Array("GET \(ControlRoute.verify) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
            try #require(write(first, request, request.count) == request.count)
            while !bench.control.isVerifying { try await Task.sleep(for: .milliseconds(5)) }

            let second = try await RawHTTP.send("GET", ControlRoute.verify, socket: path)
            let problem = try ControlCoding.decode(Problem.self, from: Data(second.body.utf8))
            #expect(problem.name == .conflict && problem.retryAfterSeconds != nil)
            // The first one goes on to read what it has opened.
            try #require(unlink(file) == 0)
            close(first)

            var status = 409
            while status == 409 {
                status = try await RawHTTP.send("GET", ControlRoute.verify, socket: path).status
            }
            #expect(status == 200)
        }
    }

    @Test func `a watcher that comes for events that were removed is told which are gone`() async throws {
        let bench = try Bench()
        try await bench.running {
            for _ in 0..<2 { bench.rounds.end(.promote) }
            for _ in 0..<3 { _ = try await bench.rounds.nextBegun() }
        }
        let removed = try await bench.store.removeEvents(keeping: 1)

        try await bench.serving { path in
            let reply = try await RawHTTP.send(
                "GET",
                "\(ControlRoute.events)?after=0",
                socket: path,
                until: { $0.contains("event: round_started") }
            )
            let first = try #require(reply.body.firstRange(of: "event: epoch\ndata: "))
            let line = reply.body[first.upperBound...].prefix { $0 != "\n" }
            let epoch = try ControlCoding.decode(EpochItem.self, from: Data(line.utf8))
            #expect(removed > 0 && epoch.removedThrough == removed && epoch.lostCount(after: 0) == removed)
            #expect(reply.body.contains("id: \(removed + 1)\n") && !reply.body.contains("id: \(removed)\n"))
        }
    }

    @Test func `a watcher that has seen more than there is gets what this process recorded`() async throws {
        let bench = try Bench()
        for number in 1...3 {
            try await bench.store.append([RoundEvent(.warning, message: "event \(number)")])
        }

        try await bench.serving { path in
            let reply = try await RawHTTP.send(
                "GET",
                ControlRoute.events,
                headers: ["\(ControlHeader.lastEventID): 500"],
                socket: path,
                until: { $0.contains("event 3") }
            )
            let first = try #require(reply.body.firstRange(of: "event: epoch\ndata: "))
            let line = reply.body[first.upperBound...].prefix { $0 != "\n" }
            let epoch = try ControlCoding.decode(EpochItem.self, from: Data(line.utf8))
            #expect(epoch.epoch == bench.hub.epoch && epoch.firstEvent == 1)
            #expect(reply.body.contains("id: 1\nevent: warning\n"))
        }
    }
}
