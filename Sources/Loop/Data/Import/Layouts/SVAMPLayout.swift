/// SVAMP: a story, a question about it, and a number.
enum SVAMPLayout: SourceLayout {
    static let name = "svamp"
    static let shape = "Body, Question, Answer"

    static func fits(_ record: SourceObject) -> Bool { record.has("Body", "Question", "Answer") }

    static func items(of record: SourceObject) -> [SourceItem] {
        guard let body = record.words("Body"), let question = record.words("Question") else {
            return [.left("without a question", line: record.line)]
        }
        let text = AnswerParts.trimmed(body) + " " + AnswerParts.trimmed(question)
        return SourceItem.of(record, text, answer: record.words("Answer"))
    }
}
