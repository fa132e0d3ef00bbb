/// What a person should know of an import before anything is written.
enum ImportNotes {
    static func all(of result: ImportResult, plan: SplitPlan, cue: String) -> [String] {
        var notes: [String] = []
        let counts = result.splits.mapValues(\.count)
        let answers = result.answers
        let share = "\(Plain.count(answers.readCount)) of \(Plain.count(answers.referenceCount)) references"
        if answers.referenceCount == 0 {
            notes.append(
                "no question has an answer: valid, gate and test need one; name its field with --answer"
            )
        } else if answers.kind == nil {
            let longest =
                (result.splits.values.joined().compactMap(\.answer) + result.todo.compactMap(\.answer))
                .map { $0.split(whereSeparator: \.isWhitespace).count }.max() ?? 0
            notes.append(
                "no answer kind reads these answers by itself (as numbers, \(share) are read; the longest has "
                    + "\(Plain.count(longest)) words): vote.answerKind judge reads them with a program of yours, code "
                    + "runs programs, free compares texts by the model's hidden states; --kind NAME keeps only what that kind reads"
            )
        }
        if answers.isBare {
            notes.append(
                "questions have no rationales: valid questions and worked examples are the answer alone"
                    + (answers.settings.pattern == .cue ? ", as \"\(cue) …\"" : "")
            )
        }
        notes += valid(result, counts[.valid] ?? 0, cue)
        for split in [Split.gate, .test] {
            let count = counts[split] ?? 0
            guard count < SplitPlan.leastHeldOut else { continue }
            // Half the widest 95 % interval of a share.
            let points = count == 0 ? "" : Plain.decimal(98 / Double(count).squareRoot(), places: 0)
            let what = split == .gate ? "a better checkpoint may be rejected" : "its figure says little"
            notes.append(
                count == 0
                    ? "\(split.rawValue) is empty"
                        + (split == .gate ? ": valid decides on promotion instead" : "")
                    : "\(split.rawValue) has only \(count) questions: accuracy is known to ±\(points) points, so \(what)"
            )
        }
        let train = counts[.train] ?? 0
        if train < 100 {
            notes.append("train has only \(train) questions; a round needs hundreds to learn from")
        }
        return notes
    }

    private static func valid(_ result: ImportResult, _ count: Int, _ cue: String) -> [String] {
        var notes: [String] = []
        if !result.todo.isEmpty {
            notes.append(
                "\(result.todo.count) questions for valid have no rationale that ends in their answer: write one into "
                    + "each line of valid.todo.jsonl, ending in \"\(cue) …\", and rename the file to valid.jsonl; or "
                    + "set select.policy to lmsi, which needs no valid set"
            )
        } else if count == 0 {
            notes.append(
                "valid is empty: set select.policy to lmsi, which needs no valid set, or add rationales"
            )
        } else if count < SplitPlan.leastValid {
            notes.append("valid has only \(count) questions: its mean loss is uncertain")
        }
        if result.shots.isEmpty {
            notes.append("no worked examples: no question has a rationale that ends in its answer")
        } else if result.shots.allSatisfy({ $0.split == .valid }) {
            notes.append("the worked examples are questions of valid, since too few others have a rationale")
        }
        return notes
    }
}
