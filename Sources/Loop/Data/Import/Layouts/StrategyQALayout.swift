/// StrategyQA: yes or no, with the facts that lead there.
enum StrategyQALayout: SourceLayout {
    static let name = "strategyqa"
    static let shape = "question, answer: true or false, facts"

    static func fits(_ record: SourceObject) -> Bool {
        record.has("question", "facts") && record["answer"]?.truth != nil
    }

    static func items(of record: SourceObject) -> [SourceItem] {
        let facts = record["facts"]?.texts?.joined(separator: " ") ?? record.words("facts")
        return SourceItem.of(
            record,
            record.words("question"),
            answer: TruthWord.read(record["answer"]),
            rationale: facts.flatMap { $0.isEmpty ? nil : $0 }
        )
    }
}
