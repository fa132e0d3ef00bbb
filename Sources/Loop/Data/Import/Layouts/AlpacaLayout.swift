/// Alpaca: an instruction, often with an input, and the output.
enum AlpacaLayout: SourceLayout {
    static let name = "alpaca"
    static let shape = "instruction, input, output"

    static func fits(_ record: SourceObject) -> Bool { record.has("instruction", "output") }

    static func items(of record: SourceObject) -> [SourceItem] {
        let input = record.words("input").map { "\n" + $0 } ?? ""
        let parts = record.words("output").map(AnswerParts.ofReply)
        return SourceItem.of(
            record,
            record.words("instruction").map { $0 + input },
            answer: parts?.answer,
            rationale: parts?.rationale
        )
    }
}
