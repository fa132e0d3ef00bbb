import Daemon
import Foundation
import Glibc
import Testing

/// Names may be removed under a running daemon; what another one has put in their place is not its own.
struct SocketPathTests {
    @Test func `a stop leaves a socket that another daemon has bound in place of its own`() throws {
        let directory = try TemporaryDirectory()
        let socket = try SocketPath(directory.path + "/c.sock")
        let first = try socket.bound()
        defer { close(first) }
        let mark = socket.mark
        try #require(unlink(socket.path) == 0)
        let second = try socket.bound()
        defer { close(second) }

        socket.remove(mark)

        #expect(FileManager.default.fileExists(atPath: socket.path))
        socket.remove(socket.mark)
        #expect(!FileManager.default.fileExists(atPath: socket.path))
    }
}
