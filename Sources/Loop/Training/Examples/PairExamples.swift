/// Pairs of a kept candidate and a readable one of the same question that lost the vote.
///
/// Kept candidates are taken by index, losers with the fewest votes first; a text takes part once. Where
/// candidates saw the options in several orders, a loser of the kept one's order goes first. A question
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

    /// Those with the fewest votes, as many as there may be pairs; for pairs as many of each order of
    /// options.
    public func losers(of question: VotedQuestion) -> [Int] {
        guard !question.winners.isEmpty else { return [] }
        let losers = question.distinct(question.losers)
        guard hasWinners else { return Array(losers.prefix(limit)) }
        // Which kept candidates the later filters leave, and so which orders, is not known yet.
        var counts: [Int: Int] = [:]
        return losers.enumerated().filter { number, place in
            counts[question.views[place], default: 0] += 1
            return number < limit || counts[question.views[place], default: 0] <= limit
        }.map(\.element)
    }

    /// Kept candidates with their losers.
    private func pairs(of question: VotedQuestion) -> [(chosen: Int, rejected: Int)] {
        var rest = losers(of: question)
        var pairs: [(chosen: Int, rejected: Int)] = []
        for chosen in question.distinct(question.winners).prefix(limit) where !rest.isEmpty {
            let place = rest.firstIndex { question.views[$0] == question.views[chosen] } ?? 0
            pairs.append((chosen, rest.remove(at: place)))
        }
        return pairs
    }

    /// The pairs; weights of losers are below zero.
    public func parts(of question: VotedQuestion) -> [Int: TrainingSamples.Part] {
        guard hasWinners else {
            return losers(of: question).reduce(into: [:]) { parts, place in
                let weight = question.margin(over: place)
                guard weight > 0, let reference = question.candidates[place].scores[.reference] else {
                    return
                }
                parts[place] = TrainingSamples.Part(weight: -weight, referenceLogProbability: reference)
            }
        }
        var parts: [Int: TrainingSamples.Part] = [:]
        for (group, pair) in pairs(of: question).enumerated() {
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
