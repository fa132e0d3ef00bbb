extension FinetuneReport {
    /// Counts pairs, losing texts and anchors; leaves nil what the objective has none of.
    ///
    /// - Parameters:
    ///   - texts: What the job had.
    ///   - unused: Places of texts that were too long or whose step was not applied.
    ///   - round: The round that trained.
    ///   - rule: Which examples the objective asks for.
    mutating func count(
        _ texts: [TrainingSamples.Text],
        unused: Set<Int> = [],
        of round: RoundID,
        by rule: any ExampleRule
    ) {
        let used = texts.enumerated().filter { !unused.contains($0.offset) }.map(\.element)
        if rule.comparesVotes {
            let losing = used.filter { $0.example.weight < 0 }
            // Of all texts: the report takes off itself what was left out.
            let chosen = texts.filter { $0.example.weight > 0 }
            let groups = Set(used.filter { $0.example.weight > 0 }.map(\.example.group))
            let pairs = losing.count { groups.contains($0.example.group) }
            losingTextCount = losing.count
            chosenCount = chosen.reduce(0) { $0 + $1.candidates.count }
            pairCount = pairs == 0 ? nil : pairs
        }
        if rule.weighsByMargin {
            // A question whose vote is a full tie has weight 0.
            chosenCount = texts.filter { $0.candidates.first?.round == round }
                .reduce(0) { $0 + $1.candidates.count }
        }
        if rule.anchorWeight > 0 {
            let first = texts.compactMap { $0.candidates.first?.round }.min()
            anchorTextCount =
                first == round ? 0 : used.count { $0.candidates.first?.round == first }
        }
    }

    /// What the phase's line says of them; empty when there are none.
    var examplesClause: String {
        let counts = [
            (pairCount, "pairs"), (pairCount == nil ? losingTextCount : nil, "losing texts"),
            (anchorTextCount, "anchors"),
        ]
        return counts.compactMap { count, name in count.map { ", \(Plain.count($0)) \(name)" } }.joined()
    }
}
