import ControlAPI
import Loop
import Testing

/// What `watch` does when the daemon says that its journal is another one.
struct RestoredTests {
    @Test func `a stream that starts over is followed where it begins, and says so`() async throws {
        let status = try Fixture.text("status")
        let daemon = try StubDaemon { request in
            if request.target == ControlRoute.status { return .json(status) }
            let event = RoundEvent(
                .warning,
                message: "after the restore",
                id: 3,
                time: "2026-02-01T09:00:00Z"
            )
            let blocks = [
                try? ServerSentEvent(EpochItem(epoch: "b", firstEvent: 3, restartedAfter: 2)).text,
                try? ServerSentEvent(EventItem(event)).text,
            ]
            return StubReply(
                headers: ["Content-Type: \(ControlHeader.eventStream)"],
                parts: blocks.compactMap { $0 },
                staysOpen: true
            )
        }
        defer { daemon.stop() }

        let run = await Invocation.run("watch", "--timeout", "4", socket: daemon.socketPath)

        #expect(run.output.contains("after the restore"), "\(run.output) \(run.messages)")
        #expect(
            run.messages.contains(
                "the daemon's journal is another one, or an older copy: events go on after 2\n"
            )
        )
        let streams = daemon.requests.filter { $0.target == ControlRoute.events }
        #expect(streams.count == 1, "it needs no second stream")
        #expect(streams.first?.headers.contains("Last-Event-ID: 41") == true)
        #expect(streams.first?.headers.contains("Last-Event-Time: 2026-01-31T17:52:10Z") == true)
    }
}
