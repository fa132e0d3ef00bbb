/// Options with labels of their own, such as A to D or 1 to 4, and the label of the right one.
enum LetteredOptions {
    /// The options of `{text: […], label: […]}` or `[{text, label}]`; nil when they are neither.
    static func read(_ value: SourceValue?) -> [(label: String, text: String)]? {
        if let fields = value?.fields, let texts = fields["text"]?.texts, let labels = fields["label"]?.texts,
            texts.count == labels.count
        {
            return zip(labels, texts).map { ($0, $1) }
        }
        guard let items = value?.items, !items.isEmpty else { return nil }
        let options = items.compactMap { item -> (label: String, text: String)? in
            guard let label = item.fields?.words("label"), let text = item.fields?.words("text") else {
                return nil
            }
            return (label, text)
        }
        return options.count == items.count ? options : nil
    }

    /// The question with these options; the answer becomes our letter.
    static func items(
        of record: SourceObject,
        _ text: String?,
        _ options: SourceValue?,
        key: String?
    ) -> [SourceItem] {
        guard let options = read(options) else { return [.left("without options", line: record.line)] }
        guard let key else {
            return SourceItem.of(record, text, choices: options.map(\.text), answer: nil)
        }
        guard let right = options.firstIndex(where: { $0.label == key }),
            let letter = ChoiceReader.letter(of: right)
        else {
            return [.left("with an answer key that no option has", line: record.line)]
        }
        return SourceItem.of(record, text, choices: options.map(\.text), answer: String(letter))
    }
}

/// A truth value in the words that files have for it.
enum TruthWord {
    /// Yes or no; nil when the value is neither.
    static func read(_ value: SourceValue?) -> String? {
        switch value?.words?.lowercased() {
        case "yes", "true", "1": "yes"
        case "no", "false", "0": "no"
        default: nil
        }
    }
}
