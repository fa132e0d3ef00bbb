import ControlAPI
import ControlCLI
import Foundation
import Loop
import Testing

/// What the loop tried, what came of it, and why it stopped.
struct TriesTests {
    private static func rounds() throws -> RoundsReply {
        var reply = try ControlCoding.decode(RoundsReply.self, from: Data(try Fixture.text("rounds").utf8))
        reply.rounds[0].lever = "votes"
        reply.rounds[0].leverSetting = "generate.candidates 30"
        return reply
    }

    @Test func `a table has round, lever, accuracy before and after, and verdict`() throws {
        let lines = Renderer(width: 100).tries(try Self.rounds().rounds)

        #expect(lines[1] == "what it tried and what came of it")
        let row = try #require(lines.last)
        for part in ["1", "votes", "generate.candidates 30", "→"] { #expect(row.contains(part), "\(row)") }
        #expect(Renderer(width: 80).tries([]).isEmpty)
    }

    @Test func `inspect names the lever of a round and its headroom`() throws {
        let text = try Fixture.text("round")
        var round = try ControlCoding.decode(RoundReply.self, from: Data(text.utf8)).round
        (round.report.lever, round.report.leverSetting) = ("scpo", "finetune.objective scpo")
        round.report.headroom = HeadroomReport(
            split: .valid,
            questionCount: 50,
            voteCount: 16,
            greedyRightCount: 40,
            voteRightCount: 42
        )

        let shown = Renderer(width: 120).inspect(round).joined(separator: "\n")

        #expect(shown.contains("tries") && shown.contains("finetune.objective scpo"))
        #expect(shown.contains("+4.0 points: vote of 16 84.0 %, greedy 80.0 % of 50 valid questions"))
    }

    @Test func `status says why the loop stopped and what to do, and the report's page, too`() async throws {
        var status = try ControlCoding.decode(
            StatusReply.self,
            from: Data(try Fixture.text("status").utf8)
        )
        (status.state, status.stopReason) = (.plateau, StopReason.deadEnd.rawValue)
        status.stopAdvice = StopReason.deadEnd.advice
        let (statusText, roundsText) = (
            String(decoding: try ControlCoding.encode(status), as: UTF8.self),
            String(decoding: try ControlCoding.encode(try Self.rounds()), as: UTF8.self)
        )
        let replies: [String: StubReply] = [
            ControlRoute.status: .json(statusText), "/v1/rounds?limit=100": .json(roundsText),
            "/v1/rounds/1": try .fixture("round"), "/v1/checkpoints?limit=100": try .fixture("checkpoints"),
            "/v1/rounds/1/candidates?limit=1000&offset=0": .json(
                try Fixture.text("candidates").replacing(/"total_count": *[0-9]+/, with: "\"total_count\": 2")
            ),
        ]
        let daemon = try StubDaemon { replies[$0.target] ?? .json("{}", status: "404 Not Found") }
        defer { daemon.stop() }

        let lines = Renderer(width: 200).status(status).joined(separator: "\n")
        let page = await Invocation.run("report", "--output", "-", socket: daemon.socketPath)

        #expect(lines.contains("stopped") && lines.contains("dead_end: correct what failed"))
        #expect(page.status == 0, "\(page.messages)")
        #expect(page.output.contains("<h2>What it tried and what came of it"))
        #expect(page.output.contains("Stopped: dead_end; correct what failed"))
    }
}
