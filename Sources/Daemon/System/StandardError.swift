import ControlAPI
import Glibc
import Logging

/// Standard error, which may be a full disk or a pipe that nobody reads any more.
///
/// Foundation's handle ends the process then; what cannot be written is lost instead, and the rounds go on.
enum StandardError {
    /// Writes a text, or as much of it as there is room for.
    static func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno != EINTR {
                return
            }
        }
    }
    /// Says why the program ends, with the single faults below.
    static func report(_ error: any Error, to destination: DaemonLogHandler.Destination) {
        let faults = (error as? DaemonError)?.faults.prefix(ControlLimits.faultCount) ?? []
        if destination == .plain {
            let lines = ["autodidactd: \(error)"] + faults.map { "  \($0)" }
            write(lines.map { $0 + "\n" }.joined())
        } else {
            let logger = Logger(label: "autodidactd")
            for line in ["\(error)"] + faults { logger.critical("\(line)") }
        }
    }
}
