public import Loop

/// Protects a round's checkpoint from retention, or ends that protection.
public struct PinRequest: Hashable, Codable, Sendable {
    /// The round whose checkpoint it is.
    public var round: RoundID
    /// Whether it must stay.
    public var isPinned: Bool

    /// Memberwise.
    public init(round: RoundID, isPinned: Bool) {
        self.round = round
        self.isPinned = isPinned
    }
}

/// The checkpoint after a pin or unpin.
public struct PinReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The checkpoint.
    public var checkpoint: CheckpointRecord

    /// Memberwise.
    public init(checkpoint: CheckpointRecord) { self.checkpoint = checkpoint }
}

/// Removes the adapters that retention does not keep.
public struct PruneRequest: Hashable, Codable, Sendable {
    /// How many of the newest checkpoints stay; nil is the configured number.
    public var keep: Int?
    /// Only say what would be removed.
    public var isDryRun: Bool

    /// Memberwise.
    public init(keep: Int? = nil, isDryRun: Bool) {
        self.keep = keep
        self.isDryRun = isDryRun
    }
}

/// What retention removed, or would remove.
public struct PruneReply: ControlReply, Hashable {
    /// A checkpoint that stays.
    public struct Kept: Hashable, Codable, Sendable {
        /// The checkpoint.
        public var id: CheckpointID
        /// The rule that keeps it.
        public var reason: String

        /// Memberwise.
        public init(id: CheckpointID, reason: String) {
            self.id = id
            self.reason = reason
        }
    }

    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// Whether nothing was removed yet.
    public var isDryRun: Bool
    /// Checkpoints that lose their adapters.
    public var pruned: [CheckpointID]
    /// Bytes that are or would be freed.
    public var byteCount: Int
    /// Checkpoints that stay.
    public var kept: [Kept]

    /// Memberwise.
    public init(isDryRun: Bool, pruned: [CheckpointID], byteCount: Int, kept: [Kept]) {
        self.isDryRun = isDryRun
        self.pruned = pruned
        self.byteCount = byteCount
        self.kept = kept
    }
}

/// What a check of the whole state found.
public struct VerifyReply: ControlReply, Hashable {
    /// Something that must hold and does not.
    public struct Violation: Hashable, Codable, Sendable {
        /// The rule's stable name.
        public var rule: String
        /// What was found, and where.
        public var detail: String

        /// Memberwise.
        public init(rule: String, detail: String) {
            self.rule = rule
            self.detail = detail
        }
    }

    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// Everything that does not hold; empty when the state is sound.
    public var violations: [Violation]
    /// Number of rules checked.
    public var ruleCount: Int
    /// Number of rounds.
    public var roundCount: Int
    /// Number of checkpoints with files that were read.
    public var checkpointCount: Int
    /// Number of files with a compared SHA-256.
    public var fileCount: Int

    /// Memberwise.
    public init(
        violations: [Violation],
        ruleCount: Int,
        roundCount: Int,
        checkpointCount: Int,
        fileCount: Int
    ) {
        self.violations = violations
        self.ruleCount = ruleCount
        self.roundCount = roundCount
        self.checkpointCount = checkpointCount
        self.fileCount = fileCount
    }
}
