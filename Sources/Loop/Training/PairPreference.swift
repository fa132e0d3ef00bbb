/// `scpo`, `scpoDs` and `spinVote`: the chosen text of a pair is to gain more than the rejected one.
///
/// With Δ = ℓ − ℓ under the round's start model, w the weight of the chosen text, n₁ its tokens:
///
///     L = −w · log σ(m) − α · w / n₁ · ℓ₁,  m = β (Δ₁ − Δ₂)
///     c₁ = w · (β · σ(−m) + α / n₁),  c₂ = −w · β · σ(−m)
///
/// With w the margin of votes, β 0.5 and α 1 it is ScPO (arXiv 2411.04109); with w 1, β 0.1 and α 0
/// it is SPIN's loss (arXiv 2401.01335) on pairs that the vote made. The divisor is the number of
/// pairs.
public struct PairPreference: Objective {
    /// `scpo`, `scpoDs` or `spinVote`.
    public let name: ObjectiveID
    /// Pairs.
    public let examples: any ExampleRule
    /// Factor on the margin.
    public let beta: Double
    /// Factor on the cross-entropy of the chosen text.
    public let alpha: Double

    /// ScPO's pairs.
    public static let scpo = PairPreference(.scpo, .margin, beta: 0.5, alpha: 1)
    /// ScPO's pairs, far ones counting less.
    public static let scpoDs = PairPreference(.scpoDs, .marginOverDS, beta: 0.5, alpha: 1)
    /// SPIN's loss on pairs by the vote.
    public static let spinVote = PairPreference(.spinVote, .one, beta: 0.1, alpha: 0)

    private let weight: PairExamples.Weight

    private init(
        _ name: ObjectiveID,
        _ weight: PairExamples.Weight,
        beta: Double,
        alpha: Double,
        limit: Int = ObjectiveSettings().pairs
    ) {
        self.name = name
        self.weight = weight
        self.beta = beta
        self.alpha = alpha
        examples = PairExamples(limit: limit, weight: weight)
    }

    /// With the configured β and number of pairs; α is that of ScPO alone.
    public func configured(by settings: FinetuneSettings) -> any Objective {
        let own = settings.objectives
        return PairPreference(
            name,
            weight,
            beta: own.beta > 0 ? own.beta : beta,
            alpha: name == .spinVote ? 0 : own.nllWeight,
            limit: own.pairs
        )
    }

    /// It compares gains.
    public var needsLogProbabilities: Bool { true }

    /// Coefficients and loss of a pair, the chosen text first.
    ///
    /// - Throws: `LoopError` `invalid_data` for a group that is no pair, or without a reference.
    public func terms(of group: [MeasuredSequence]) throws -> GroupTerms {
        guard let chosen = group.first(where: { $0.weight > 0 }),
            let rejected = group.first(where: { $0.weight < 0 }), group.count == 2
        else {
            throw LoopError(
                .invalidData,
                "objective \(name) got a group of \(group.count) with weights \(group.map(\.weight)); give it pairs of "
                    + "a weight above zero and one below"
            )
        }
        let margin = beta * (try chosen.gain() - rejected.gain())
        let pull = chosen.weight * beta * LogSigmoid.slope(margin)
        let anchor = alpha * chosen.weight / Double(max(chosen.tokenCount, 1))
        let loss =
            chosen.weight * LogSigmoid.loss(margin) - anchor * (chosen.logProbability ?? .nan)
        return GroupTerms(
            coefficients: group.map { $0.weight > 0 ? pull + anchor : -pull },
            loss: loss
        )
    }

    /// The number of pairs.
    public func divisor(of groups: [[MeasuredSequence]]) -> Double { Double(groups.count) }
}

/// `negOnly`: texts that lost the vote become less likely, and nothing else is trained on.
///
/// With w the magnitude of the weight: L = −w · log σ(−β Δ), c = −w · β · σ(β Δ): ScPO's loss with the chosen
/// half held fast. It levels off as a text has become unlikely. The divisor is the number of texts.
public struct RejectionOnly: Objective {
    /// Losing texts.
    public let examples: any ExampleRule
    /// Factor on the gain.
    public let beta: Double

    /// Builds it.
    ///
    /// - Parameters:
    ///   - beta: Factor on the gain.
    ///   - limit: Most losing texts of a question.
    public init(beta: Double = 0.5, limit: Int = ObjectiveSettings().pairs) {
        self.beta = beta
        examples = PairExamples(limit: limit, weight: .margin, hasWinners: false)
    }

    /// With the configured β and number of texts.
    public func configured(by settings: FinetuneSettings) -> any Objective {
        let own = settings.objectives
        return RejectionOnly(beta: own.beta > 0 ? own.beta : beta, limit: own.pairs)
    }

    /// `negOnly`.
    public var name: ObjectiveID { .negOnly }

    /// It looks at gains.
    public var needsLogProbabilities: Bool { true }

    /// Each member on its own.
    ///
    /// - Throws: `LoopError` `invalid_data` without a reference.
    public func terms(of group: [MeasuredSequence]) throws -> GroupTerms {
        var terms = GroupTerms(coefficients: [], loss: 0)
        for member in group {
            let margin = -beta * (try member.gain())
            terms.coefficients.append(-abs(member.weight) * beta * LogSigmoid.slope(margin))
            terms.loss = (terms.loss ?? 0) + abs(member.weight) * LogSigmoid.loss(margin)
        }
        return terms
    }

    /// The number of texts.
    public func divisor(of groups: [[MeasuredSequence]]) -> Double {
        Double(groups.reduce(0) { $0 + $1.count })
    }
}
