/// ANLI (facebook/anli; also SNLI and MNLI, and the files of ANLI's authors with `context` and e, n, c).
enum ANLILayout: SourceLayout {
    static let name = "anli"
    static let shape = "premise, hypothesis, label: 0, 1 or 2, reason"

    /// In the order of the labels' numbers.
    static let labels = ["entailment", "neutral", "contradiction"]

    static func fits(_ record: SourceObject) -> Bool {
        record.has("hypothesis", "label") && (record.has("premise") || record.has("context"))
    }

    static func items(of record: SourceObject) -> [SourceItem] {
        guard let premise = record.words("premise") ?? record.words("context"),
            let hypothesis = record.words("hypothesis")
        else {
            return [.left("without premise and hypothesis", line: record.line)]
        }
        let label = record.words("label")?.lowercased() ?? ""
        let number = Int(label) ?? labels.firstIndex { $0 == label || $0.prefix(1) == label } ?? -1
        // -1 is a pair on whose label people did not agree.
        guard labels.indices.contains(number) else { return [.left("without a label", line: record.line)] }
        let text =
            "Premise: \(premise)\nHypothesis: \(hypothesis)\n"
            + "What is the hypothesis, given the premise: entailment, neutral or contradiction?"
        return SourceItem.of(
            record,
            text,
            answer: labels[number],
            rationale: record.words("reason")
        )
    }
}
