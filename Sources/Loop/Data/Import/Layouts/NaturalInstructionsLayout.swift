/// Natural Instructions: one file per task, or one record per instance with `definition`, `inputs`,
/// `targets`.
///
/// The positive examples become questions too: their explanations are rationales.
enum NaturalInstructionsLayout: SourceLayout {
    static let name = "natural-instructions"
    static let shape = "Definition, Instances: [{input, output}]"

    static func fits(_ record: SourceObject) -> Bool {
        record.has("Definition", "Instances") || record.has("definition", "inputs", "targets")
    }

    static func items(of record: SourceObject) -> [SourceItem] {
        guard let instances = record["Instances"]?.items?.compactMap(\.fields) else {
            return item(record, definition: record.words("definition"), "inputs", "targets")
        }
        let definition =
            record["Definition"]?.texts?.joined(separator: "\n") ?? record.words("Definition")
        let examples = record["Positive Examples"]?.items?.compactMap(\.fields) ?? []
        return (examples + instances).flatMap { item($0, definition: definition, "input", "output") }
    }

    /// The first of the accepted outputs is the reference.
    private static func item(
        _ record: SourceObject,
        definition: String?,
        _ input: String,
        _ output: String
    ) -> [SourceItem] {
        let answer = record[output]?.items?.first?.words ?? record.words(output)
        let text = record.words(input).map { (definition.map { $0 + "\n" } ?? "") + $0 }
        return SourceItem.of(record, text, answer: answer, rationale: record.words("explanation"))
    }
}
