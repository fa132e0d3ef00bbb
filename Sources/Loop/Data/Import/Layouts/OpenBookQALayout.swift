/// OpenBookQA (allenai/openbookqa, and the files of its authors, which look like ARC's).
enum OpenBookQALayout: SourceLayout {
    static let name = "openbookqa"
    static let shape = "question_stem, choices: {text, label}, answerKey"

    static func fits(_ record: SourceObject) -> Bool {
        let hasStem = record.has("question_stem") || record["question"]?.fields != nil && record.has("fact1")
        return hasStem && record.has("answerKey")
    }

    static func items(of record: SourceObject) -> [SourceItem] {
        guard record.has("question_stem") else { return ARCLayout.items(of: record) }
        return LetteredOptions.items(
            of: record,
            record.words("question_stem"),
            record["choices"],
            key: record.words("answerKey")
        )
    }
}
