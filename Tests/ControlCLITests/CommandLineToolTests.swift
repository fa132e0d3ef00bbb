import ControlAPI
import Foundation
import Loop
import Testing

/// The whole program against a stub on a real socket.
struct CommandLineToolTests {
    @Test func `without a verb it shows the status`() async throws {
        let daemon = try StubDaemon { _ in Self.fixture("status") }
        defer { daemon.stop() }

        let run = await Invocation.run(socket: daemon.socketPath)

        #expect(run.status == 0)
        #expect(run.output.hasPrefix("state       running · round 2, generate\n"))
        #expect(run.messages.isEmpty)
        #expect(daemon.requests.map(\.target) == ["/v1/status"])
    }

    @Test(arguments: [
        (["status"], "status"), (["rounds"], "rounds"), (["inspect", "1"], "round"),
        (["checkpoints"], "checkpoints"),
        (["candidates", "1"], "candidates"), (["pause"], "loop_state"), (["resume"], "loop_state"),
        (["ask", "What?"], "ask"), (["ask", "What?", "--samples", "4"], "ask_vote"),
        (["compare", "0", "1"], "compare"), (["export"], "export"), (["config", "show"], "config"),
        (["preflight"], "preflight"),
    ])
    func `--json prints the reply itself`(arguments: [String], fixture: String) async throws {
        let daemon = try StubDaemon { _ in Self.fixture(fixture) }
        defer { daemon.stop() }

        let run = await Invocation.run(arguments: arguments + ["--json"], socket: daemon.socketPath)

        let expected = try JSONSerialization.jsonObject(with: Data(try Fixture.text(fixture).utf8))
        let printed = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        #expect(printed as? NSDictionary == expected as? NSDictionary)
        #expect(run.output.filter { $0 == "\n" }.count == 1)
        #expect(run.status == 0)
    }

    @Test func `a problem of the daemon gives its detail, its hint and its exit status`() async throws {
        let daemon = try StubDaemon { _ in
            var reply = Self.fixture("problem")
            reply.status = "404 Not Found"
            return reply
        }
        defer { daemon.stop() }

        let run = await Invocation.run("inspect", "9", socket: daemon.socketPath)

        #expect(run.status == 66)
        #expect(run.output.isEmpty)
        #expect(
            run.messages
                == "autodidact: there is no round 9\nsee \"autodidact rounds\" for their numbers\n"
        )
    }

    @Test func `without a daemon the message names the socket, the unit and what to do`() async throws {
        let directory = try TemporaryDirectory.make()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let socket = directory + "/none.sock"

        let rounds = await Invocation.run("rounds", socket: socket)
        let status = await Invocation.run("status", socket: socket)

        #expect(rounds.status == 69)
        #expect(status.status == 3)
        #expect(rounds.messages == status.messages)
        #expect(rounds.messages.hasPrefix("autodidact: no daemon: the socket \(socket) does not exist\n"))
        #expect(rounds.messages.contains("systemctl status autodidactd"))
        #expect(rounds.messages.contains("autodidactd --config FILE"))
    }

    @Test func `a reply that is not of the API is said to be unreadable`() async throws {
        let daemon = try StubDaemon { _ in .json("[1, 2]") }
        defer { daemon.stop() }

        let run = await Invocation.run("status", socket: daemon.socketPath)

        #expect(run.status == 76)
        #expect(run.messages.contains("cannot read what answers on \(daemon.socketPath)"))
    }

    @Test func `a daemon of another major version is refused, of another minor one warned about`()
        async throws
    {
        let minor = try StubDaemon { _ in Self.versioned("0.99.0") }
        let major = try StubDaemon { _ in Self.versioned("9.0.0") }
        defer {
            minor.stop()
            major.stop()
        }

        let warned = await Invocation.run("rounds", socket: minor.socketPath)
        let refused = await Invocation.run("rounds", socket: major.socketPath)

        #expect(warned.status == 0)
        #expect(warned.messages.contains("warning: the daemon is version 0.99.0"))
        #expect(refused.status == 76)
    }

    @Test(arguments: [
        ["rounds", "--colour"], ["inspect", "minus"], ["candidates", "1", "--limit", "0"], ["ask", " "],
        ["export", "--name", "../up"], ["watch", "--until-round", "0"], ["rollback"],
    ])
    func `a wrong command line ends with 64 and touches no socket`(arguments: [String]) async throws {
        let run = await Invocation.run(arguments: arguments, socket: "/nonexistent/socket")

        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(!run.messages.isEmpty)
    }

    @Test func `filters of candidates become the query`() async throws {
        let daemon = try StubDaemon { _ in Self.fixture("candidates") }
        defer { daemon.stop() }

        _ = await Invocation.run(
            "candidates",
            "1",
            "--verdict",
            "dropped",
            "--reason",
            "ds_weight",
            "--question",
            "17",
            "--min-ds",
            "2",
            "--max-ds",
            "3.5",
            socket: daemon.socketPath
        )

        let query = "?limit=50&offset=0&verdict=dropped&reason=ds_weight&question=17&min_ds=2.0&max_ds=3.5"
        #expect(daemon.requests.map(\.target) == ["/v1/rounds/1/candidates" + query])
    }

    @Test func `latest is the last round`() async throws {
        let daemon = try StubDaemon { request in
            Self.fixture(request.target.hasPrefix(ControlRoute.rounds + "?") ? "rounds" : "round")
        }
        defer { daemon.stop() }

        let run = await Invocation.run("inspect", "latest", socket: daemon.socketPath)

        #expect(run.status == 0)
        #expect(daemon.requests.map(\.target) == ["/v1/rounds?limit=1", "/v1/rounds/1"])
    }

    @Test func `rounds asks for the newest ones only when told to`() async throws {
        let daemon = try StubDaemon { _ in Self.fixture("rounds") }
        defer { daemon.stop() }

        _ = await Invocation.run("rounds", socket: daemon.socketPath)
        _ = await Invocation.run("rounds", "--last", "5", socket: daemon.socketPath)
        let refused = await Invocation.run("rounds", "--last", "0", socket: daemon.socketPath)

        #expect(daemon.requests.map(\.target) == ["/v1/rounds", "/v1/rounds?limit=5"])
        #expect(refused.status == 64)
    }

    @Test func `help and version need no daemon`() async {
        let help = await Invocation.run("--help")
        let version = await Invocation.run("--version")

        #expect(help.status == 0)
        #expect(help.output.contains("autodidact watch"))
        #expect(version.output == "\(ControlVersion.program)\n")
    }

    private static func versioned(_ version: String) -> StubReply {
        var reply = fixture("rounds")
        reply.headers.append("\(ControlVersion.headerName): \(version)")
        return reply
    }

    private static func fixture(_ name: String) -> StubReply {
        (try? .fixture(name)) ?? .json("no fixture \(name)", status: "500 Internal Server Error")
    }
}
