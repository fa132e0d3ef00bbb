import Foundation
import Glibc
import Synchronization

/// Follows a daemon's events over all its restarts, as a person's `watch` does.
final class Follower: Sendable {
    /// An event as it was announced.
    struct Announced: Sendable {
        let id: Int
        let kind: String
        let message: String
    }

    private struct Heard {
        var events: [Announced] = []
        var last = 0
        var isOver = false
    }

    private let heard = Mutex(Heard())
    private let client: SocketClient

    /// Begins to follow the daemon behind a socket, whenever there is one.
    init(_ path: String) {
        client = SocketClient(path: path, patienceSeconds: 1)
        let thread = Thread { [weak self] in
            while let self, !self.heard.withLock({ $0.isOver }) {
                self.follow()
                usleep(50_000)
            }
        }
        thread.start()
    }

    /// Ends it.
    func end() { heard.withLock { $0.isOver = true } }

    /// What was announced since the last call.
    func take() -> [Announced] {
        heard.withLock { heard in
            defer { heard.events = [] }
            return heard.events
        }
    }

    /// Reads one stream to its end.
    private func follow() {
        guard let descriptor = client.connect() else { return }
        defer { close(descriptor) }
        let after = heard.withLock { $0.last }
        // HTTP/1.0 has no chunks to take apart.
        SocketClient.send("GET /v1/events?after=\(after) HTTP/1.0\r\n\r\n", on: descriptor)
        var rest: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while !heard.withLock({ $0.isOver }) {
            let count = read(descriptor, &block, block.count)
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            if count <= 0 { return }
            rest += block[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                note(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
        }
    }

    private func note(_ line: String) {
        guard line.hasPrefix("data: "),
            let json = try? JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8))
                as? [String: Any],
            let id = json["id"] as? Int, let kind = json["kind"] as? String,
            let message = json["message"] as? String
        else { return }
        heard.withLock {
            $0.events.append(Announced(id: id, kind: kind, message: message))
            $0.last = max($0.last, id)
        }
    }
}
