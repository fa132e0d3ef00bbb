import Foundation

/// How the votes that passed are spread over a closed set of answers: a model that says the same label to
/// every question has collapsed, however sure it is of each.
struct ClassVotes {
    /// Every answer that there can be.
    private var classes: Set<String>
    private var counts: [String: Int] = [:]

    /// Nothing yet; nil for a kind without a closed set.
    init?(_ configuration: RoundConfiguration, _ kinds: AnswerKinds) {
        guard let kind = kinds[configuration.vote.answerKind] as? any ClosedAnswerKind.Type else {
            return nil
        }
        classes = Set(kind.classes(configuration.answer))
    }

    /// Counts the winner of a question's vote.
    mutating func take(_ winner: String, of question: QuestionInput) {
        classes.formUnion(question.choices)
        counts[winner, default: 0] += 1
    }

    /// Share of each answer that has won; nil where none has.
    var shares: [String: Double]? {
        let total = counts.values.reduce(0, +)
        return total == 0 ? nil : counts.mapValues { Double($0) / Double(total) }
    }

    /// Entropy of the shares over the log of the number of answers, 0...1; nil without two answers or a vote.
    var entropy: Double? {
        guard let shares, classes.count > 1 else { return nil }
        // In one order, so that the sum has the same bits each time.
        let sum = shares.sorted { $0.key < $1.key }.reduce(0) { $0 - $1.value * log($1.value) }
        return sum / log(Double(classes.count))
    }
}
