import ControlAPI
import ControlCLI
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
