import Loop

extension Renderer {
    /// What an import would write, and what it leaves out.
    func imported(_ result: ImportResult) -> [String] {
        result.sources.flatMap(source) + [""] + splits(result) + [""] + answers(result) + examples(result)
            + dropped(result)
            + result.notes.flatMap { fitted("note: \($0.onOneLine)") }.map { paint($0, .accent) }
    }

    /// What an import has written, and what comes next.
    func written(_ output: ImportOutput) -> [String] {
        fitted("wrote \(output.files.joined(separator: ", ")) into \(output.directory)")
            + fitted(
                "next: name them in your configuration" + (output.answers.settings.isEmpty ? "" : " with")
            )
            + output.answers.settings.map { "  \($0.onOneLine)" }
            + fitted("and run \"autodidact config check FILE\"")
    }

    private func source(_ source: ImportResult.Source) -> [String] {
        let order = ["question", "answer", "rationale", "choices", "options"]
        let fields = order.compactMap { part in source.fields[part].map { "\(part) = \($0)" } }
        let way = source.layout.map { ["layout \($0)"] } ?? fields
        let split = source.split.map { ["split \($0.rawValue)"] } ?? []
        return field(
            "read",
            [source.name.onOneLine, source.format.rawValue, Words.plural(source.recordCount, "record")] + way
                + split
        )
    }

    private func splits(_ result: ImportResult) -> [String] {
        var table = Table([
            .init("SPLIT"), .init("QUESTIONS", right: true), .init("WITH ANSWER", right: true, keep: 1),
            .init("WITH RATIONALE", right: true, keep: 0),
        ])
        table.rows = Split.allCases.map { split in
            let questions = result.splits[split] ?? []
            return [
                Cell(split.rawValue, .strong), Cell(Format.count(questions.count)),
                Cell(Format.count(questions.filter { $0.answer != nil }.count)),
                Cell(Format.count(questions.filter { $0.rationale != nil }.count)),
            ]
        }
        var others: [String] = []
        if !result.todo.isEmpty {
            others.append("\(Words.plural(result.todo.count, "question")) for valid without a rationale")
        }
        if !result.shots.isEmpty { others.append(Words.plural(result.shots.count, "worked example")) }
        return lines(table) + (others.isEmpty ? [] : fitted("and " + others.joined(separator: ", ")))
    }

    private func answers(_ result: ImportResult) -> [String] {
        let answers = result.answers
        let share = Format.percent(answers.readCount, of: answers.referenceCount)
        return field(
            "answers",
            [
                answers.name + (answers.isGiven ? "" : " (guessed)"),
                "\(share) of \(Words.plural(answers.referenceCount, "reference")) read",
                "\(Format.count(answers.distinctCount)) different",
            ]
        )
    }

    private func examples(_ result: ImportResult) -> [String] {
        let some = (result.splits[.train] ?? []).prefix(1) + (result.splits[.test] ?? []).prefix(1)
        return some.flatMap { question -> [String] in
            let text = Prompt(question).messages.map(\.text.text).joined().onOneLine
            let answer = question.answer.map { " → \($0.onOneLine)" } ?? ""
            return paragraph(question.split.rawValue, String(text.prefix(400)) + answer)
        }
    }

    private func dropped(_ result: ImportResult) -> [String] {
        result.drops.flatMap { drop in
            let example = drop.example.isEmpty ? "" : ": \(drop.example.onOneLine.prefix(200))"
            return paragraph(
                "left out",
                "\(Words.plural(drop.count, "record")) \(drop.reason); the first is \(drop.origin)\(example)"
            )
        }
    }
}
