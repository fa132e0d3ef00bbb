/// What a list shows of a round: its record without the configuration and the lists of its report.
///
/// A long run has thousands of rounds, and most of the time that it took to read a record went into those.
public struct RoundOutline: Hashable, Sendable, Identifiable {
    /// Its number.
    public var id: RoundID
    /// The incumbent it started from.
    public var parent: CheckpointID
    /// The phase that runs or would run next.
    public var phase: Phase
    /// How it ended; nil while it runs.
    public var outcome: Outcome?
    /// The checkpoint it made; nil before fine-tuning has ended.
    public var checkpoint: CheckpointID?
    /// What it has measured so far; `listKeys` are nil, whatever they were.
    public var report: RoundReport
    /// When it began, ISO 8601 UTC.
    public var startedAt: String
    /// When its last phase ended, ISO 8601 UTC; nil while it runs.
    public var finishedAt: String?

    /// Keys of a report that an outline leaves out: losses per step, histograms, accuracy by bin, profile
    /// and level.
    public static let listKeys = [
        "trainingLosses", "consistencyHistogram", "dsWeightHistogram", "dsBins", "candidateAccuracy",
        "levelVotes", "gateLevels", "testLevels", "contenders",
    ]

    /// Builds an outline from its parts.
    public init(
        id: RoundID,
        parent: CheckpointID,
        phase: Phase,
        outcome: Outcome? = nil,
        checkpoint: CheckpointID? = nil,
        report: RoundReport = RoundReport(),
        startedAt: String,
        finishedAt: String? = nil
    ) {
        self.id = id
        self.parent = parent
        self.phase = phase
        self.outcome = outcome
        self.checkpoint = checkpoint
        self.report = report
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}
