extension PreflightReport {
    /// The report as a person reads it, one line each.
    public var lines: [String] {
        rows.map { row in
            row.label + String(repeating: " ", count: 13 - row.label.count) + row.text
        }
    }

    /// The same as pairs; the label is empty where a row belongs to the one above.
    public var rows: [(label: String, text: String)] {
        var rows: [(label: String, text: String)] = [("model", model), ("accuracy", accuracyText)]
        if let chance = single.chance { rows.append(("", "guessing would get \(Plain.percent(chance))")) }
        rows.append(("vote", voteText))
        rows.append(("", "one greedy answer to the same questions: \(shown(vote.singleAccuracy))"))
        rows.append(("vote shares", histogramText))
        rows.append(("read", "\(read(single.reading)) greedy answers, \(read(vote.reading)) candidates"))
        for unread in single.reading.unread { rows.append(("", shown(unread, "greedy"))) }
        for unread in vote.reading.unread { rows.append(("", shown(unread, "candidates"))) }
        for (place, row) in temperatures.enumerated() {
            rows.append((place == 0 ? "temperature" : "", shown(row)))
        }
        rows.append(("length", lengthText))
        rows.append(("speed", rateText))
        if let roundText { rows.append(("", roundText)) }
        if let memory { rows.append(("memory", shown(memory))) }
        rows.append(("verdict", verdict.line))
        rows += verdict.advice.map { ("", "→ \($0)") }
        return rows
    }

    private var accuracyText: String {
        "\(shown(single.accuracy)) of \(Plain.count(single.accuracy.count)) \(single.split.rawValue) questions "
            + "(there are \(Plain.count(single.splitCount))), one greedy answer each"
    }

    private var voteText: String {
        "\(shown(vote.accuracy)) of \(Plain.count(vote.questionCount)) \(vote.split.rawValue) questions, "
            + "\(vote.candidates) candidates each at temperature \(vote.temperature)"
    }

    private var histogramText: String {
        let counts = vote.shareHistogram.map(String.init).joined(separator: " ")
        let ties = vote.tieCount == 1 ? "1 tie" : "\(vote.tieCount) ties"
        return "\(counts): questions whose winner has 0–10 %, … 90–100 % of the votes; \(ties)"
    }

    private var lengthText: String {
        let mean = Plain.decimal(lengths.meanTokenCount, places: 1)
        return
            "mean \(mean) tokens, 95 % have at most \(Plain.count(lengths.percentile95)), generate.maxNewTokens "
            + "\(Plain.count(lengths.maxNewTokens)); \(Plain.percent(lengths.stopShare)) ended, "
            + "\(Plain.percent(1 - lengths.stopShare)) cut"
    }

    private var rateText: String {
        guard let rate = cost.tokensPerSecond else { return "too fast to measure" }
        return "\(Plain.decimal(rate, places: rate < 10 ? 1 : 0)) tokens/s"
    }

    private var roundText: String? {
        guard let generate = cost.generateSeconds, let evaluate = cost.evaluateSeconds else { return nil }
        return "a round of \(Plain.count(cost.questionCount)) questions × \(cost.candidates): about "
            + "\(Plain.duration(generate)) to generate, \(Plain.duration(evaluate)) per evaluation; "
            + "fine-tuning is not measured"
    }

    private func shown(_ accuracy: Accuracy) -> String {
        let (lower, upper) = (accuracy.lower * 100, accuracy.upper * 100)
        return "\(Plain.percent(accuracy.share)) (\(Plain.decimal(lower, places: 0))–"
            + "\(Plain.decimal(upper, places: 0)))"
    }

    private func read(_ reading: PreflightReading) -> String {
        "\(Plain.percent(reading.parsedShare)) of \(Plain.count(reading.count))"
    }

    private func shown(_ unread: PreflightReading.Unread, _ what: String) -> String {
        "\(Plain.count(unread.count)) \(what): \(unread.reason): “\(unread.example)”"
    }

    private func shown(_ row: PreflightTemperature) -> String {
        let share = row.meanShare.map { Plain.percent($0) } ?? "–"
        return
            "\(row.temperature): balance \(Plain.decimal(row.balance, places: 2)), \(Plain.percent(row.parsedShare)) "
            + "read, mean vote share \(share)\(row.isConfigured ? "; configured" : "")"
    }

    private func shown(_ memory: EngineMemory) -> String {
        func megabytes(_ count: Int) -> String { "\(Plain.count(count / 1_000_000)) MB" }
        return "up to \(megabytes(memory.neededByteCount)) for weights and keys; \(memory.source) allows "
            + megabytes(memory.allowedByteCount)
    }
}
