import Glibc
package import Loop

/// An error of the daemon itself: settings, question files, the socket, start-up.
package struct DaemonError: CodedError {
    /// Its codes.
    package typealias Code = ErrorCode<DaemonError>

    /// The stable name.
    package let code: Code
    /// What failed, the value, and what to do; lowercase start, no final stop.
    package let message: String
    /// The cause, if there is one.
    package let cause: (any Error)?
    /// Every single fault if the message sums up several; otherwise empty.
    package let faults: [String]

    /// From a code, a message, its cause, and single faults.
    package init(_ code: Code, _ message: String, cause: (any Error)? = nil, faults: [String] = []) {
        self.code = code
        self.message = message
        self.cause = cause
        self.faults = faults
    }
}

extension ErrorCode<DaemonError> {
    /// A setting is unknown, mistyped, out of range or missing.
    package static var invalidConfiguration: Self { Self(rawValue: "invalid_configuration") }
    /// A line of a question file breaks a rule.
    package static var invalidData: Self { Self(rawValue: "invalid_data") }
    /// A file could not be read or written.
    package static var fileFailed: Self { Self(rawValue: "file_failed") }
    /// A file or socket may not be used by this user.
    package static var permission: Self { Self(rawValue: "permission") }
    /// Another process answers on the socket.
    package static var socketInUse: Self { Self(rawValue: "socket_in_use") }
    /// The operating system refused something.
    package static var systemFailed: Self { Self(rawValue: "system_failed") }
    /// The model cannot be used.
    package static var engineUnavailable: Self { Self(rawValue: "engine_unavailable") }
    /// An export of that name exists.
    package static var exportExists: Self { Self(rawValue: "export_exists") }
    /// Something did not end in time.
    package static var timedOut: Self { Self(rawValue: "timed_out") }
}

extension DaemonError {
    /// A system call that failed on a path: for lack of permission, or of a disk.
    static func file(_ action: String, _ path: String, _ number: Int32) -> DaemonError {
        let remedy =
            switch number {
            case EACCES, EPERM: "let this user read and write it: check its owner and mode"
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
