extension FieldMapping {
    /// The question of a record, by a mapping that is resolved.
    func items(of record: SourceObject) -> [SourceItem] {
        let choices: [String]
        switch readChoices(of: record) {
        case .success(let read): choices = read
        case .failure(let reason): return [.left(reason.text, line: record.line)]
        }
        var answer = self.answer.flatMap { name in
            record[name]?.words ?? record[name]?.items?.first?.words ?? record[name]?.structure
        }
        if let labelled = self.choices.first.flatMap({ LetteredOptions.read(record[$0]) }),
            let right = labelled.firstIndex(where: { $0.label == answer }),
            let letter = ChoiceReader.letter(of: right)
        {
            answer = String(letter)
        }
        return SourceItem.of(
            record,
            question.flatMap(record.words),
            choices: choices,
            answer: answer,
            rationale: rationale.flatMap(record.words)
        )
    }

    private struct Reason: Error { let text: String }

    private func readChoices(of record: SourceObject) -> Result<[String], Reason> {
        guard options.isEmpty else { return .success(options) }
        guard let name = choices.first else { return .success([]) }
        if choices.count > 1 {
            // A question may have fewer options than the table has columns.
            let texts = choices.compactMap(record.words)
            return texts.count >= 2 ? .success(texts) : .failure(Reason(text: "with fewer than two options"))
        }
        let value = record[name]
        if let labelled = LetteredOptions.read(value) { return .success(labelled.map(\.text)) }
        if let texts = value?.texts ?? value?.words.flatMap(Self.cell) {
            return texts.count >= 2 ? .success(texts) : .failure(Reason(text: "with fewer than two options"))
        }
        return .failure(Reason(text: "without options"))
    }

    /// The options in a cell of a table: a JSON list, or texts with a bar between them.
    private static func cell(_ text: String) -> [String]? {
        if text.first == "[" {
            var source = JSONSource(Array(text.utf8), name: "cell")
            return (try? source.value())?.texts
        }
        let parts = text.split(separator: "|").map { AnswerParts.trimmed(String($0)) }
        return parts.count >= 2 ? parts : nil
    }
}

/// Answers that are the number of an option, as many published sets have them.
enum OptionNumbers {
    /// Turns such answers into letters, where every answer of the questions with options is a number.
    ///
    /// - Returns: From what they count, 0 or 1; nil when answers are no such numbers.
    /// - Throws: `QuestionFile.Fault` when they may count from 0 or from 1.
    static func resolve(_ drafts: inout [QuestionDraft]) throws(QuestionFile.Fault) -> Int? {
        var numbers: [(place: Int, number: Int)] = []
        for (place, draft) in drafts.enumerated() where !draft.choices.isEmpty {
            guard let answer = draft.answer else { continue }
            guard let number = Int(answer), !draft.choices.contains(answer) else { return nil }
            numbers.append((place, number))
        }
        guard let first = numbers.first else { return nil }
        let fromZero = numbers.allSatisfy { drafts[$0.place].choices.indices.contains($0.number) }
        let fromOne = numbers.allSatisfy { drafts[$0.place].choices.indices.contains($0.number - 1) }
        guard fromZero != fromOne else {
            guard fromZero else { return nil }
            throw QuestionFile.Fault(
                "\(drafts[first.place].origin): answers are numbers of options, and none tells whether they "
                    + "count from 0 or from 1",
                hint: "write letters or the options' own texts"
            )
        }
        for (place, number) in numbers {
            let letter = ChoiceReader.letter(of: fromZero ? number : number - 1)
            drafts[place].answer = letter.map { String($0) }
        }
        return fromZero ? 0 : 1
    }
}
