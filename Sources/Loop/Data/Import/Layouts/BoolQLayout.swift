/// BoolQ (google/boolq; super_glue has `label` 0 or 1): yes or no, from a passage.
enum BoolQLayout: SourceLayout {
    static let name = "boolq"
    static let shape = "question, passage, answer: true or false"

    static func fits(_ record: SourceObject) -> Bool {
        record.has("question", "passage") && TruthWord.read(record["answer"] ?? record["label"]) != nil
    }

    static func items(of record: SourceObject) -> [SourceItem] {
        guard let question = record.words("question").map({ AnswerParts.trimmed($0) }) else {
            return [.left("without a question", line: record.line)]
        }
        // Its questions are typed into a search box: no capital, no question mark.
        let asked =
            question.prefix(1).uppercased() + question.dropFirst() + (question.hasSuffix("?") ? "" : "?")
        let passage = record.words("passage").map { $0 + "\n" } ?? ""
        return SourceItem.of(
            record,
            passage + asked,
            answer: TruthWord.read(record["answer"] ?? record["label"])
        )
    }
}
