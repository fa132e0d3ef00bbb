import Foundation
import Glibc

/// One HTTP/1.1 request over a Unix socket, byte by byte, so that nothing but the daemon is under test.
struct RawHTTP: Sendable {
    struct Failure: Error {
        let step: String
    }

    let status: Int
    let head: String
    let body: String

    /// Sends a request and reads until the daemon closes, or until the text so far satisfies `isEnough`.
    static func send(
        _ method: String,
        _ path: String,
        body: String = "",
        headers: [String] = [],
        socket: String,
        until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }
    ) async throws -> RawHTTP {
        let lines =
            ["\(method) \(path) HTTP/1.1", "Host: localhost", "Connection: close"] + headers
            + ["Content-Length: \(body.utf8.count)", "", body]
        let request = lines.joined(separator: "\r\n")
        let text = try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try exchange(request, socket, isEnough) }) }.start()
        }
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1).map(String.init)
        let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return RawHTTP(status: status, head: parts.first ?? "", body: parts.count > 1 ? parts[1] : "")
    }

    /// A connection to a socket, on which no read waits longer than the limit; the caller closes it.
    static func connected(to path: String, readLimit: timeval) throws -> CInt {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var limit = readLimit
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isConnected else {
            close(descriptor)
            throw Failure(step: "connect")
        }
        return descriptor
    }

    private static func exchange(
        _ request: String,
        _ path: String,
        _ isEnough: (String) -> Bool
    ) throws -> String {
        let descriptor = try connected(to: path, readLimit: timeval(tv_sec: 20, tv_usec: 0))
        defer { close(descriptor) }
        let bytes = Array(request.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Failure(step: "write") }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw Failure(step: "read") }
            received += buffer.prefix(count)
            let text = String(decoding: received, as: UTF8.self)
            if count == 0 || isEnough(text) { return text }
        }
    }
}
