/// SQuAD (rajpurkar/squad, and the files of its authors, where an article has paragraphs with questions).
enum SQuADLayout: SourceLayout {
    static let name = "squad"
    static let shape = "context, question, answers: {text: […]}"

    static func fits(_ record: SourceObject) -> Bool {
        record.has("context", "question", "answers") || record["paragraphs"]?.items != nil
    }

    static func items(of record: SourceObject) -> [SourceItem] {
        guard let paragraphs = record["paragraphs"]?.items?.compactMap(\.fields) else {
            return item(record, context: record.words("context"))
        }
        return paragraphs.flatMap { paragraph in
            let questions = paragraph["qas"]?.items?.compactMap(\.fields) ?? []
            return questions.flatMap { item($0, context: paragraph.words("context")) }
        }
    }

    /// The first of the accepted answers is the reference.
    private static func item(_ record: SourceObject, context: String?) -> [SourceItem] {
        let answers = record["answers"]
        let first =
            answers?.fields?["text"]?.items?.first?.words ?? answers?.items?.first?.fields?.words("text")
        guard let first else { return [.left("that the context does not answer", line: record.line)] }
        let text = record.words("question").map {
            (context.map { $0 + "\n" } ?? "") + AnswerParts.trimmed($0)
        }
        return SourceItem.of(record, text, answer: first)
    }
}
