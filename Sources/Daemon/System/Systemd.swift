import CSystemd
import Foundation
import Glibc

/// The one file that talks to libsystemd: readiness and structured log entries.
enum Systemd {
    /// Sends a datagram to the service manager; does nothing outside systemd.
    static func notify(_ state: String) {
        _ = sd_notify(0, state)
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
