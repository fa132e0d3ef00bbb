import ControlAPI
import ControlCLI
import Foundation
import Synchronization
import Testing

/// A change is sent once more when the connection breaks before the reply, and nothing else is.
struct RepeatTests {
    /// A daemon that says nothing to its first requests.
    private func daemon(silentFor count: Int, then reply: StubReply) throws -> StubDaemon {
        let silent = Mutex(count)
        return try StubDaemon { _ in
            let isSilent = silent.withLock { count in
                count -= 1
                return count >= 0
            }
            return isSilent ? .none : reply
        }
    }

    private func key(_ request: StubRequest) -> String? {
        let line = request.headers.split(separator: "\r\n")
            .first { $0.lowercased().hasPrefix(ControlHeader.idempotencyKey.lowercased() + ":") }
        return line.map { String($0.split(separator: " ")[1]) }
    }

    @Test func `a change whose connection breaks is sent once more with the same key`() async throws {
        let daemon = try daemon(silentFor: 1, then: .fixture("rollback"))
        defer { daemon.stop() }

        let run = await Invocation.run("rollback", "0", "--yes", socket: daemon.socketPath)

        #expect(run.status == 0, "\(run.messages)")
        #expect(daemon.requests.count == 2)
        #expect(Set(daemon.requests.map(\.body)).count == 1)
        let keys = daemon.requests.compactMap(key)
        #expect(keys.count == 2 && Set(keys).count == 1)
        #expect(keys.allSatisfy { (1...ControlLimits.keyLength).contains($0.utf8.count) })
    }

    @Test func `a connection that breaks twice is reported`() async throws {
        let daemon = try daemon(silentFor: 9, then: .fixture("prune"))
        defer { daemon.stop() }

        let run = await Invocation.run("prune", socket: daemon.socketPath)

        #expect(run.status == 75)
        #expect(run.messages.contains("closed the connection before it replied"))
        #expect(daemon.requests.count == 2)
    }

    @Test func `a daemon that has gone is not what is reported`() async throws {
        let path = Mutex("")
        let daemon = try StubDaemon { _ in
            unlink(path.withLock { $0 })
            return .none
        }
        defer { daemon.stop() }
        path.withLock { $0 = daemon.socketPath }

        let run = await Invocation.run("rollback", "0", "--yes", socket: daemon.socketPath)

        #expect(run.status == 75)
        #expect(run.messages.contains("closed the connection before it replied"))
    }

    @Test func `each change has a key of its own`() async throws {
        let daemon = try daemon(silentFor: 0, then: .fixture("prune"))
        defer { daemon.stop() }

        for _ in 0..<2 { _ = await Invocation.run("prune", socket: daemon.socketPath) }

        #expect(Set(daemon.requests.compactMap(key)).count == 2)
    }

    @Test func `a refusal is not sent again`() async throws {
        let problem = String(decoding: try ControlCoding.encode(Problem(.busy, "later")), as: UTF8.self)
        let daemon = try daemon(silentFor: 0, then: .json(problem, status: "503 Service Unavailable"))
        defer { daemon.stop() }

        let run = await Invocation.run("prune", socket: daemon.socketPath)

        #expect(run.status == 75)
        #expect(daemon.requests.count == 1)
    }

    @Test(arguments: [["pin", "1"], ["pause"], ["ask", "What is 1 + 2?"], ["status"]])
    func `what has no key is sent once`(arguments: [String]) async throws {
        let daemon = try daemon(silentFor: 9, then: .fixture("pin"))
        defer { daemon.stop() }

        let run = await Invocation.run(arguments: arguments, socket: daemon.socketPath)

        #expect(run.status == 75)
        #expect(run.messages.contains("closed the connection before it replied"))
        #expect(daemon.requests.count == 1)
        #expect(daemon.requests.compactMap(key).isEmpty)
    }
}
