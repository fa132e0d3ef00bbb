import ControlAPI
import ControlCLI
import Foundation
import Testing

struct MaintenanceTests {
    private static func daemon() throws -> StubDaemon {
        let replies = try ["pin", "prune", "verify"].reduce(into: [:]) {
            $0["/v1/\($1)"] = try StubReply.fixture($1)
        }
        return try StubDaemon { replies[$0.target] ?? .json("{}", status: "404 Not Found") }
    }

    @Test func `pin and unpin post the round and say what holds now`() async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let pin = await Invocation.run("pin", "1", socket: daemon.socketPath)
        _ = await Invocation.run("unpin", "1", socket: daemon.socketPath)

        #expect(pin.output == "checkpoint 1 (round 1) is pinned: it stays\n")
        #expect(
            daemon.requests.map(\.body) == [
                #"{"is_pinned":true,"round":1}"#, #"{"is_pinned":false,"round":1}"#,
            ]
        )
    }

    @Test func `prune says what goes, what stays and why`() async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let run = await Invocation.run("prune", "--keep", "5", "--dry-run", socket: daemon.socketPath)
        let refused = await Invocation.run("prune", "--keep", "0", socket: daemon.socketPath)

        #expect(
            run.output == """
                adapters would be removed: checkpoints 1, 4 (21.0 MB)
                  7 stays: current

                """
        )
        #expect(daemon.requests.last?.body == #"{"is_dry_run":true,"keep":5}"#)
        #expect(refused.status == 64 && refused.messages.contains("--keep is 0"))
    }

    @Test func `verify ends with status 65 and each violation when something does not hold`() async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let run = await Invocation.run("verify", socket: daemon.socketPath)

        #expect(run.status == 65)
        #expect(
            run.output == """
                round_seal: round 1 has changed since it ended
                1 violation in 47 checks, 3 rounds, 3 checkpoints, 12 files

                """
        )
    }

    @Test func `what keeps a directory from being verified is a problem with --json`() async throws {
        let folder = try TemporaryDirectory.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }

        // The daemon's program stands beside the test's.
        let plain = await Invocation.run("verify", folder)
        let json = await Invocation.run("verify", folder, "--json")

        #expect(plain.messages.hasPrefix("autodidactd: "), "\(plain.messages)")
        let problem = try ControlCoding.decode(Problem.self, from: Data(json.messages.utf8))
        #expect(plain.messages == problem.detail + "\n")
        #expect(plain.status == json.status && json.status == problem.exitStatus && json.status != 0)
        #expect(plain.output.isEmpty && json.output.isEmpty)
    }
}
