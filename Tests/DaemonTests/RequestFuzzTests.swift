import ControlAPI
import Daemon
import Foundation
import FuzzInputs
import Glibc
import Testing

/// Damaged requests over a real socket: a reply of ours or none, never a failure of the server's own, and it
/// serves on.
@Suite struct RequestFuzzTests {
    private static let samples = [
        "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n",
        "POST /v1/rollback HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: 12\r\n\r\n{\"round\": 1}",
        "POST /v1/questions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "1b\r\n{\"split\": \"train\", \"lines\":\r\n22\r\n [{\"question\": \"a\", \"answer\":\"1\"}]\r\n1\r\n}\r\n0\r\n\r\n",
        "GET /v1/rounds/1/candidates?limit=5&min_ds=1.5&verdict=kept HTTP/1.1\r\nHost: a\r\n"
            + "Connection: keep-alive\r\n\r\nGET /v1/metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ]

    @Test func `requests, byte by byte`() async throws {
        let bench = try Bench()
        try await bench.serving { path in
            for (index, sample) in Self.samples.enumerated() {
                // A thread of its own: a test that blocks must not hold one of the server's.
                let (count, replied) = try await withCheckedThrowingContinuation { continuation in
                    Thread {
                        continuation.resume(
                            with: Result { try Self.fuzz(sample, UInt64(8 + index), path) }
                        )
                    }.start()
                }
                print("fuzz: request \(index): \(count) inputs, \(replied) answered")
                #expect(count > 5 && replied > 0)
            }
            let reply = try await RawHTTP.send("GET", ControlRoute.status, socket: path)
            #expect(reply.status == 200)
        }
    }

    private struct Defect: Error {
        let reply: String
    }

    /// How many requests were sent and how many were answered.
    private static func fuzz(_ sample: String, _ seed: UInt64, _ path: String) throws -> (Int, Int) {
        var replied = 0
        let (count, _) = try FuzzInput.run(
            Array(sample.utf8),
            seconds: FuzzInput.seconds / Double(samples.count),
            seed: seed,
            isRefusal: { _ in false },
            read: { bytes in
                let reply = try exchange(bytes, path)
                guard !reply.isEmpty else { return }
                replied += 1
                guard reply.hasPrefix("HTTP/1.1 "), !reply.hasPrefix("HTTP/1.1 5") else {
                    throw Defect(reply: "\(String(decoding: bytes, as: UTF8.self)) -> \(reply.prefix(500))")
                }
            }
        )
        return (count, replied)
    }

    /// Sends bytes as they are and returns what comes back within a moment.
    private static func exchange(_ bytes: [UInt8], _ path: String) throws -> String {
        let descriptor = try RawHTTP.connected(to: path, readLimit: timeval(tv_sec: 0, tv_usec: 100_000))
        defer { close(descriptor) }
        // The server may close before it has read all.
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        shutdown(descriptor, Int32(SHUT_WR))
        var block = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &block, block.count)
        return String(decoding: block.prefix(max(0, count)), as: UTF8.self)
    }
}
