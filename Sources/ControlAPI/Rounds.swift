public import Loop

/// All rounds in order of number, one line's worth each.
public struct RoundsReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The rounds.
    public var rounds: [RoundSummary]

    /// Builds a reply.
    public init(rounds: [RoundSummary]) { self.rounds = rounds }
}

/// The part of a round's record that the table of rounds shows.
public struct RoundSummary: Hashable, Codable, Sendable {
    /// Its number.
    public var id: RoundID
    /// The incumbent it started from.
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
    /// Candidates the policy kept.
    public var selectedCount: Int?
    /// Mean DS weight over the weighed candidates.
    public var meanDSWeight: Double?
    /// Largest DS weight kept.
    public var cutDSWeight: Double?
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

    /// Takes what is needed from a record.
    public init(_ record: RoundRecord) {
        id = record.id
        parent = record.parent
        phase = record.phase
        outcome = record.outcome
        checkpoint = record.checkpoint
        startedAt = record.startedAt
        finishedAt = record.finishedAt
        generatedCount = record.report.generatedCount
        parsedCount = record.report.parsedCount
        consistentCount = record.report.consistentCount
        selectedCount = record.report.selectedCount
        meanDSWeight = record.report.meanDSWeight
        cutDSWeight = record.report.cutDSWeight
        gate = record.report.gate
        testBefore = record.report.testBefore
        testAfter = record.report.testAfter
        secondsPerPhase = record.report.secondsPerPhase
        failure = record.report.failure
    }
}

/// One round with its configuration and everything it has measured.
public struct RoundReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The round's record.
    public var round: RoundRecord

    /// Builds a reply.
    public init(round: RoundRecord) { self.round = round }
}
