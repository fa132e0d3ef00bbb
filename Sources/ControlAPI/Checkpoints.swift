public import Loop

/// The newest checkpoints in order of number, and before them always the base model's and the current one.
public struct CheckpointsReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The checkpoints.
    public var checkpoints: [CheckpointRecord]
    /// Number of checkpoints in all; nil from an older daemon.
    public var totalCount: Int?
    /// The newest rollbacks, oldest first; nil from an older daemon.
    public var rollbacks: [RollbackRecord]?

    /// Memberwise.
    public init(
        checkpoints: [CheckpointRecord],
        totalCount: Int? = nil,
        rollbacks: [RollbackRecord]? = nil
    ) {
        self.checkpoints = checkpoints
        self.totalCount = totalCount
        self.rollbacks = rollbacks
    }
}

/// Asks the daemon to write a checkpoint under its export directory.
public struct ExportRequest: Hashable, Codable, Sendable {
    /// The round whose checkpoint is exported; nil is the current checkpoint, or the base model for `hf`.
    public var round: RoundID?
    /// What to write.
    public var format: ExportForm
    /// Directory name under the state directory's `exports`; nil is such as `checkpoint-2-gguf`.
    public var name: String?

    /// Memberwise.
    public init(round: RoundID? = nil, format: ExportForm = .adapter, name: String? = nil) {
        self.round = round
        self.format = format
        self.name = name
    }
}

/// What an export wrote.
public struct ExportReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// Absolute path of the directory.
    public var path: String
    /// The exported checkpoint.
    public var checkpoint: CheckpointID
    /// Its files.
    public var files: [ExportedFile]

    /// Memberwise.
    public init(path: String, checkpoint: CheckpointID, files: [ExportedFile]) {
        self.path = path
        self.checkpoint = checkpoint
        self.files = files
    }
}

/// One file of an export.
public struct ExportedFile: Hashable, Codable, Sendable {
    /// File name without a directory.
    public var name: String
    /// Its size.
    public var byteCount: Int

    /// Memberwise.
    public init(name: String, byteCount: Int) {
        self.name = name
        self.byteCount = byteCount
    }
}
