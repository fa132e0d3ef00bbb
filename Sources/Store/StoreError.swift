public import Loop

/// An error of the journal or of the files next to it.
public struct StoreError: CodedError {
    /// Its codes.
    public typealias Code = ErrorCode<StoreError>

    /// The stable name.
    public let code: Code
    /// What failed, the value, and what to do; lowercase start, no final stop.
    public let message: String
    /// The cause, if there is one.
    public let cause: (any Error)?

    /// Builds an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Whether it may be over later, without a change to what the journal holds.
    package var mayPass: Bool {
        [.diskFull, .fileFailed, .permission, .databaseFailed, .databaseLocked, .stateAbsent].contains(code)
    }
}

extension ErrorCode<StoreError> {
    /// A file or directory could not be read, written, flushed, renamed or removed.
    public static var fileFailed: Self { Self(rawValue: "file_failed") }
    /// The disk is full, or a quota is used up.
    public static var diskFull: Self { Self(rawValue: "disk_full") }
    /// A flush failed: what the disk holds is not known, so the process must end and start from what it
    /// finds.
    public static var flushFailed: Self { Self(rawValue: "flush_failed") }
    /// This user may not read or write a file or directory.
    public static var permission: Self { Self(rawValue: "permission") }
    /// SQLite refused a statement.
    public static var databaseFailed: Self { Self(rawValue: "database_failed") }
    /// Another program holds the database.
    public static var databaseLocked: Self { Self(rawValue: "database_locked") }
    /// The database fails SQLite's own check, or a row cannot be read back.
    public static var databaseCorrupt: Self { Self(rawValue: "database_corrupt") }
    /// A newer version of the daemon wrote this state directory.
    public static var newerSchema: Self { Self(rawValue: "newer_schema") }
    /// The state directory, or a file in it that is always there, has been moved, unmounted or removed.
    public static var stateAbsent: Self { Self(rawValue: "state_absent") }
    /// Another process holds the state directory.
    public static var stateLocked: Self { Self(rawValue: "state_locked") }
    /// The state directory belongs to another model.
    public static var otherModel: Self { Self(rawValue: "other_model") }
    /// A checkpoint's files are missing or do not match their recorded SHA-256.
    public static var checkpointCorrupt: Self { Self(rawValue: "checkpoint_corrupt") }
    /// The checkpoint's adapter was removed by retention.
    public static var checkpointPruned: Self { Self(rawValue: "checkpoint_pruned") }
    /// There is no checkpoint of that number.
    public static var noSuchCheckpoint: Self { Self(rawValue: "no_such_checkpoint") }
    /// There is no round of that number.
    public static var noSuchRound: Self { Self(rawValue: "no_such_round") }
    /// The round has ended; nothing may change in it.
    public static var roundClosed: Self { Self(rawValue: "round_closed") }
    /// A round is open already; only one may be.
    public static var roundOpen: Self { Self(rawValue: "round_open") }
    /// The round was not promoted, so that it cannot be rolled back to.
    public static var notPromoted: Self { Self(rawValue: "not_promoted") }
    /// There was no rollback that could be undone.
    public static var nothingToUndo: Self { Self(rawValue: "nothing_to_undo") }
    /// The state has changed since the caller looked at it.
    public static var outdated: Self { Self(rawValue: "outdated") }
    /// The key of a request came with another request before.
    public static var keyReused: Self { Self(rawValue: "key_reused") }
    /// A question is in the journal already.
    public static var duplicateQuestion: Self { Self(rawValue: "duplicate_question") }
    /// The caller asks for something the journal cannot hold.
    public static var invalidRequest: Self { Self(rawValue: "invalid_request") }
}
