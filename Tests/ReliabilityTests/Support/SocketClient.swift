import Foundation
import Glibc

/// HTTP over the control socket, written by hand so that a test can also misbehave.
struct SocketClient: Sendable {
    let path: String
    /// How long it waits for the daemon to take or send something.
    var patienceSeconds = 5

    /// A connected descriptor; nil when nobody listens.
    func connect() -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { room in
            room.copyBytes(from: Array(path.utf8).prefix(room.count - 1))
        }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, length)
            }
        }
        guard result == 0 else {
            close(descriptor)
            return nil
        }
        var limit = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    /// Sends bytes; false when the peer does not take them.
    @discardableResult
    static func send(_ text: String, on descriptor: Int32) -> Bool {
        var bytes = ArraySlice(Array(text.utf8))
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    /// Everything until the peer closes.
    static func readAll(_ descriptor: Int32) -> String {
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &block, block.count)
            if count <= 0 { return String(decoding: all, as: UTF8.self) }
            all += block[..<count]
        }
    }

    /// One request on a connection of its own: status, head in small letters and body; nil when nobody
    /// answers to the end.
    func request(
        _ method: String,
        _ target: String,
        body: String = "",
        headers: [String] = []
    ) -> (status: Int, head: String, body: String)? {
        guard let descriptor = connect() else { return nil }
        defer { close(descriptor) }
        let lines =
            [
                "\(method) \(target) HTTP/1.1", "Host: localhost", "Connection: close",
                "Content-Type: application/json", "Content-Length: \(body.utf8.count)",
            ] + headers + ["", body]
        guard Self.send(lines.joined(separator: "\r\n"), on: descriptor) else { return nil }
        let answer = Self.readAll(descriptor)
        guard let space = answer.firstIndex(of: " "), let end = answer.range(of: "\r\n\r\n"),
            let status = Int(answer[answer.index(after: space)...].prefix(3))
        else { return nil }
        let (head, rest) = (answer[..<end.lowerBound].lowercased(), answer[end.upperBound...])
        let length = head.firstMatch(of: /content-length: ([0-9]+)/).flatMap { Int($0.1) }
        guard rest.utf8.count >= length ?? 0 else { return nil }
        return (status, head, String(rest))
    }

    /// A reply's JSON object; nil when nobody answers or it is none.
    func json(_ method: String, _ target: String, body: String = "") -> [String: Any]? {
        guard let reply = request(method, target, body: body) else { return nil }
        return try? JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any]
    }
}

extension TinyRun {
    /// The daemon's socket.
    var client: SocketClient { SocketClient(path: state + "/control.sock") }

    /// Waits until the status is as wanted; nil when that does not come in time.
    func waitForStatus(
        seconds: Double = 30,
        _ isWanted: ([String: Any]) -> Bool = { _ in true }
    ) async throws -> [String: Any]? {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if let status = client.json("GET", "/v1/status"), isWanted(status) { return status }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }
}
