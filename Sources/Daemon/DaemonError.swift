import Glibc
import Loop

/// An error of the daemon itself: settings, question files, the socket, start-up.
package struct DaemonError: Error, Sendable, CustomStringConvertible {
    /// A stable, machine-readable name; unknown codes must be tolerated.
    package struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's spelling.
        package let rawValue: String

        /// Wraps a spelling.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// A setting is unknown, mistyped, out of range or missing.
        package static let invalidConfiguration = Code(rawValue: "invalid_configuration")
        /// A line of a question file breaks a rule.
        package static let invalidData = Code(rawValue: "invalid_data")
        /// A file could not be read or written.
        package static let fileFailed = Code(rawValue: "file_failed")
        /// A file or socket may not be used by this user.
        package static let permission = Code(rawValue: "permission")
        /// Another process answers on the socket.
        package static let socketInUse = Code(rawValue: "socket_in_use")
        /// The operating system refused something.
        package static let systemFailed = Code(rawValue: "system_failed")
        /// The model cannot be used.
        package static let engineUnavailable = Code(rawValue: "engine_unavailable")
        /// An export of that name exists.
        package static let exportExists = Code(rawValue: "export_exists")
        /// Something did not end in time.
        package static let timedOut = Code(rawValue: "timed_out")
    }

    /// The stable name.
    package let code: Code
    /// What failed, the value, and what to do; lowercase start, no final stop.
    package let message: String
    /// The error beneath, if there is one.
    package let cause: (any Error)?
    /// Every single fault where the message sums up several; otherwise empty.
    package let faults: [String]

    /// Builds an error.
    package init(_ code: Code, _ message: String, cause: (any Error)? = nil, faults: [String] = []) {
        self.code = code
        self.message = message
        self.cause = cause
        self.faults = faults
    }

    /// The message.
    package var description: String { message }
}

extension DaemonError {
    /// A system call that failed on a path: for want of a right, or of a disk.
    static func file(_ action: String, _ path: String, _ number: Int32) -> DaemonError {
        let remedy =
            switch number {
            case EACCES, EPERM: "let this user read and write it: look at its owner and mode"
            case EROFS: "mount the file system for writing, or choose another place"
            case ENOSPC, EDQUOT: "free some space"
            default: "check the disk's space and health"
            }
        let reason = String(cString: strerror(number))
        let isDenied = SystemFailure.isDenied(number)
        return DaemonError(
            isDenied ? .permission : .fileFailed,
            "cannot \(action) \(path): \(reason); \(remedy)"
        )
    }
}
