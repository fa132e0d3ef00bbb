/// Everything that a phase leaves, to be written in one transaction.
public struct PhaseEnd: Sendable {
    /// What becomes of the round.
    public enum Step: Hashable, Sendable {
        /// It continues with a phase.
        case next(Phase)
        /// It ends here; its outcome is set.
        case end
    }

    /// The round with its report and outcome; its phase is still the one that ends.
    public var round: RoundRecord
    /// What follows.
    public var step: Step
    /// Whether the outcome is the gate's verdict: given once, and `promoted` makes the round's checkpoint
    /// current.
    public var isVerdict: Bool
    /// Candidates whose fields changed; a text never changes and is not written again.
    public var candidates: [Candidate]
    /// The files of a new adapter, which becomes the round's checkpoint; the store adds `round.json` and a
    /// model card.
    public var adapter: [FileContent]?
    /// Events to write with it.
    public var events: [RoundEvent]

    /// Builds an end.
    public init(
        of round: RoundRecord,
        step: Step,
        isVerdict: Bool = false,
        candidates: [Candidate] = [],
        adapter: [FileContent]? = nil,
        events: [RoundEvent] = []
    ) {
        self.round = round
        self.step = step
        self.isVerdict = isVerdict
        self.candidates = candidates
        self.adapter = adapter
        self.events = events
    }
}
