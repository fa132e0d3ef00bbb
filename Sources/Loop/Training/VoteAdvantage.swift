import Foundation

/// `ttrl`: policy gradient with advantages from the vote of each question (after TTRL, arXiv 2504.16084).
///
/// With A the weight and n the scored tokens, each text for itself, and s = e^(Δ / n) how much likelier a
/// token of it has become since the round began (the ratio per sequence of GSPO, arXiv 2507.18071):
///
///     L = −min(s · A, clip(s, 1 − ε, 1 + ε) · A),  c = s · A / n, or 0 where clipped
///
/// With ε 0 nothing is clipped and no reference is needed: L = −A · ℓ / n, c = A / n. The divisor is the
/// number of texts; one that was written twice counts once with twice the advantage.
public struct VoteAdvantage: Objective {
    /// All candidates of a question by their advantages.
    public let examples: any ExampleRule
    /// ε; 0 does not clip.
    public let clipRatio: Double

    /// Builds it from settings.
    public init(_ settings: ObjectiveSettings = ObjectiveSettings()) {
        clipRatio = settings.clipRatio
        examples = AdvantageExamples(
            isScaled: settings.scaleAdvantages,
            unreadIsWrong: settings.unreadIsWrong,
            needsReference: settings.clipRatio > 0
        )
    }

    /// With the configured ε and advantages.
    public func configured(by settings: FinetuneSettings) -> any Objective {
        VoteAdvantage(settings.objectives)
    }

    /// `ttrl`.
    public var name: ObjectiveID { .ttrl }

    /// Only if it clips.
    public var needsLogProbabilities: Bool { clipRatio > 0 }

    /// Each member on its own.
    ///
    /// - Throws: `LoopError` `invalid_data` where it clips and there is no reference.
    public func terms(of group: [MeasuredSequence]) throws -> GroupTerms {
        guard clipRatio > 0 else { return Self.plain(group) }
        var terms = GroupTerms(coefficients: [], loss: 0)
        for member in group {
            let count = Double(max(member.tokenCount, 1))
            let ratio = exp(try member.gain() / count)
            let bound = min(max(ratio, 1 - clipRatio), 1 + clipRatio)
            let (free, clipped) = (ratio * member.weight, bound * member.weight)
            terms.coefficients.append(free <= clipped ? free / count : 0)
            terms.loss = (terms.loss ?? 0) - min(free, clipped)
        }
        return terms
    }

    private static func plain(_ group: [MeasuredSequence]) -> GroupTerms {
        var terms = GroupTerms(coefficients: [], loss: 0)
        for member in group {
            let coefficient = member.weight / Double(max(member.tokenCount, 1))
            terms.coefficients.append(coefficient)
            terms.loss = terms.loss.flatMap { sum in
                member.logProbability.map { sum - coefficient * $0 }
            }
        }
        return terms
    }

    /// The number of texts.
    public func divisor(of groups: [[MeasuredSequence]]) -> Double {
        Double(groups.reduce(0) { $0 + $1.count })
    }
}
