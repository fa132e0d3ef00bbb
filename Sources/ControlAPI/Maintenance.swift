public import Loop

/// Keeps the checkpoint of a round from retention, or lets it go again.
public struct PinRequest: Hashable, Codable, Sendable {
    /// The round whose checkpoint it is.
    public var round: RoundID
    /// Whether it must stay.
    public var isPinned: Bool

    /// Builds a request.
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

    /// Builds a reply.
    public init(checkpoint: CheckpointRecord) { self.checkpoint = checkpoint }
}

/// Removes the adapters that retention does not keep.
public struct PruneRequest: Hashable, Codable, Sendable {
    /// How many of the newest checkpoints stay; nil is the configured number.
    public var keep: Int?
    /// Only say what would go.
    public var isDryRun: Bool

    /// Builds a request.
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

        /// Builds an entry.
        public init(id: CheckpointID, reason: String) {
            self.id = id
            self.reason = reason
        }
    }

    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// Whether nothing was removed yet.
    public var isDryRun: Bool
    /// Checkpoints whose adapters go.
    public var pruned: [CheckpointID]
    /// Bytes that are or would be freed.
    public var byteCount: Int
    /// Checkpoints that stay.
    public var kept: [Kept]

    /// Builds a reply.
    public init(isDryRun: Bool, pruned: [CheckpointID], byteCount: Int, kept: [Kept]) {
        self.isDryRun = isDryRun
        self.pruned = pruned
        self.byteCount = byteCount
        self.kept = kept
    }
}

/// What a look at the whole state found.
public struct VerifyReply: ControlReply, Hashable {
    /// Something that must hold and does not.
    public struct Violation: Hashable, Codable, Sendable {
        /// The rule's stable name.
        public var rule: String
        /// What was found where.
        public var detail: String

        /// Builds a violation.
        public init(rule: String, detail: String) {
            self.rule = rule
            self.detail = detail
        }
    }

    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// Everything that does not hold; empty when the state is sound.
    public var violations: [Violation]
    /// Rules looked at.
    public var ruleCount: Int
    /// Rounds there are.
    public var roundCount: Int
    /// Checkpoints whose files were read.
    public var checkpointCount: Int
    /// Files whose SHA-256 was compared.
    public var fileCount: Int

    /// Builds a reply.
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
