/// GSM8K (openai/gsm8k): a worked answer whose last line is `#### 18`, with calculator's marks.
enum GSM8KLayout: SourceLayout {
    static let name = "gsm8k"
    static let shape = "question, answer: \"… #### 18\""

    static func fits(_ record: SourceObject) -> Bool {
        record.words("question") != nil && record.words("answer")?.contains(AnswerParts.mark) == true
    }

    static func items(of record: SourceObject) -> [SourceItem] {
        guard let answer = record.words("answer"), let parts = AnswerParts.atMark(answer) else {
            return [.left("without an answer after ####", line: record.line)]
        }
        let rationale = parts.rationale.map {
            AnswerParts.onOneLine(AnswerParts.withoutCalculator($0), isProse: true)
        }
        return SourceItem.of(record, record.words("question"), answer: parts.answer, rationale: rationale)
    }
}
