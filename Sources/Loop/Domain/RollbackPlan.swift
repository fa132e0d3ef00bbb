/// What is to become current again.
public enum RollbackTarget: Hashable, Sendable {
    /// The checkpoint of a promoted round; 0 is the base model.
    case round(RoundID)
    /// The checkpoint that was current before the last rollback; undoing an undo does it again.
    case undo
}

/// A rollback that was carried out.
public struct RollbackRecord: Hashable, Codable, Sendable {
    /// When, ISO 8601 UTC.
    public var time: String
    /// The checkpoint that was current before.
    public var previous: CheckpointID
    /// The one that was current after.
    public var target: CheckpointID

    /// Builds a record from its parts.
    public init(time: String, previous: CheckpointID, target: CheckpointID) {
        self.time = time
        self.previous = previous
        self.target = target
    }
}

/// What a rollback changes, worked out before it acts by the code that acts.
public struct RollbackPlan: Hashable, Codable, Sendable {
    /// The checkpoint that is current now.
    public var current: CheckpointRecord
    /// The checkpoint that becomes current.
    public var target: CheckpointRecord
    /// Whether it takes the last rollback back.
    public var isUndo: Bool
    /// Checkpoints that led to the current one and do not lead to the target, in order of number.
    public var leaving: [CheckpointRecord]
    /// Checkpoints that lead to the target and did not lead to the current one, in order of number.
    public var joining: [CheckpointRecord]
    /// The open round that ends with it, if there is one.
    public var abandonedRound: RoundID?
    /// The phase that round is in.
    public var abandonedPhase: Phase?
    /// The round that will start from the target.
    public var nextRound: RoundID
    /// Bytes on disk of the adapters that leave; all of them stay there.
    public var byteCount: Int

    /// Compares the lines of two checkpoints.
    ///
    /// - Parameters:
    ///   - current: The checkpoint that is current now.
    ///   - target: The checkpoint that becomes current.
    ///   - checkpoints: At least those that lead to one of the two and not to the other; a line ends where a
    ///     parent is not among them.
    ///   - open: The open round, if there is one.
    ///   - nextRound: The number of the round after it.
    ///   - isUndo: Whether it takes the last rollback back.
    public init(
        from current: CheckpointRecord,
        to target: CheckpointRecord,
        among checkpoints: [CheckpointRecord],
        open: RoundRecord?,
        nextRound: RoundID,
        isUndo: Bool
    ) {
        self.current = current
        self.target = target
        self.isUndo = isUndo
        let (old, new) = (Self.line(to: current, checkpoints), Self.line(to: target, checkpoints))
        leaving = checkpoints.filter { old.contains($0.id) && !new.contains($0.id) }
        joining = checkpoints.filter { new.contains($0.id) && !old.contains($0.id) }
        // A round that has its verdict keeps it and only ends.
        abandonedRound = open?.id
        abandonedPhase = open?.phase
        self.nextRound = nextRound
        byteCount = 0
    }

    /// Whether another checkpoint becomes current.
    public var isChange: Bool { current.id != target.id }

    /// A checkpoint and everything it was fine-tuned from.
    public static func line(to end: CheckpointRecord, _ checkpoints: [CheckpointRecord]) -> Set<CheckpointID>
    {
        let parents = Dictionary(checkpoints.map { ($0.id, $0.parent) }) { first, _ in first }
        var line: Set<CheckpointID> = [end.id]
        var next = end.parent
        while let id = next, line.insert(id).inserted { next = parents[id] ?? nil }
        return line
    }
}
