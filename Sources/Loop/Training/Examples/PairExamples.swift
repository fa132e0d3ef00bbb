/// Pairs of a kept candidate and a readable one of the same question that lost the vote.
///
/// Kept candidates are taken by index, losers with the fewest votes first; a text takes part once. A question
/// without both gives no pair.
public struct PairExamples: ExampleRule {
    /// How much a pair weighs.
    public enum Weight: Hashable, Sendable {
        /// Each the same.
        case one
        /// By the margin of votes, (V⁺ − V⁻) / k.
        case margin
        /// By the margin over the DS weight of the kept candidate.
        case marginOverDS
    }

    /// Most pairs of a question.
    public let limit: Int
    /// How much a pair weighs.
    public let weight: Weight
    /// Whether kept candidates take part, too; without them each loser is alone.
    public let hasWinners: Bool

    /// Builds the rule.
    public init(limit: Int, weight: Weight, hasWinners: Bool = true) {
        self.limit = limit
        self.weight = weight
        self.hasWinners = hasWinners
    }

    /// It does.
    public var comparesVotes: Bool { true }

    /// Log-probabilities under the round's start model, and the DS weight where pairs weigh by it.
    public var neededScores: [ScoreName] { weight == .marginOverDS ? [.reference, .ds] : [.reference] }

    /// Those with the fewest votes, as many as there may be pairs.
    public func losers(of question: VotedQuestion) -> [Int] {
        question.winners.isEmpty ? [] : Array(question.distinct(question.losers).prefix(limit))
    }

    /// The pairs; weights of losers are below zero.
    public func parts(of question: VotedQuestion) -> [Int: TrainingSamples.Part] {
        let losers = losers(of: question)
        guard hasWinners else {
            return losers.reduce(into: [:]) { parts, place in
                let weight = question.margin(over: place)
                guard weight > 0, let reference = question.candidates[place].scores[.reference] else {
                    return
                }
                parts[place] = TrainingSamples.Part(weight: -weight, referenceLogProbability: reference)
            }
        }
        var parts: [Int: TrainingSamples.Part] = [:]
        for (group, pair) in zip(question.distinct(question.winners), losers).enumerated() {
            let (chosen, rejected) = pair
            guard let weight = weight(chosen, rejected, question), weight > 0,
                let chosenReference = question.candidates[chosen].scores[.reference],
                let rejectedReference = question.candidates[rejected].scores[.reference]
            else { continue }
            parts[chosen] = TrainingSamples.Part(
                weight: weight,
                group: group,
                referenceLogProbability: chosenReference
            )
            parts[rejected] = TrainingSamples.Part(
                weight: -weight,
                group: group,
                referenceLogProbability: rejectedReference
            )
        }
        return parts
    }

    private func weight(_ chosen: Int, _ rejected: Int, _ question: VotedQuestion) -> Double? {
        let margin = question.margin(over: rejected)
        return switch weight {
        case .one: 1
        case .margin: margin
        case .marginOverDS: question.candidates[chosen].scores[.ds].map { margin / $0 }
        }
    }
}
