/// The phases of a round, in order.
///
/// A phase is done when its transaction has committed.
public enum Phase: String, Codable, Sendable, CaseIterable, Comparable {
    /// Candidates are sampled, wave by wave.
    case generate
    /// Answers are extracted and the majority vote is taken.
    case vote
    /// Losses of valid set and consistent candidates give DS weights.
    case weigh
    /// The selection policy settles every candidate.
    case select
    /// LoRA fine-tuning on the selected candidates.
    case finetune
    /// The new checkpoint and the incumbent answer the gate split.
    case evaluate
    /// The gate promotes or rejects, in one transaction.
    case promote
    /// The test split is scored, for the report alone; the verdict is already given.
    case report

    /// Orders phases as they run.
    public static func < (left: Phase, right: Phase) -> Bool { left.later.contains(right) }

    /// The phase that follows; nil after the last.
    public var next: Phase? { later.first }

    private var later: ArraySlice<Phase> { Phase.allCases.drop { $0 != self }.dropFirst() }
}

/// How a round ended.
public enum Outcome: String, Codable, Sendable, CaseIterable {
    /// Its checkpoint became the current one.
    case promoted
    /// The gate kept the incumbent.
    case rejected
    /// No candidate was left to train on.
    case noData = "no_data"
    /// A rollback ended it.
    case abandoned
    /// It failed too often; the message is in its report.
    case failed
}

/// One round as the journal holds it.
public struct RoundRecord: Hashable, Codable, Sendable, Identifiable {
    /// Its number.
    public var id: RoundID
    /// The incumbent it started from.
    public var parent: CheckpointID
    /// The phase that runs or would run next.
    public var phase: Phase
    /// How it ended; set by `promote` (or earlier when it cannot get there).
    public var outcome: Outcome?
    /// The checkpoint it made; nil before fine-tuning has ended.
    public var checkpoint: CheckpointID?
    /// The seed of all its randomness.
    public var seed: UInt64
    /// The configuration it runs with; an edited file takes effect at the next round.
    public var configuration: RoundConfiguration
    /// What it has measured so far.
    public var report: RoundReport
    /// How often the daemon has begun or resumed it after a failure.
    public var failureCount: Int
    /// When it began, ISO 8601 UTC.
    public var startedAt: String
    /// When its last phase ended, ISO 8601 UTC; nil while it runs.
    public var finishedAt: String?

    /// Builds a record from its parts.
    public init(
        id: RoundID,
        parent: CheckpointID,
        phase: Phase,
        outcome: Outcome? = nil,
        checkpoint: CheckpointID? = nil,
        seed: UInt64,
        configuration: RoundConfiguration,
        report: RoundReport = RoundReport(),
        failureCount: Int = 0,
        startedAt: String,
        finishedAt: String? = nil
    ) {
        self.id = id
        self.parent = parent
        self.phase = phase
        self.outcome = outcome
        self.checkpoint = checkpoint
        self.seed = seed
        self.configuration = configuration
        self.report = report
        self.failureCount = failureCount
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

/// A unit of generation that commits whole: some questions, all their candidates.
public struct Wave: Hashable, Codable, Sendable {
    /// Its index within the round, from 0.
    public var index: Int
    /// The questions it covers, in order.
    public var questions: [QuestionID]
    /// Whether its candidates are in the journal.
    public var isDone: Bool

    /// Builds a wave.
    public init(index: Int, questions: [QuestionID], isDone: Bool = false) {
        self.index = index
        self.questions = questions
        self.isDone = isDone
    }
}
