import Foundation
import Glibc
import Synchronization

/// A request as the stub saw it.
struct StubRequest: Sendable {
    var method: String
    /// Path with query.
    var target: String
    var headers: String
    var body: String
}

/// What the stub answers.
///
/// Several parts are written one after the other; then the connection is closed, unless it stays open until
/// the stub stops.
struct StubReply: Sendable {
    var status = "200 OK"
    var headers: [String] = []
    var parts: [String]
    var staysOpen = false

    static func json(_ text: String, status: String = "200 OK") -> StubReply {
        StubReply(status: status, headers: ["Content-Type: application/json"], parts: [text])
    }

    /// Closes the connection without a word.
    static let none = StubReply(status: "", parts: [])

    /// A reply fixture of the API's own tests.
    static func fixture(_ name: String) throws -> StubReply { .json(try Fixture.text(name)) }
}

enum Fixture {
    static func text(_ name: String) throws -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.appendingPathComponent("ControlAPITests/Fixtures/\(name).json")
        return try String(contentsOf: file, encoding: .utf8)
    }
}

/// A tiny HTTP server on a real Unix socket, on its own thread.
final class StubDaemon: Sendable {
    let directory: String
    let socketPath: String
    private let ownsDirectory: Bool
    private let listener: Int32
    private let seen = Mutex<[StubRequest]>([])
    private let open = Mutex<[Int32]>([])
    private let answer: @Sendable (StubRequest) -> StubReply
    private let done = DispatchSemaphore(value: 0)

    /// The requests so far.
    var requests: [StubRequest] { seen.withLock { $0 } }

    /// Starts a server in a directory of its own, or in one that outlives it.
    init(in shared: String? = nil, _ answer: @escaping @Sendable (StubRequest) -> StubReply) throws {
        self.answer = answer
        directory = try shared ?? TemporaryDirectory.make()
        ownsDirectory = shared == nil
        socketPath = directory + "/control.sock"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(socketPath.utf8)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) == 0 }
        }
        guard isBound, listen(listener, 8) == 0 else { throw POSIXError(.EADDRINUSE) }
        Thread { [self] in serve() }.start()
    }

    /// Ends the server and every connection and removes its socket, and its directory where that is its own.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        done.wait()
        close(listener)
        for connection in open.withLock({ $0 }) { end(connection) }
        try? FileManager.default.removeItem(atPath: ownsDirectory ? directory : socketPath)
    }

    /// Closes for every process: one that another test has just started may hold a copy.
    private func end(_ connection: Int32) {
        shutdown(connection, Int32(SHUT_RDWR))
        close(connection)
    }

    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            var staysOpen = false
            if let request = read(connection) {
                seen.withLock { $0.append(request) }
                let reply = answer(request)
                write(reply, to: connection)
                staysOpen = reply.staysOpen
            }
            if staysOpen { open.withLock { $0.append(connection) } } else { end(connection) }
        }
        done.signal()
    }

    private func read(_ connection: Int32) -> StubRequest? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = String(text[..<end.lowerBound])
                let body = String(text[end.upperBound...])
                if body.utf8.count >= contentLength(head) { return request(head, body) }
            }
            let count = Glibc.read(connection, &buffer, buffer.count)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }

    private func contentLength(_ head: String) -> Int {
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        return line.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
    }

    private func request(_ head: String, _ body: String) -> StubRequest {
        let words = head.prefix { $0 != "\r\n" }.split(separator: " ").map(String.init)
        return StubRequest(method: words[0], target: words[1], headers: head, body: body)
    }

    private func write(_ reply: StubReply, to connection: Int32) {
        guard !reply.status.isEmpty else { return }
        let lines = ["HTTP/1.1 \(reply.status)", "Connection: close"] + reply.headers
        for part in [lines.joined(separator: "\r\n") + "\r\n\r\n"] + reply.parts {
            let bytes = Array(part.utf8)
            _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }
    }
}

enum TemporaryDirectory {
    /// A new directory with a short name, as socket paths are limited.
    static func make() throws -> String {
        var template = Array("/tmp/autodidact-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
