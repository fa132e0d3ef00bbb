/// `sft`: cross-entropy, the plain mean over candidates with copies counted.
///
/// With wᵢ the weight and nᵢ the scored tokens of sample i, the loss of a step is
///
///     L = Σ wᵢ · (−ℓᵢ / nᵢ) / Σ |wᵢ|,  so cᵢ = wᵢ / nᵢ and the divisor is Σ |wᵢ|
///
/// The weights are DS weights or counts of copies (`method.md`, section 2), so |w| is w; magnitudes keep the
/// divisor from vanishing if they ever are advantages. Groups make no difference to it.
public struct CrossEntropy: Objective {
    /// Builds it.
    public init() {}

    /// `sft`.
    public var name: ObjectiveID { .sft }

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
