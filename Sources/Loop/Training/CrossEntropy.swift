/// `sft`: cross-entropy, the plain mean over candidates with copies counted.
///
/// With wᵢ the weight and nᵢ the scored tokens of sample i, the loss of a step is
///
///     L = Σ wᵢ · (−ℓᵢ / nᵢ) / Σ |wᵢ|,  so cᵢ = wᵢ / nᵢ and the divisor is Σ |wᵢ|
///
/// The weights are DS weights or counts of copies (`method.md`, section 2), so |w| is w; magnitudes keep the
/// divisor from vanishing if they ever are advantages. Groups make no difference to it.
///
/// `weighted` and `sodMix` are the same loss of other examples: kept candidates weighted by the margin of
/// their vote, and kept candidates with anchors from the first round.
public struct CrossEntropy: Objective {
    /// `sft`, `weighted` or `sodMix`.
    public let name: ObjectiveID
    /// Kept candidates by their weight, with what the name says beside them.
    public let examples: any ExampleRule

    /// Builds `sft`.
    public init() { self.init(.sft, KeptExamples()) }

    private init(_ name: ObjectiveID, _ examples: any ExampleRule) {
        self.name = name
        self.examples = examples
    }

    /// Weights times the margin of the vote.
    public static let weighted = CrossEntropy(.weighted, KeptExamples(weighsByMargin: true))

    /// Anchors beside the round's own texts.
    public static let sodMix = CrossEntropy(
        .sodMix,
        KeptExamples(anchorWeight: ObjectiveSettings().anchorWeight)
    )

    /// With the configured weight of anchors.
    public func configured(by settings: FinetuneSettings) -> any Objective {
        guard name == .sodMix else { return self }
        return CrossEntropy(name, KeptExamples(anchorWeight: settings.objectives.anchorWeight))
    }

    /// The coefficients depend on weights and lengths alone.
    public var needsLogProbabilities: Bool { false }

    /// wᵢ / nᵢ for each member.
    public func terms(of group: [MeasuredSequence]) -> GroupTerms {
        let coefficients = group.map { $0.tokenCount > 0 ? $0.weight / Double($0.tokenCount) : 0 }
        var loss: Double? = 0
        for (member, coefficient) in zip(group, coefficients) {
            guard let sum = loss, let logProbability = member.logProbability else {
                loss = nil
                break
            }
            loss = sum - coefficient * logProbability
        }
        return GroupTerms(coefficients: coefficients, loss: loss)
    }

    /// Σ |wᵢ| over the step's samples.
    public func divisor(of groups: [[MeasuredSequence]]) -> Double {
        groups.reduce(0) { $1.reduce($0) { $0 + abs($1.weight) } }
    }
}
