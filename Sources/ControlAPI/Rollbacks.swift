public import Loop

/// Makes the checkpoint of an earlier round current, or undoes the last rollback.
public struct RollbackRequest: Hashable, Codable, Sendable {
    /// The round whose checkpoint becomes current; 0 is the base model; nil with `isUndo`.
    public var round: RoundID?
    /// True goes back to the checkpoint that was current before the last rollback.
    public var isUndo: Bool?
    /// The checkpoint that the client believes to be current; nil skips this check.
    ///
    /// When another one is current, nothing is done.
    public var expectedCurrent: CheckpointID?

    /// A request for a round.
    public init(round: RoundID, expectedCurrent: CheckpointID? = nil) {
        self.round = round
        self.expectedCurrent = expectedCurrent
    }

    /// A request for a target.
    public init(_ target: RollbackTarget, expectedCurrent: CheckpointID? = nil) {
        switch target {
        case .round(let round): self.round = round
        case .undo: isUndo = true
        }
        self.expectedCurrent = expectedCurrent
    }

    /// What it asks for; nil when it names both a round and the last rollback, or neither.
    public var target: RollbackTarget? {
        switch (round, isUndo ?? false) {
        case (let round?, false): .round(round)
        case (nil, true): .undo
        default: nil
        }
    }
}

/// What a rollback would do; nothing has changed.
public struct RollbackPreviewReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The checkpoint that would become current.
    public var target: CheckpointRecord
    /// The current one.
    public var current: CheckpointRecord
    /// Whether it undoes the last rollback.
    public var isUndo: Bool
    /// Checkpoints that led to the current one and do not lead to the target, in order of number.
    public var leaving: [CheckpointRecord]
    /// Checkpoints that lead to the target and did not lead to the current one, in order of number.
    public var joining: [CheckpointRecord]
    /// The round that would be abandoned.
    public var abandonedRound: RoundID?
    /// The phase that round is in.
    public var abandonedPhase: Phase?
    /// The round that would start from the target.
    public var nextRound: RoundID
    /// Bytes on disk of the adapters that leave; all of them stay there.
    public var byteCount: Int

    /// Takes a plan.
    public init(_ plan: RollbackPlan) {
        target = plan.target
        current = plan.current
        isUndo = plan.isUndo
        leaving = plan.leaving
        joining = plan.joining
        abandonedRound = plan.abandonedRound
        abandonedPhase = plan.abandonedPhase
        nextRound = plan.nextRound
        byteCount = plan.byteCount
    }
}

/// What a rollback did.
public struct RollbackReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The current checkpoint now.
    public var current: CheckpointRecord
    /// The current checkpoint before; the same when nothing changed.
    public var previous: CheckpointID
    /// The running round that the rollback ended, if one ran.
    public var abandonedRound: RoundID?

    /// Takes a plan that was carried out.
    public init(_ plan: RollbackPlan) {
        current = plan.target
        previous = plan.current.id
        abandonedRound = plan.abandonedRound
    }
}
