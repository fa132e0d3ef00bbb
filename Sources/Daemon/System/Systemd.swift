import CSystemd
import Foundation
import Glibc

/// The one file that talks to libsystemd: readiness, inherited sockets and structured log entries.
enum Systemd {
    /// Sends a datagram to the service manager; does nothing outside systemd.
    static func notify(_ state: String) {
        _ = sd_notify(0, state)
    }

    /// A listening Unix socket that the service manager holds for us, and its path; nil when there is none.
    ///
    /// The descriptors are closed on exec and their variables unset, so that no child takes them for its own.
    ///
    /// - Throws: `DaemonError` when more or another kind of socket is passed.
    static func inheritedSocket() throws(DaemonError) -> (descriptor: Int32, path: String)? {
        let count = sd_listen_fds(1)
        guard count != 0 else { return nil }
        let descriptor = Int32(SD_LISTEN_FDS_START)
        guard count == 1, sd_is_socket_unix(descriptor, Int32(SOCK_STREAM.rawValue), 1, nil, 0) > 0 else {
            throw DaemonError(
                .invalidConfiguration,
                "the service manager passes \(count) sockets, or no listening Unix stream socket; "
                    + "give autodidactd.socket one ListenStream= with an absolute path"
            )
        }
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        let path = withUnsafeBytes(of: address.sun_path) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        guard result == 0, path.hasPrefix("/") else {
            throw DaemonError(
                .invalidConfiguration,
                "the socket that the service manager passes has no path; give ListenStream= an absolute one"
            )
        }
        return (descriptor, path)
    }

    /// Processes that want to run, averaged over a minute.
    static var loadAverage: Double { autodidact_load_average() }

    /// The monotonic clock as the service manager reads it.
    static var monotonicMicroseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
    }

    /// Holds the calling thread, by the monotonic clock.
    ///
    /// Dispatch's semaphores wait by the wall clock on Linux: when it is set back by an hour, so is their
    /// deadline.
    static func pause(for duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var (left, rest) = (
            timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000)), timespec()
        )
        while clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &rest) == EINTR { left = rest }
    }

    /// Writes one entry of `FIELD=value` pairs to the journal.
    ///
    /// - Parameter fields: Names A–Z, 0–9, `_`; values of any bytes.
    /// - Returns: Whether the journal took it.
    static func journal(_ fields: [(name: String, value: String)]) -> Bool {
        let buffers = fields.map { field in
            let bytes = Array("\(field.name)=\(field.value)".utf8)
            let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
            _ = buffer.initialize(from: bytes)
            return buffer
        }
        defer { for buffer in buffers { buffer.deallocate() } }
        let vectors = buffers.map {
            iovec(iov_base: UnsafeMutableRawPointer($0.baseAddress), iov_len: $0.count)
        }
        return sd_journal_sendv(vectors, Int32(vectors.count)) == 0
    }

    /// Half of the manager's watchdog interval; nil when it watches another process or none.
    static func watchdogInterval(environment: [String: String]) -> Duration? {
        guard let text = environment["WATCHDOG_USEC"], let microseconds = Int(text), microseconds > 0 else {
            return nil
        }
        if let pid = environment["WATCHDOG_PID"], pid != String(getpid()) { return nil }
        return .microseconds(microseconds / 2)
    }

    /// Whether standard error is the journal's stream.
    static func isJournalStream(environment: [String: String]) -> Bool {
        var status = stat()
        guard let stream = environment["JOURNAL_STREAM"], fstat(2, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}
