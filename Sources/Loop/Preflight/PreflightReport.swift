/// A report of the journal, with the time of its recording.
public struct PreflightRecord: Hashable, Sendable {
    /// When it was recorded, ISO 8601 UTC.
    public var recordedAt: String
    /// What was found.
    public var report: PreflightReport

    /// Memberwise.
    public init(recordedAt: String, report: PreflightReport) {
        self.recordedAt = recordedAt
        self.report = report
    }
}

/// What preflight has found: whether this model can learn from these questions with these settings.
///
/// The journal keeps it as JSON: a property that is added later must be optional, or older ones do not
/// decode.
public struct PreflightReport: Hashable, Codable, Sendable {
    /// The model's name.
    public var model: String
    /// One greedy answer per gate question.
    public var single: PreflightSingle
    /// Several candidates per question, and their vote.
    public var vote: PreflightVote
    /// The temperatures tried, in ascending order.
    public var temperatures: [PreflightTemperature]
    /// How long the vote's candidates are.
    public var lengths: PreflightLengths
    /// How long a round would take; the one part that depends on more than settings and seed.
    public var cost: PreflightCost
    /// The memory needed and allowed; nil when the engine does not say.
    public var memory: EngineMemory?
    /// What follows from all that.
    public var verdict: PreflightVerdict
}

/// What single greedy answers are worth.
public struct PreflightSingle: Hashable, Codable, Sendable {
    /// Where the questions are from: `gate`, or `valid` where there is no gate split.
    public var split: Split
    /// Questions of the split.
    public var splitCount: Int
    /// Share of right answers.
    public var accuracy: Accuracy
    /// What guessing among the options would get right; nil for questions without options.
    public var chance: Double?
    /// How many answers could be read.
    public var reading: PreflightReading
}

/// What the vote is worth.
public struct PreflightVote: Hashable, Codable, Sendable {
    /// Where the questions are from: `train`, or the gate's if too few of those have a reference answer.
    public var split: Split
    /// Questions voted on.
    public var questionCount: Int
    /// Candidates per question.
    public var candidates: Int
    /// Their temperature.
    public var temperature: Double
    /// Share of questions whose vote is right.
    public var accuracy: Accuracy
    /// Share of the same questions that one greedy answer gets right.
    public var singleAccuracy: Accuracy
    /// Questions per winning share, in ten equal bins of 0...1.
    public var shareHistogram: [Int]
    /// Questions whose vote was tied.
    public var tieCount: Int
    /// How many candidates could be read.
    public var reading: PreflightReading

    /// How much of the vote's lead a single answer could gain; negative where the vote is worse.
    public var room: Double { accuracy.share - singleAccuracy.share }
}

/// How many texts gave an answer, and why others gave none.
public struct PreflightReading: Hashable, Codable, Sendable {
    /// Why some texts gave no answer.
    public struct Unread: Hashable, Codable, Sendable {
        /// The reason, as `explain` gives it; words of single texts are left out where they differ.
        public var reason: String
        /// Texts with this reason.
        public var count: Int
        /// One of them, shortened, on one line.
        public var example: String
    }

    /// Texts.
    public var count: Int
    /// Those that gave an answer.
    public var parsedCount: Int
    /// The most frequent reasons, at most three.
    public var unread: [Unread]

    /// Share of texts that gave an answer; 0 for none.
    public var parsedShare: Double { count == 0 ? 0 : Double(parsedCount) / Double(count) }
}

/// What one temperature does to the vote.
public struct PreflightTemperature: Hashable, Codable, Sendable {
    /// The temperature.
    public var temperature: Double
    /// Whether it is the configured one.
    public var isConfigured: Bool
    /// Questions asked.
    public var questionCount: Int
    /// Mean balance score, 0...1: `BalanceScore`.
    public var balance: Double
    /// Share of candidates that could be read.
    public var parsedShare: Double
    /// The winner's mean share of the parsed candidates; nil when none parsed.
    public var meanShare: Double?
}

/// How long answers are.
public struct PreflightLengths: Hashable, Codable, Sendable {
    /// Mean length in tokens.
    public var meanTokenCount: Double
    /// Length that 95 % of the answers do not exceed, in tokens.
    public var percentile95: Int
    /// `generate.maxNewTokens`.
    public var maxNewTokens: Int
    /// Share of answers that ended by a stop string or the end-of-text token; the others were cut.
    public var stopShare: Double
}

/// How long a round would take here.
public struct PreflightCost: Hashable, Codable, Sendable {
    /// Questions of a round.
    public var questionCount: Int
    /// Candidates per question.
    public var candidates: Int
    /// Questions of the gate.
    public var gateCount: Int
    /// Tokens written per second; nil when too fast to measure.
    public var tokensPerSecond: Double?
    /// Seconds to generate a round's candidates.
    public var generateSeconds: Double?
    /// Seconds to answer the gate's questions once.
    public var evaluateSeconds: Double?
}

/// The memory an engine needs and what it may have.
public struct EngineMemory: Hashable, Codable, Sendable {
    /// Bytes at most: weights of the widest phase, or weights with keys and values; work space comes on top.
    public var neededByteCount: Int
    /// Bytes that this process may use.
    public var allowedByteCount: Int
    /// What allows that, such as `the machine`.
    public var source: String
    /// What an operator should know; nil if there is enough.
    public var note: String?

    /// Memberwise.
    public init(neededByteCount: Int, allowedByteCount: Int, source: String, note: String? = nil) {
        self.neededByteCount = neededByteCount
        self.allowedByteCount = allowedByteCount
        self.source = source
        self.note = note
    }
}
