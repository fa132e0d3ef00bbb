/// What fine-tuning minimises, cut so that the engines need not know it.
///
/// A step is made of groups. An objective looks at one group's sequences and says by which coefficient each
/// sequence's token losses go into the gradient, and what the group's loss is. That carries every loss that
/// depends on a sequence through its log-probability alone: with ℓᵢ = Σ log π(token) over the scored tokens
/// of sequence i, so that −ℓᵢ is the sum of its token losses,
///
///     ∇ L(ℓ₁ … ℓₙ) = Σᵢ cᵢ · ∇(−ℓᵢ),  cᵢ = −∂L/∂ℓᵢ
///
/// and the engine's backward pass for cross-entropy needs only other coefficients cᵢ. Examples: cross-entropy
/// (`CrossEntropy`); pairs as in DPO, SPIN (arXiv 2401.01335) and ScPO (arXiv 2411.04109); policy gradients
/// with the advantage as weight, such as TTRL's (arXiv 2504.16084), where each text is used once. Not
/// carried: losses with a factor of their own for each token, such as a ratio clipped token by token.
///
/// An objective is a pure function: the same groups give the same numbers, to the bit. Python's twin is a
/// class of `trainer/autodidact_trainer/objectives.py`; both read `Tests/LoopTests/Fixtures/objectives.json`.
public protocol Objective: Sendable {
    /// What settings and plans call it.
    var name: ObjectiveID { get }
    /// Whether `terms` needs ℓ; then a forward pass over the whole step comes before the step itself.
    var needsLogProbabilities: Bool { get }

    /// Coefficients and loss of one group.
    ///
    /// - Parameter group: Its members, in order of their examples; never empty, and never without some of the
    ///   members that the job gave it.
    /// - Returns: cᵢ for each member, before the step's divisor, and the group's loss.
    /// - Throws: `LoopError` `invalid_data` when the group is not what the objective is for.
    func terms(of group: [MeasuredSequence]) throws -> GroupTerms

    /// What a step's gradient and loss are divided by, such as the number of its groups.
    func divisor(of groups: [[MeasuredSequence]]) -> Double

    /// Which candidates it trains on.
    var examples: any ExampleRule { get }

    /// The objective with the settings of a job.
    func configured(by settings: FinetuneSettings) -> any Objective
}

extension Objective {
    /// Kept candidates by their weight.
    public var examples: any ExampleRule { KeptExamples() }

    /// It has none.
    public func configured(by settings: FinetuneSettings) -> any Objective { self }
}

/// An objective's name.
public struct ObjectiveID: SettingName {
    /// The spelling in settings and plans.
    public let rawValue: String

    /// Wraps a spelling.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Cross-entropy on the examples, by weight.
    public static let sft = ObjectiveID(rawValue: "sft")
    /// Cross-entropy, weighted by the margin of the vote.
    public static let weighted = ObjectiveID(rawValue: "weighted")
    /// Pairs by votes, with the cross-entropy of the chosen half.
    public static let scpo = ObjectiveID(rawValue: "scpo")
    /// The same, weighted by the DS weight of the chosen half, too.
    public static let scpoDs = ObjectiveID(rawValue: "scpoDs")
    /// The losing halves alone.
    public static let negOnly = ObjectiveID(rawValue: "negOnly")
    /// Pairs of a kept text and one that lost the vote, by SPIN's loss.
    public static let spinVote = ObjectiveID(rawValue: "spinVote")
    /// Cross-entropy with anchors from the first round.
    public static let sodMix = ObjectiveID(rawValue: "sodMix")
    /// Policy gradient with advantages from the vote.
    public static let ttrl = ObjectiveID(rawValue: "ttrl")
}

/// A group's member as an objective sees it.
public struct MeasuredSequence: Hashable, Sendable {
    /// Factor or advantage; see `TrainingExample.weight`.
    public var weight: Double
    /// Number of tokens that carry loss.
    public var tokenCount: Int
    /// ℓ: sum of their log-probabilities under the weights before the step, nats; nil unless the objective
    /// needs it.
    public var logProbability: Double?
    /// The same under the round's start model; nil when the example has none.
    public var referenceLogProbability: Double?

    /// Builds a member.
    public init(
        weight: Double,
        tokenCount: Int,
        logProbability: Double? = nil,
        referenceLogProbability: Double? = nil
    ) {
        self.weight = weight
        self.tokenCount = tokenCount
        self.logProbability = logProbability
        self.referenceLogProbability = referenceLogProbability
    }

    /// Δ = ℓ − reference: how much likelier the sequence has become since the round began, nats.
    ///
    /// - Throws: `LoopError` `invalid_data` when one of the two is missing.
    public func gain() throws -> Double {
        guard let logProbability, let referenceLogProbability else {
            throw LoopError(
                .invalidData,
                "a training example has no \(logProbability == nil ? "" : "reference ")log-probability, which this "
                    + "objective compares with; build its examples with one"
            )
        }
        return logProbability - referenceLogProbability
    }
}

/// What an objective says of one group.
public struct GroupTerms: Hashable, Sendable {
    /// cᵢ: the factor on the loss of each scored token of member i, before the step's divisor.
    public var coefficients: [Double]
    /// The group's loss, before the divisor; nil means Σ cᵢ · (−ℓᵢ), which the step itself measures.
    public var loss: Double?

    /// Builds terms.
    public init(coefficients: [Double], loss: Double?) {
        self.coefficients = coefficients
        self.loss = loss
    }
}
