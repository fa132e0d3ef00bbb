/// What kind of thing happened.
///
/// The raw values are stable: database, API and journal catalog use them.
public enum EventKind: String, Codable, Sendable, CaseIterable {
    /// The daemon is ready.
    case started
    /// The daemon stops in order.
    case stopping
    /// A round began.
    case roundStarted = "round_started"
    /// A phase's transaction committed.
    case phaseFinished = "phase_finished"
    /// A round's checkpoint became current.
    case roundPromoted = "round_promoted"
    /// A round's checkpoint was rejected.
    case roundRejected = "round_rejected"
    /// A round ended without a checkpoint (no data, abandoned, failed).
    case roundEnded = "round_ended"
    /// A phase failed and will be tried again.
    case phaseFailed = "phase_failed"
    /// An older checkpoint was made current.
    case rolledBack = "rolled_back"
    /// A person paused the loop.
    case paused
    /// A person resumed the loop.
    case resumed
    /// Rounds brought nothing, and nothing is left to try: the loop waits for a person.
    case plateau
    /// Target or budget is reached: the loop waits.
    case completed
    /// A round tries something else because rounds before it brought nothing.
    case escalated
    /// Questions were added.
    case questionsAdded = "questions_added"
    /// Questions were taken out of use, or put back.
    case questionsRetired = "questions_retired"
    /// Reference answers of train questions were corrected.
    case questionsCorrected = "questions_corrected"
    /// Something deserves attention but stops nothing.
    case warning
    /// A checkpoint's files do not match its record.
    case checkpointCorrupt = "checkpoint_corrupt"
    /// Retention removed adapters.
    case pruned
    /// A checkpoint was pinned or unpinned.
    case pinned
    /// The disk is full or cannot be written: the loop waits for it.
    case storageTrouble = "storage_trouble"
    /// The disk can be written again.
    case storageRecovered = "storage_recovered"
    /// A phase made no progress within its deadline and was ended.
    case stalled
    /// Candidates were left out of fine-tuning because of a loss or gradient that was not finite.
    case quarantined
    /// The valid set chose among the adapters of a fine-tuning.
    case contenderChosen = "contender_chosen"
    /// A measure of collapse left its bounds; the round is rejected.
    case collapsed
    /// The configuration was read again.
    case reloaded
    /// A changed configuration was refused; the one before stays.
    case reloadRefused = "reload_refused"
    /// The schedule holds the loop, or lets it continue.
    case scheduled
}

/// Something that happened, as a person follows it.
///
/// Ids are unique and increase.
public struct RoundEvent: Hashable, Codable, Sendable, Identifiable {
    /// Row number; 0 before the journal has numbered it.
    public var id: Int
    /// When, ISO 8601 UTC; empty before the journal has stamped it.
    public var time: String
    /// The round it belongs to, if any.
    public var round: RoundID?
    /// The phase it belongs to, if any.
    public var phase: Phase?
    /// What kind of thing happened.
    public var kind: EventKind
    /// One line in plain words.
    public var message: String
    /// What a promotion or rejection was about; nil in events read back, whose round's report has it.
    public var decision: Decision?
    /// Why the loop stopped, where this says that it did; nil in events read back, whose last words name it.
    public var stop: StopReason?

    /// The checkpoint a gate decided on, and what it changed.
    public struct Decision: Hashable, Codable, Sendable {
        /// The checkpoint.
        public var checkpoint: CheckpointID
        /// Its accuracy on the gate's questions minus the one before, −1 to 1.
        public var accuracyChange: Double

        /// Builds a decision.
        public init(checkpoint: CheckpointID, accuracyChange: Double) {
            self.checkpoint = checkpoint
            self.accuracyChange = accuracyChange
        }
    }

    /// An event not yet in the journal.
    public init(
        _ kind: EventKind,
        round: RoundID? = nil,
        phase: Phase? = nil,
        message: String,
        decision: Decision? = nil,
        stop: StopReason? = nil,
        id: Int = 0,
        time: String = ""
    ) {
        self.id = id
        self.time = time
        self.round = round
        self.phase = phase
        self.kind = kind
        self.message = message
        self.decision = decision
        self.stop = stop
    }
}

/// How far the running phase is.
///
/// Never stored; sent to those who watch.
public struct Progress: Hashable, Codable, Sendable {
    /// The round.
    public var round: RoundID
    /// The phase.
    public var phase: Phase
    /// Units done, of `totalCount`.
    public var doneCount: Int
    /// Units in the phase.
    public var totalCount: Int
    /// What a unit is: `candidates`, `sequences`, `steps`, `questions`.
    public var unit: String
    /// Tokens processed since the phase began (in this process).
    public var tokenCount: Int
    /// Latest training loss, in `finetune`.
    public var loss: Double?

    /// Builds a progress report.
    public init(
        round: RoundID,
        phase: Phase,
        doneCount: Int,
        totalCount: Int,
        unit: String,
        tokenCount: Int = 0,
        loss: Double? = nil
    ) {
        self.round = round
        self.phase = phase
        self.doneCount = doneCount
        self.totalCount = totalCount
        self.unit = unit
        self.tokenCount = tokenCount
        self.loss = loss
    }
}
