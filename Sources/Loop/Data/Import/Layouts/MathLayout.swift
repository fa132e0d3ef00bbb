/// MATH (and MATH-500): a solution whose answer is in `\boxed{…}`, or in a field of its own.
enum MathLayout: SourceLayout {
    static let name = "math"
    static let shape = "problem, solution with \\boxed{…}, level, type or subject"

    static func fits(_ record: SourceObject) -> Bool {
        record.has("problem") && record.words("solution")?.contains("\\boxed") == true
    }

    static func items(of record: SourceObject) -> [SourceItem] {
        let solution = record.words("solution")
        guard let answer = record.words("answer") ?? solution.flatMap(AnswerParts.boxed) else {
            return [.left("without \\boxed{…}", line: record.line)]
        }
        return SourceItem.of(record, record.words("problem"), answer: answer, rationale: solution)
    }
}
