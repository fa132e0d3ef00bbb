public import Loop

/// A page of rounds in order of number, one line's worth each.
public struct RoundsReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The rounds.
    public var rounds: [RoundSummary]
    /// Number of rounds on all pages; nil from an older daemon.
    public var totalCount: Int?

    /// Memberwise.
    public init(rounds: [RoundSummary], totalCount: Int? = nil) {
        self.rounds = rounds
        self.totalCount = totalCount
    }
}

/// The part of a round's record that the table of rounds shows.
public struct RoundSummary: Hashable, Codable, Sendable {
    /// Its number.
    public var id: RoundID
    /// The incumbent that it started from.
    public var parent: CheckpointID
    /// The phase that runs or would run next.
    public var phase: Phase
    /// How it ended; nil while it runs.
    public var outcome: Outcome?
    /// The checkpoint it made.
    public var checkpoint: CheckpointID?
    /// When it began, ISO 8601 UTC.
    public var startedAt: String
    /// When its last phase ended, ISO 8601 UTC.
    public var finishedAt: String?
    /// Candidates generated.
    public var generatedCount: Int?
    /// Candidates whose answer could be read.
    public var parsedCount: Int?
    /// Candidates that agree with the majority vote and pass its thresholds.
    public var consistentCount: Int?
    /// Candidates that were given a DS weight.
    public var weighedCount: Int?
    /// Candidates the policy kept.
    public var selectedCount: Int?
    /// Of those, the ones that fine-tuning could use.
    public var trainedCount: Int?
    /// Mean number of distinct answers per question.
    public var meanDistinctAnswers: Double?
    /// Mean over questions of the normalised answer entropy, 0...1.
    public var meanEntropy: Double?
    /// Share of candidates whose text repeats another of the same question, 0...1.
    public var duplicateShare: Double?
    /// Mean DS weight over the weighed candidates.
    public var meanDSWeight: Double?
    /// DS weight quantiles at 0, 10, 25, 50, 75, 90, 100 %.
    public var dsWeightQuantiles: [Double]?
    /// Largest DS weight kept.
    public var cutDSWeight: Double?
    /// How far the incumbent's vote was ahead of its greedy answer; nil where it was not measured.
    public var headroom: HeadroomReport?
    /// The lever that the loop tried with the round; nil for a person's own settings.
    public var lever: String?
    /// What the round ran with because of it.
    public var leverSetting: String?
    /// The gate's test.
    public var gate: GateReport?
    /// Test-split accuracy of the incumbent.
    public var testBefore: Accuracy?
    /// Test-split accuracy of the new checkpoint.
    public var testAfter: Accuracy?
    /// Wall-clock seconds per phase; keys are phase names.
    public var secondsPerPhase: [String: Double]
    /// The last failure's message.
    public var failure: String?

    /// Takes what is needed from an outline.
    public init(_ outline: RoundOutline) {
        id = outline.id
        parent = outline.parent
        phase = outline.phase
        outcome = outline.outcome
        checkpoint = outline.checkpoint
        startedAt = outline.startedAt
        finishedAt = outline.finishedAt
        generatedCount = outline.report.generatedCount
        parsedCount = outline.report.parsedCount
        consistentCount = outline.report.consistentCount
        weighedCount = outline.report.weighedCount
        selectedCount = outline.report.selectedCount
        trainedCount = outline.report.trainedCount
        meanDistinctAnswers = outline.report.meanDistinctAnswers
        meanEntropy = outline.report.meanEntropy
        duplicateShare = outline.report.duplicateShare
        meanDSWeight = outline.report.meanDSWeight
        dsWeightQuantiles = outline.report.dsWeightQuantiles
        cutDSWeight = outline.report.cutDSWeight
        headroom = outline.report.headroom
        lever = outline.report.lever
        leverSetting = outline.report.leverSetting
        gate = outline.report.gate
        testBefore = outline.report.testBefore
        testAfter = outline.report.testAfter
        secondsPerPhase = outline.report.secondsPerPhase
        failure = outline.report.failure
    }
}

/// One round with its configuration and everything it has measured.
public struct RoundReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The round's record.
    public var round: RoundRecord

    /// Memberwise.
    public init(round: RoundRecord) { self.round = round }
}
