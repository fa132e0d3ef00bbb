import Foundation
import Glibc
import Synchronization

/// Stands in for the service manager: takes what a daemon tells it.
final class NotifySocket: Sendable {
    /// What `NOTIFY_SOCKET` names.
    let path: String
    private let descriptor: Int32
    private let received = Mutex<[String]>([])

    /// Binds a socket and listens on a thread of its own until the object goes.
    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { room in
            room.copyBytes(from: Array(path.utf8).prefix(room.count - 1))
        }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard descriptor >= 0, result == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        let thread = Thread { [descriptor, weak self] in
            var block = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(descriptor, &block, block.count)
                guard count > 0, let self else { break }
                let text = String(decoding: block[..<count], as: UTF8.self)
                self.received.withLock { $0.append(text) }
            }
            close(descriptor)
        }
        thread.start()
    }

    /// Ends the thread, which closes the socket.
    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Everything so far, in order.
    var messages: [String] { received.withLock { $0 } }

    /// How many messages have said this.
    func count(_ text: String) -> Int { messages.count { $0.contains(text) } }

    /// Waits until this was said so often; false when that does not come in time.
    func wait(for text: String, count wanted: Int, seconds: Double) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if count(text) >= wanted { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
