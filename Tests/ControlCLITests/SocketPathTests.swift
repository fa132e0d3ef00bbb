import ControlAPI
import ControlCLI
import Foundation
import Glibc
import Testing

struct SocketPathTests {
    @Test func `the option wins over the environment, that over the default`() throws {
        let environment = ["AUTODIDACT_SOCKET": "/b"]

        #expect(try SocketPath.resolve(option: "/a", environment: environment) { _ in true } == "/a")
        #expect(try SocketPath.resolve(option: nil, environment: environment) { _ in true } == "/b")
        #expect(try SocketPath.resolve(option: nil, environment: [:]) { _ in true } == SocketPath.system)
    }

    @Test func `in a checkout without an installed daemon its socket is used`() throws {
        let path = try SocketPath.resolve(option: nil, environment: [:]) { $0 == SocketPath.checkout }

        #expect(path == SocketPath.checkout)
        #expect(try SocketPath.resolve(option: nil, environment: [:]) { _ in false } == SocketPath.system)
    }

    @Test func `the user's own daemon comes before the installed one if it answers`() throws {
        let environment = ["XDG_RUNTIME_DIR": "/run/user/7"]
        let own = "/run/user/7/autodidact/control.sock"

        let found = try SocketPath.resolve(
            option: nil,
            environment: environment,
            exists: { _ in true },
            answers: { $0 == own }
        )
        let leftBehind = try SocketPath.resolve(
            option: nil,
            environment: environment,
            exists: { _ in true },
            answers: { _ in false }
        )

        #expect(found == own)
        #expect(leftBehind == SocketPath.system)
    }

    @Test(arguments: ["AUTODIDACT_SOCKET", "--socket"])
    func `a socket that is named wins over the user's own daemon`(way: String) throws {
        let environment = ["XDG_RUNTIME_DIR": "/run/user/7", "AUTODIDACT_SOCKET": "/b"]
        let isOption = way == "--socket"

        let path = try SocketPath.resolve(
            option: isOption ? "/a" : nil,
            environment: environment,
            exists: { _ in true },
            answers: { _ in true }
        )

        #expect(path == (isOption ? "/a" : "/b"))
        #expect(SocketPath.places(option: isOption ? "/a" : nil, environment: environment).isEmpty)
    }

    @Test(arguments: ["", "run/user/7", "/" + String(repeating: "a", count: 90)])
    func `a directory that cannot hold the user's socket is not looked at`(directory: String) throws {
        let environment = ["XDG_RUNTIME_DIR": directory]

        let path = try SocketPath.resolve(
            option: nil,
            environment: environment,
            exists: { _ in true },
            answers: { _ in true }
        )

        #expect(path == SocketPath.system)
        #expect(
            SocketPath.places(option: nil, environment: environment)
                == [SocketPath.system, SocketPath.checkout]
        )
    }

    @Test func `a verb finds the user's own daemon without being told, and logs reads its log`() async throws
    {
        let runtime = try TemporaryDirectory.make()
        defer { try? FileManager.default.removeItem(atPath: runtime) }
        let directory = runtime + "/autodidact"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let daemon = try StubDaemon(in: directory) { _ in (try? .fixture("status")) ?? .json("") }
        let environment = ["XDG_RUNTIME_DIR": runtime]

        let status = await Invocation.run(arguments: ["status"], environment: environment)
        let logs = await Invocation.run(arguments: ["logs", "--dry-run"], environment: environment)
        daemon.stop()

        #expect(status.status == 0, "\(status.messages)")
        #expect(daemon.requests.contains { $0.target == "/v1/status" })
        #expect(logs.output == "journalctl --user --unit autodidactd\n")
    }

    @Test func `only a socket with somebody behind it answers`() async throws {
        let daemon = try StubDaemon { _ in .none }
        let path = daemon.socketPath
        let file = daemon.directory + "/file"
        try Data().write(to: URL(filePath: file))

        #expect(SocketPath.connects(to: path))
        #expect(!SocketPath.connects(to: file))
        #expect(!SocketPath.connects(to: daemon.directory + "/none"))
        daemon.stop()
        #expect(!SocketPath.connects(to: path))
    }

    @Test(arguments: [ENOENT, ECONNREFUSED])
    func `when none answers, the message lists where it looked`(code: Int32) {
        let places = SocketPath.places(option: nil, environment: ["XDG_RUNTIME_DIR": "/run/user/7"])

        let problem = Unreachable.problem(SocketPath.system, errno: code, places: places)

        #expect(problem.exitStatus == 69)
        #expect(
            problem.detail
                == "no daemon answers; looked at /run/user/7/autodidact/control.sock, "
                + "/run/autodidact/control.sock, state/control.sock"
        )
        #expect(problem.hint?.contains("--user") == true)
    }

    @Test func `a path longer than Linux allows is refused with its length`() {
        let path = "/" + String(repeating: "a", count: 107)

        let problem = #expect(throws: Problem.self) { try SocketPath.resolve(option: path, environment: [:]) }

        #expect(problem?.exitStatus == 64)
        #expect(problem?.detail.contains("108 bytes, Linux allows 107") == true)
    }

    @Test func `permission denied names the group`() {
        let problem = Unreachable.problem("/s", errno: EACCES)

        #expect(problem.exitStatus == 77)
        #expect(problem.hint?.contains("group autodidact") == true)
    }
}
