/// An error of the journal or of the files beside it.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// A stable, machine-readable name; unknown codes must be tolerated.
    public struct Code: RawRepresentable, Hashable, Codable, Sendable {
        /// The code's spelling.
        public let rawValue: String

        /// Wraps a spelling.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A file or directory could not be read, written, flushed, renamed or removed.
        public static let fileFailed = Code(rawValue: "file_failed")
        /// The disk is full, or a quota is used up.
        public static let diskFull = Code(rawValue: "disk_full")
        /// A flush failed: nobody knows what the disk holds, so the process must end and start from what it finds.
        public static let flushFailed = Code(rawValue: "flush_failed")
        /// This user may not read or write a file or directory.
        public static let permission = Code(rawValue: "permission")
        /// SQLite refused a statement.
        public static let databaseFailed = Code(rawValue: "database_failed")
        /// Another program holds the database.
        public static let databaseLocked = Code(rawValue: "database_locked")
        /// The database fails SQLite's own check, or a row cannot be read back.
        public static let databaseCorrupt = Code(rawValue: "database_corrupt")
        /// A newer version of the daemon wrote this state directory.
        public static let newerSchema = Code(rawValue: "newer_schema")
        /// Another process holds the state directory.
        public static let stateLocked = Code(rawValue: "state_locked")
        /// The state directory belongs to another model.
        public static let otherModel = Code(rawValue: "other_model")
        /// A checkpoint's files are missing or do not match their recorded SHA-256.
        public static let checkpointCorrupt = Code(rawValue: "checkpoint_corrupt")
        /// The checkpoint's adapter was removed by retention.
        public static let checkpointPruned = Code(rawValue: "checkpoint_pruned")
        /// There is no checkpoint of that number.
        public static let noSuchCheckpoint = Code(rawValue: "no_such_checkpoint")
        /// There is no round of that number.
        public static let noSuchRound = Code(rawValue: "no_such_round")
        /// The round has ended; nothing may change in it.
        public static let roundClosed = Code(rawValue: "round_closed")
        /// A round is open already; only one may be.
        public static let roundOpen = Code(rawValue: "round_open")
        /// The round was not promoted, so that it cannot be rolled back to.
        public static let notPromoted = Code(rawValue: "not_promoted")
        /// There was no rollback that could be undone.
        public static let nothingToUndo = Code(rawValue: "nothing_to_undo")
        /// The state has changed since the caller looked at it.
        public static let outdated = Code(rawValue: "outdated")
        /// The key of a request came with another request before.
        public static let keyReused = Code(rawValue: "key_reused")
        /// A question stands in the journal already.
        public static let duplicateQuestion = Code(rawValue: "duplicate_question")
        /// The caller asks for something the journal cannot hold.
        public static let invalidRequest = Code(rawValue: "invalid_request")
    }

    /// The stable name.
    public let code: Code
    /// What failed, the value, and what to do; lowercase start, no final stop.
    public let message: String
    /// The error beneath, if there is one.
    public let cause: (any Error)?

    /// Builds an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message.
    public var description: String { message }
}
