import Foundation
import GRDB
import Glibc
import Loop

extension StoreError {
    /// The journal itself cannot be trusted.
    static func corrupt(_ path: String, _ reason: String, cause: (any Error)? = nil) -> StoreError {
        StoreError(
            .databaseCorrupt,
            "\(path) is damaged: \(reason); restore it from a backup or start with a new state directory",
            cause: cause
        )
    }

    /// What SQLite reported, without values of statements.
    static func database(_ error: DatabaseError, path: String) -> StoreError {
        let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return corrupt(path, reason, cause: error)
        case .SQLITE_FULL:
            return StoreError(
                .diskFull,
                "cannot write \(path): \(reason); free some space",
                cause: error
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return StoreError(
                .databaseLocked,
                "another program holds \(path): \(reason); it may be a backup, a database browser or sqlite3: "
                    + "\"fuser -v \(path)\" names it, end it",
                cause: error
            )
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            // SQLite does not say which of owner, mode and mount it was, or whether there was another reason.
            if let number = denial(path) { return file("write", path, number) }
            return StoreError(
                .databaseFailed,
                "cannot open or write \(path): \(reason) (\(error.extendedResultCode.rawValue)); check that it is "
                    + "there, the limit of open files, and the disk",
                cause: error
            )
        default:
            let flushes = [ResultCode.SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC]
            return StoreError(
                flushes.contains(error.extendedResultCode) ? .flushFailed : .databaseFailed,
                "\(path) refused a statement: \(reason) (\(error.extendedResultCode.rawValue)); check the disk",
                cause: error
            )
        }
    }

    /// Why this user may not write a database, as the system says: its directory counts too, since SQLite
    /// puts files next to it; nil if it may.
    private static func denial(_ path: String) -> Int32? {
        let directory = (path as NSString).deletingLastPathComponent
        for place in [directory, path] where access(place, R_OK | W_OK) != 0 {
            if SystemFailure.isDenied(errno) { return errno }
        }
        return nil
    }

    /// Any error as a `StoreError`.
    static func wrapping(_ error: any Error, path: String) -> any Error {
        if let error = error as? DatabaseError { return database(error, path: path) }
        if let error = error as? DecodingError { return corrupt(path, "\(error)", cause: error) }
        return error
    }
}
