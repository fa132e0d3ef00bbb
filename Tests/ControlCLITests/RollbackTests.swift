import ControlAPI
import ControlCLI
import Foundation
import Loop
import Testing

struct RollbackTests {
    @Test func `without a terminal it fails unless told yes`() async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let run = await Invocation.run("rollback", "base", socket: daemon.socketPath)

        #expect(run.status == 64)
        #expect(run.messages.contains("there is no terminal to ask on"))
        #expect(run.messages.contains("add --yes"))
        #expect(daemon.requests.isEmpty)
    }

    @Test func `--dry-run shows the plan and changes nothing`() async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let run = await Invocation.run("rollback", "base", "--dry-run", socket: daemon.socketPath)

        #expect(run.status == 0)
        #expect(
            run.output == """
                rollback to the base model
                  now:  checkpoint 1 (round 1) · test 71.5 (65–77) · gate 68.0 (58–76)
                  then: the base model · test 53.0 (46–60) · gate 51.0 (41–61)
                  leaves the line: checkpoint 1 (round 1)
                  round 2, now in weigh, will be abandoned; its candidates stay in the journal
                  round 3 will start from the base model
                  nothing is deleted: 1 adapter (4.9 MB) stays on disk

                """
        )
        #expect(daemon.requests.map(\.target) == ["/v1/rollback?round=0"])
        #expect(daemon.requests.map(\.method) == ["GET"])
    }

    @Test func `a rollback to what is current says that nothing would change`() throws {
        var preview = try Self.decode(RollbackPreviewReply.self, "rollback_preview")
        preview.target = preview.current
        (preview.leaving, preview.joining, preview.abandonedRound) = ([], [], nil)

        let lines = Renderer(width: nil).rollback(preview)

        #expect(lines.count == 2)
        #expect(lines.last?.contains("nothing would change") == true)
    }

    @Test func `an undo names what comes back`() async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let shown = await Invocation.run("rollback", "--undo", "--dry-run", socket: daemon.socketPath)
        let run = await Invocation.run("rollback", "--undo", "--yes", socket: daemon.socketPath)

        #expect(daemon.requests.first?.target == "/v1/rollback?undo=true")
        #expect(shown.output.hasPrefix("undo the last rollback: back to checkpoint 1 (round 1)\n"))
        #expect(shown.output.contains("comes back: checkpoint 1 (round 1)"))
        #expect(daemon.requests.last?.body == #"{"is_undo":true}"#)
        #expect(run.status == 0)
    }

    @Test(arguments: [(Optional("y"), Int32(0), 1), ("n", 1, 0), (nil, 1, 0)])
    func `on a terminal it asks first`(answer: String?, status: Int32, postCount: Int) async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let run = await Invocation.run(
            "rollback",
            "0",
            socket: daemon.socketPath,
            width: 80,
            canAsk: true,
            answer: answer
        )

        #expect(run.status == status)
        #expect(run.messages.contains("continue? [y/N] "))
        let posts = daemon.requests.filter { $0.method == "POST" }
        #expect(posts.count == postCount)
        // What was shown is what the daemon must find.
        #expect(posts.allSatisfy { $0.body == #"{"expected_current":1,"round":0}"# })
    }

    @Test func `yes posts the round and reports what happened`() async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let run = await Invocation.run("rollback", "0", "--yes", socket: daemon.socketPath)

        #expect(daemon.requests.last?.body == #"{"round":0}"#)
        #expect(
            run.output == """
                current is now the base model
                round 2 was abandoned
                "autodidact rollback --undo" undoes this

                """
        )
    }

    @Test func `the daemon's refusal is reported`() async throws {
        let problem = try ControlCoding.encode(Problem(.notPromoted, "round 2 is rejected", hint: "another"))
        let daemon = try StubDaemon { _ in
            .json(String(decoding: problem, as: UTF8.self), status: "409 Conflict")
        }
        defer { daemon.stop() }

        let run = await Invocation.run("rollback", "2", "--dry-run", socket: daemon.socketPath)

        #expect(run.status == 65)
        #expect(run.messages == "autodidact: round 2 is rejected\nanother\n")
    }

    /// A stub that would roll back from round 1 to the base model, or undo that.
    private static func daemon() throws -> StubDaemon {
        let preview = try Fixture.text("rollback_preview")
        var undo = try decode(RollbackPreviewReply.self, "rollback_preview")
        (undo.current, undo.target, undo.isUndo) = (undo.target, undo.current, true)
        (undo.leaving, undo.joining) = (undo.joining, undo.leaving)
        let undone = String(decoding: try ControlCoding.encode(undo), as: UTF8.self)
        let reply = try Fixture.text("rollback")
        return try StubDaemon { request in
            guard request.method == "GET" else { return .json(reply) }
            return .json(request.target.hasSuffix("undo=true") ? undone : preview)
        }
    }

    private static func decode<Reply: ControlReply>(_ type: Reply.Type, _ name: String) throws -> Reply {
        try ControlCoding.decode(type, from: Data(try Fixture.text(name).utf8))
    }
}
