import Foundation
import Glibc
import Loop

extension StoreError {
    /// The error of a system call that failed on a path.
    static func file(_ action: String, _ path: String, _ number: Int32) -> StoreError {
        let remedy =
            switch number {
            case ENOSPC, EDQUOT: "free some space"
            case EACCES, EPERM, EROFS: "choose a state directory that this user may write to"
            case EMFILE, ENFILE: "raise the limit of open files"
            case ENOENT: "check that the path exists"
            default: "check the disk and the system log"
            }
        let reason = String(cString: strerror(number))
        let code: StoreError.Code =
            switch number {
            // Whatever the reason: what the disk holds is not known any more.
            case _ where action.hasPrefix("flush"): .flushFailed
            case ENOSPC, EDQUOT: .diskFull
            case EACCES, EPERM, EROFS: .permission
            default: .fileFailed
            }
        return StoreError(code, "cannot \(action) \(path): \(reason); \(remedy)")
    }

    /// An error of Foundation on a path, by the system's own number if there is one.
    static func foundation(_ action: String, _ path: String, _ error: any Error) -> StoreError {
        guard let number = SystemFailure.number(of: error) else {
            return StoreError(
                .fileFailed,
                "cannot \(action) \(path): \(error.localizedDescription); check the disk",
                cause: error
            )
        }
        return file(action, path, number)
    }
}
