extension StudyResults {
    /// The tables as text, one line per element.
    public var lines: [String] { document(markdown: false) }

    /// The tables as Markdown, one line per element.
    public var markdownLines: [String] { document(markdown: true) }

    private func document(markdown: Bool) -> [String] {
        var lines = [summary, ""]
        for split in [Split.test, .gate] where questionCounts[split.rawValue] != nil {
            lines += layout(scoreTable(split), markdown) + [""]
        }
        lines += layout(costTable(), markdown) + [""]
        let all = sharedSentences + notes
        return lines + (markdown ? all.map { "- \($0)" } : all)
    }

    /// Seeds, questions and the reference arm, in one line.
    package var summary: String {
        let counts = [Split.test, .gate].compactMap { split in
            questionCounts[split.rawValue].map { "\(Plain.count($0)) \(split.rawValue)" }
        }
        let missing =
            missingSeeds.isEmpty
            ? "" : "; not complete yet: \(missingSeeds.map(String.init).joined(separator: ", "))"
        return
            "\(seeds.count == 1 ? "seed" : "seeds") \(seeds.map(String.init).joined(separator: ", "))\(missing); "
            + "questions: \(counts.joined(separator: ", ")); reference: \(reference)"
    }

    /// What the arms share, and what it cost.
    package var sharedSentences: [String] {
        var sentences = [
            "shared by the arms of a seed: \(Self.whole(shared.candidateCount)) candidates, "
                + "\(Self.whole(shared.tokenCount)) tokens, \(Plain.seconds(shared.seconds))"
        ]
        if let one = shared.candidateAccuracy, let vote = shared.voteAccuracy {
            sentences.append(
                "base on the train questions: one candidate right \(Plain.percent(one)) of those that could be read, vote "
                    + "of \(shared.votesPerQuestion) right \(Plain.percent(vote))"
            )
        }
        return sentences
    }

    /// The arms on one split: the header, then a row each.
    package func scoreTable(_ split: Split) -> [[String]] {
        let header = [
            split.rawValue, "right", "over seeds", "against \(reference)", "95 %", "gained", "lost",
        ]
        return [header]
            + arms.map { arm in
                guard let score = arm.scores[split.rawValue] else { return [arm.name] }
                let deviation = PairedInterval.variance(score.accuracyPerSeed).squareRoot()
                return [
                    arm.name, Plain.percent(score.accuracy),
                    score.accuracyPerSeed.count > 1 ? "± \(Self.points(deviation))" : "-",
                    score.difference.map { Self.signed($0.mean) } ?? "-",
                    score.difference.map { "\(Self.signed($0.lower)) … \(Self.signed($0.upper))" } ?? "-",
                    Plain.count(score.gainedCount), Plain.count(score.lostCount),
                ]
            }
    }

    /// What the arms kept and cost: the header, then a row each.
    package func costTable() -> [[String]] {
        let header = ["arm", "kept", "kept right", "trained tokens", "seconds", "outcomes"]
        return [header]
            + arms.filter { !$0.outcomes.isEmpty }.map { arm in
                let outcomes = arm.outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
                return [
                    arm.name, arm.keptCount.map(Self.whole) ?? "-",
                    arm.keptAccuracy.map(Plain.percent) ?? "-",
                    arm.trainedTokenCount.map(Self.whole) ?? "-",
                    arm.seconds.map { Plain.decimal($0, places: 1) } ?? "-",
                    outcomes.joined(separator: ", "),
                ]
            }
    }

    private func layout(_ rows: [[String]], _ markdown: Bool) -> [String] {
        guard let header = rows.first else { return [] }
        if markdown {
            let rule = "| --- |" + header.dropFirst().map { _ in " ---: |" }.joined()
            let lines = rows.map { "| " + $0.joined(separator: " | ") + " |" }
            return [lines[0], rule] + lines.dropFirst()
        }
        let widths = header.indices.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            zip(row.indices, row).map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }
    }

    private static func whole(_ value: Double) -> String { Plain.count(Int(value.rounded())) }

    private static func points(_ share: Double) -> String { Plain.decimal(share * 100, places: 1) }

    private static func signed(_ share: Double) -> String {
        let text = points(share)
        return text.hasPrefix("-") || text.hasPrefix("−") ? text : "+" + text
    }
}
