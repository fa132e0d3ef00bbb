/// An objective applied to one step: what each sample's token losses are multiplied by.
public struct StepTerms: Sendable {
    /// cᵢ by index of the sample, before the divisor.
    public let coefficients: [Int: Double]
    /// What gradient and loss are divided by.
    public let divisor: Double
    /// The step's loss, divided; nil means Σ cᵢ · (−ℓᵢ) / divisor.
    public let loss: Double?

    /// Cuts a step into its groups and asks the objective.
    ///
    /// Groups come in order of their first sample, and so do sums over them: a step of single samples is
    /// added up in the order of the samples.
    ///
    /// - Parameters:
    ///   - samples: The step's samples.
    ///   - objective: What is minimised.
    ///   - span: Which tokens carry loss.
    ///   - logProbabilities: ℓ by index of the sample; nil when the objective does not need it.
    /// - Throws: What the objective throws, or `LoopError` `invalid_data` when it does not answer for each
    ///   member.
    public init(
        _ samples: [TokenizedSample],
        _ objective: any Objective,
        span: LossSpan,
        logProbabilities: [Int: Double]? = nil
    ) throws {
        var places: [Int: Int] = [:]
        var groups: [[TokenizedSample]] = []
        for sample in samples {
            if let place = places[sample.group] {
                groups[place].append(sample)
            } else {
                places[sample.group] = groups.count
                groups.append([sample])
            }
        }
        let measured = groups.map { group in
            group.map { sample in
                MeasuredSequence(
                    weight: sample.weight,
                    tokenCount: sample.scoredTokenCount(span),
                    logProbability: logProbabilities?[sample.index],
                    referenceLogProbability: sample.referenceLogProbability
                )
            }
        }
        var coefficients: [Int: Double] = [:]
        var sum: Double? = 0
        for (group, members) in zip(groups, measured) {
            let terms = try objective.terms(of: members)
            guard terms.coefficients.count == group.count else {
                throw LoopError(
                    .invalidData,
                    "objective \(objective.name) gave \(terms.coefficients.count) coefficients for a group of "
                        + "\(group.count); give one for each member"
                )
            }
            for (sample, coefficient) in zip(group, terms.coefficients) {
                coefficients[sample.index] = coefficient
            }
            sum = if let sum, let loss = terms.loss { sum + loss } else { nil }
        }
        let divisor = objective.divisor(of: measured)
        self.coefficients = coefficients
        self.divisor = divisor
        loss = sum.map { $0 / divisor }
    }
}
