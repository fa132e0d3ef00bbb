extension ModelCard {
    /// Each round of the line: seed, counts, filter and cut; then the newest one's settings.
    var rounds: [String] {
        guard let newest = line.newest?.round else { return [] }
        let header = [
            "Round", "Checkpoint", "Outcome", "Seed", "Candidates", "Answer read", "With the vote", "Kept",
            "Filter", "Largest DS weight kept", "Steps",
        ]
        let (vote, generate) = (newest.configuration.vote, newest.configuration.generate)
        let kind =
            AnswerKinds.standard[vote.answerKind]?.plural
            ?? "of kind \(CardText.code(vote.answerKind.rawValue))"
        var lines = ["## Rounds", ""]
        lines += ["Each starts from the checkpoint of the one above it, the first from the base model.", ""]
        lines += CardText.table(header, withGap(line.steps.map(row), columns: header.count))
        lines += [
            "Round \(newest.id) in words:", "",
            "- Candidates: \(generate.candidates) per question at temperature \(generate.temperature); answers are \(kind).",
            "- Filter: \(newest.configuration.select.sentence).",
            "- Fine-tuning: \(finetuning(newest.configuration.finetune)).", "",
        ]
        return lines
    }

    /// How many questions of each split took part in the newest round.
    var data: [String] {
        guard let step = line.newest else { return [] }
        let report = step.round.report
        let use =
            SelectionChain(step.round.configuration).readsReferences
            ? "decided what it learned from" : "served reports only"
        let gate = report.gate.flatMap { $0.split == .gate ? $0.after.count : nil }
        let loss = CardText.number(report.meanValidLoss, decimals: 3)
        let rows: [(Split, Int?, String)] = [
            (.train, step.questionCount, "the model answered them; reference answers \(use)"),
            (.valid, report.validCount, "worked answers, the yardstick of DS weights; mean loss \(loss)"),
            (.gate, gate, "decided between promotion and rejection"),
            (.test, report.testAfter?.count, "decided nothing"),
        ]
        var lines = ["## Data", ""]
        lines += ["Questions in round \(step.round.id); they are not part of this directory.", ""]
        lines += CardText.table(
            ["Split", "Questions", "What for"],
            rows.map { [$0.rawValue, CardText.count($1), $2] }
        )
        return lines
    }

    /// Scores before and after each round, and whether the test shows a difference from the first to the
    /// last.
    var evaluation: [String] {
        let rows = line.steps.map { scores(of: $0.round) }
        guard !rows.joined().isEmpty else { return [] }
        let header = ["Round", "Split", "Questions", "Before", "After", "Gained", "Lost"]
        var lines = ["## Evaluation", ""]
        lines += [
            "Greedy answers right, in % with the 95 % interval (Wilson); before is the round's start.", "",
        ]
        lines += CardText.table(header, withGap(rows, columns: header.count))
        return lines + comparison
    }

    private func row(_ step: CheckpointLine.Step) -> [[String]] {
        let (round, report) = (step.round, step.round.report)
        let select = round.configuration.select
        let cuts = select.filterNames(dedupes: false).contains(.ds)
        let filter = cuts ? "\(select.title), \(select.keep) %" : select.title
        return [
            [
                "\(round.id)", round.checkpoint.map { "\($0)" } ?? CardText.nothing,
                round.outcome?.rawValue ?? "not yet known",
                "\(round.seed)", CardText.count(report.generatedCount), CardText.count(report.parsedCount),
                CardText.count(report.consistentCount), CardText.count(report.selectedCount), filter,
                CardText.number(report.cutDSWeight, decimals: 3), CardText.count(report.stepCount),
            ]
        ]
    }

    /// The rows of each round, with one that says how many rounds are left out after the first.
    private func withGap(_ rows: [[[String]]], columns: Int) -> [[String]] {
        guard line.leftOutCount > 0, let first = rows.first else { return Array(rows.joined()) }
        let gap = ["…"] + Array(repeating: "", count: columns - 2) + ["\(line.leftOutCount) more"]
        return first + [gap] + rows.dropFirst().joined()
    }

    private func finetuning(_ settings: FinetuneSettings) -> String {
        let layers = settings.targetModules.sorted().map { "`\($0.rawValue)`" }.joined(separator: ", ")
        let start = settings.startFrom == .base ? "a fresh adapter" : "the adapter of the checkpoint before"
        let epochs = settings.epochs == 1 ? "1 epoch" : "\(settings.epochs) epochs"
        let objective = settings.objective == .sft ? "" : "by objective `\(settings.objective)`, "
        return
            objective
            + "LoRA of rank \(settings.rank), alpha \(settings.alpha), on \(layers); \(epochs) at a learning "
            + "rate of \(settings.learningRate) in batches of \(settings.batch), from \(start)"
    }

    private func scores(of round: RoundRecord) -> [[String]] {
        var rows: [[String]] = []
        if let gate = round.report.gate {
            let counts = [gate.gainedCount, gate.lostCount].map { CardText.count($0) }
            rows.append(scores("\(round.id)", gate.split, gate.before, gate.after) + counts)
        }
        if let after = round.report.testAfter {
            let unknown = [CardText.nothing, CardText.nothing]
            rows.append(scores("\(round.id)", .test, round.report.testBefore, after) + unknown)
        }
        return rows
    }

    private func scores(_ round: String, _ split: Split, _ before: Accuracy?, _ after: Accuracy) -> [String] {
        [
            round, split.rawValue, CardText.count(after.count), CardText.accuracy(before),
            CardText.accuracy(after),
        ]
    }

    private var comparison: [String] {
        guard let before = line.steps.first?.round.report.testBefore,
            let after = line.newest?.round.report.testAfter, before.count == after.count
        else { return [] }
        let sentence =
            after.lower > before.upper
            ? "The intervals of base model and checkpoint on split `test` do not overlap: it became better there."
            : after.upper < before.lower
                ? "The intervals of base model and checkpoint on split `test` do not overlap: it became worse there."
                : "The intervals of base model and checkpoint on split `test` overlap: the difference may be chance."
        return [sentence, ""]
    }
}
