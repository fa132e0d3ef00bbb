/// Why the engine stopped writing a candidate.
public enum FinishReason: String, Codable, Sendable {
    /// A stop string or the end-of-text token was reached.
    case stop
    /// The token limit was reached first.
    case length
}

/// Whether a candidate is trained on.
public enum Verdict: String, Codable, Sendable, CaseIterable {
    /// The candidate is trained on.
    case kept
    /// The candidate is not trained on; `VerdictReason` says why.
    case dropped
}

/// Why a candidate was kept or dropped.
///
/// Each filter has its own reasons; a new filter brings its own, so unknown ones must be tolerated.
public struct VerdictReason: RawRepresentable, Hashable, Codable, Sendable {
    /// The reason's spelling.
    public let rawValue: String

    /// Wraps a spelling.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Kept: every filter let it pass.
    public static let selected = VerdictReason(rawValue: "selected")
    /// No answer could be read from the text.
    public static let unparsed = VerdictReason(rawValue: "no_parse")
    /// The text was cut by the token limit before the answer.
    public static let truncated = VerdictReason(rawValue: "truncated")
    /// Its answer lost the majority vote of its question.
    public static let outvoted = VerdictReason(rawValue: "outvoted")
    /// The winning answer had fewer votes, or a smaller share, than the configuration asks for.
    public static let lowConsistency = VerdictReason(rawValue: "low_consistency")
    /// The vote was tied and the configuration drops ties.
    public static let tied = VerdictReason(rawValue: "tied")
    /// The loss was zero, negative or not finite.
    public static let lossDegenerate = VerdictReason(rawValue: "loss_degenerate")
    /// No token was left to score.
    public static let emptySpan = VerdictReason(rawValue: "empty_span")
    /// The sequence is longer than fine-tuning accepts.
    public static let tooLong = VerdictReason(rawValue: "too_long")
    /// A fine-tuning step with it gave a loss or gradient that was not finite.
    public static let quarantined = VerdictReason(rawValue: "quarantined")
    /// The DS weight is above the cut: its loss is too far from the mean valid loss.
    public static let dsWeight = VerdictReason(rawValue: "ds_weight")
    /// Another candidate of the question has the same text and `dedupe` is on.
    public static let duplicate = VerdictReason(rawValue: "duplicate")
    /// Policy `oracle`: the answer differs from the reference answer, or there is none.
    public static let wrongAnswer = VerdictReason(rawValue: "wrong_answer")
    /// Filter `balance`: its answer has many more candidates than the rarest one.
    public static let classSurplus = VerdictReason(rawValue: "class_surplus")
    /// Filter `entropy`: the answers to its question are spread too far.
    public static let highEntropy = VerdictReason(rawValue: "high_entropy")
    /// Filter `voteBand`: the winner has too small a share.
    public static let belowBand = VerdictReason(rawValue: "below_band")
    /// Filter `voteBand`: the winner has too large a share, the question is too easy.
    public static let aboveBand = VerdictReason(rawValue: "above_band")
    /// Filter `secondView`: its question was asked in one view alone.
    public static let singleView = VerdictReason(rawValue: "single_view")
    /// Filter `secondView`: too few views elect the winner.
    public static let viewsDiffer = VerdictReason(rawValue: "views_differ")
    /// Filter `lossBand`: its loss is outside the band.
    public static let outsideBand = VerdictReason(rawValue: "loss_band")
    /// Filter `ifd`: its question makes it less likely.
    public static let highIFD = VerdictReason(rawValue: "ifd_high")
    /// Filter `ifdTop`: others are harder.
    public static let lowIFD = VerdictReason(rawValue: "ifd_low")
    /// Filter `selfRating`: the model rates others higher.
    public static let lowRating = VerdictReason(rawValue: "low_rating")
    /// Filter `budget`: its question has enough texts.
    public static let overBudget = VerdictReason(rawValue: "over_budget")
    /// Filter `maxMin`: texts that differ more were kept.
    public static let tooSimilar = VerdictReason(rawValue: "too_similar")
    /// Filter `difficultyDiversity`: others are harder or less alike.
    public static let lessDiverse = VerdictReason(rawValue: "less_diverse")
    /// Filter `shortest`: it is among the shortest.
    public static let shortest = VerdictReason(rawValue: "shortest")
    /// Filter `rewardModel`: its reward is below the cut.
    public static let lowReward = VerdictReason(rawValue: "low_reward")
    /// Filter `rewardModel`: the program gave no number for it.
    public static let noReward = VerdictReason(rawValue: "no_reward")
    /// Filter `smallModelScore`: others are harder for the small model.
    public static let lowSmallModel = VerdictReason(rawValue: "small_model_low")
    /// Filter `smallModelScore`: the small model could learn nothing from it.
    public static let unlearnable = VerdictReason(rawValue: "unlearnable")
}

extension VerdictReason: CaseIterable {
    /// The reasons of this version's own stages and filters.
    public static let allCases: [VerdictReason] = [
        .selected, .unparsed, .truncated, .outvoted, .lowConsistency, .tied, .lossDegenerate, .emptySpan,
        .tooLong, .quarantined, .dsWeight, .duplicate, .wrongAnswer, .classSurplus, .judgeTimeout,
        .judgeFailed,
        .judgeNone, .highEntropy, .belowBand, .aboveBand, .outsideBand, .highIFD, .lowIFD, .lowRating,
        .overBudget, .tooSimilar, .lessDiverse, .shortest, .lowReward, .noReward,
        .lowSmallModel, .unlearnable,
        .singleView, .viewsDiffer,
    ]

    /// Whether none of this version's stages and filters gives it.
    public var isOfAnotherVersion: Bool { !Self.allCases.contains(self) }
}

/// One generated answer with everything that the round has found out about it so far.
public struct Candidate: Hashable, Codable, Sendable {
    /// The round that generated it.
    public var round: RoundID
    /// The question it answers.
    public var question: QuestionID
    /// Its index among the question's candidates, from 0.
    public var index: Int
    /// The text after the prompt, up to the stop string.
    public var text: String
    /// Number of sampled tokens, the stop token included.
    public var tokenCount: Int
    /// Mean natural-log probability of the sampled tokens at temperature 1.
    public var meanLogProbability: Double
    /// Why generation stopped.
    public var finish: FinishReason
    /// The extracted answer in canonical form; nil before the vote or when unparsed.
    public var answer: String?
    /// Share of the question's parsed candidates that give the winning answer, 0...1; nil when none parsed.
    public var consistency: Double?
    /// Mean loss over the scored span, nats per token; nil before weighing.
    public var loss: Double?
    /// What scorers have found; none before weighing.
    public var scores = CandidateScores()
    /// Factor on the candidate's loss in fine-tuning; 1 for filters.
    public var weight: Double
    /// Kept or dropped; nil while undecided, and provisional until phase `select` has ended.
    public var verdict: Verdict?
    /// The stage or filter that decided.
    public var reason: VerdictReason?

    /// A candidate fresh from generation.
    public init(
        round: RoundID,
        question: QuestionID,
        index: Int,
        text: String,
        tokenCount: Int,
        meanLogProbability: Double,
        finish: FinishReason
    ) {
        self.round = round
        self.question = question
        self.index = index
        self.text = text
        self.tokenCount = tokenCount
        self.meanLogProbability = meanLogProbability
        self.finish = finish
        self.weight = 1
    }

    /// Settles the candidate.
    public mutating func settle(_ verdict: Verdict, _ reason: VerdictReason) {
        self.verdict = verdict
        self.reason = reason
    }
}
