import Foundation
import Glibc
import Loop
import NIOCore

/// What the operating system refused, found in any error that has its number somewhere among its causes.
///
/// Such an error is never a defect of the program: a mode, an owner, a mount or a disk is at fault, and a
/// person can help.
struct SystemRefusal {
    /// The system's number, such as `EACCES`.
    let number: Int32
    /// What failed, and why.
    let message: String

    /// Nil if the system refused nothing.
    init?(_ error: any Error) {
        if let error = error as? IOError {
            (number, message) = (error.errnoCode, "\(error)")
            return
        }
        guard let number = SystemFailure.number(of: error) else { return nil }
        let path = (error as NSError).userInfo[NSFilePathErrorKey] as? String
        let reason = String(cString: strerror(number))
        self.number = number
        message = path.map { "cannot use \($0): \(reason)" } ?? "\(error.localizedDescription): \(reason)"
    }

    /// Whether owner, mode or mount were at fault.
    var isDenied: Bool { SystemFailure.isDenied(number) }

    /// What to do.
    var remedy: String {
        switch number {
        case EROFS: "mount the file system for writing, or choose another place"
        case EACCES, EPERM: "let the daemon's user read and write it: check its owner and mode"
        case ENOSPC, EDQUOT: "free some space"
        default: "check the disk and the system log"
        }
    }
}
