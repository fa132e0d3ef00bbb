/// ARC (allenai/ai2_arc, and the files of its authors, where the question is an object with stem and
/// choices).
enum ARCLayout: SourceLayout {
    static let name = "arc"
    static let shape = "question, choices: {text, label}, answerKey"

    static func fits(_ record: SourceObject) -> Bool {
        guard record.has("question", "answerKey"), !record.has("fact1") else { return false }
        return LetteredOptions.read(record["choices"] ?? record["question"]?.fields?["choices"]) != nil
    }

    static func items(of record: SourceObject) -> [SourceItem] {
        let nested = record["question"]?.fields
        return LetteredOptions.items(
            of: record,
            nested?.words("stem") ?? record.words("question"),
            nested?["choices"] ?? record["choices"],
            key: record.words("answerKey")
        )
    }
}
