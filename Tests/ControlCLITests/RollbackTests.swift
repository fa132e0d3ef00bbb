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
        #expect(run.messages.contains("add --yes"))
        #expect(!daemon.requests.contains { $0.method == "POST" })
    }

    @Test func `--dry-run shows the plan and changes nothing`() async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let run = await Invocation.run("rollback", "base", "--dry-run", socket: daemon.socketPath)

        #expect(run.status == 0)
        #expect(
            run.output == """
                rollback to the base model: test 53.0 (46–60) · gate 51.0 (41–61)
                  current now: checkpoint 1 (round 1)
                  nothing is deleted; the next round starts from the base model

                """
        )
        #expect(!daemon.requests.contains { $0.method == "POST" })
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
        #expect(run.messages.contains("go on? [y/N] "))
        #expect(daemon.requests.filter { $0.method == "POST" }.count == postCount)
    }

    @Test func `yes posts the round and reports what happened`() async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let run = await Invocation.run("rollback", "0", "--yes", socket: daemon.socketPath)

        #expect(daemon.requests.last?.body == #"{"round":0}"#)
        #expect(run.output == "current is now the base model\nround 2 was abandoned\n")
    }

    @Test(arguments: [
        ("7", Int32(66), "there is no round 7"), ("2", 65, "the checkpoint of round 2 was not promoted"),
    ])
    func `a round that is unknown or rejected is refused`(
        round: String,
        status: Int32,
        message: String
    ) async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let run = await Invocation.run("rollback", round, "--yes", socket: daemon.socketPath)

        #expect(run.status == status)
        #expect(run.messages.contains(message))
        #expect(!daemon.requests.contains { $0.method == "POST" })
    }

    /// A stub with round 1 promoted and round 2 rejected.
    private static func daemon() throws -> StubDaemon {
        var checkpoints = try decode(CheckpointsReply.self, "checkpoints")
        var rejected = checkpoints.checkpoints[1]
        rejected.id = CheckpointID(rawValue: 2)
        rejected.round = RoundID(rawValue: 2)
        (rejected.isPromoted, rejected.isCurrent) = (false, false)
        checkpoints.checkpoints.append(rejected)
        var rounds = try decode(RoundsReply.self, "rounds")
        var second = rounds.rounds[0]
        second.id = RoundID(rawValue: 2)
        second.outcome = .rejected
        rounds.rounds.append(second)
        let lists = [
            ControlRoute.checkpoints: String(decoding: try ControlCoding.encode(checkpoints), as: UTF8.self),
            ControlRoute.rounds: String(decoding: try ControlCoding.encode(rounds), as: UTF8.self),
            ControlRoute.rollback: try Fixture.text("rollback"),
        ]
        return try StubDaemon { request in .json(lists[request.target] ?? "{}") }
    }

    private static func decode<Reply: ControlReply>(_ type: Reply.Type, _ name: String) throws -> Reply {
        try ControlCoding.decode(type, from: Data(try Fixture.text(name).utf8))
    }
}
