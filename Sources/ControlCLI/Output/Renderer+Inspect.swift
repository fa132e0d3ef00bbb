import ControlAPI
package import Loop

extension Renderer {
    /// What `inspect` shows of a round.
    package func inspect(_ round: RoundRecord) -> [String] {
        let report = round.report
        var lines = head(round)
        lines += section("funnel", funnel(report))
        lines += section("votes", votes(report))
        lines += section("levels", levels(report))
        lines += section("DS weights", weights(report))
        lines += section("fine-tuning", finetuning(report))
        lines += section("contenders, by the valid set", contenders(report))
        if let collapse = report.collapse, !collapse.isEmpty {
            lines += section("collapse: rejected", collapse.map { "- \($0.onOneLine)" })
        }
        if let gate = report.gate { lines += section("gate", self.gate(gate, round.configuration.gate)) }
        if report.testBefore != nil || report.testAfter != nil {
            lines += section(
                "test split (report only)",
                [Format.change(report.testBefore, report.testAfter) + " %"]
            )
        }
        let seconds = Phase.allCases.compactMap { phase in
            report.secondsPerPhase[phase.rawValue].map { "\(phase.rawValue) \(Format.duration($0))" }
        }
        if !seconds.isEmpty { lines += [""] + field("time", seconds) }
        return lines
    }

    private func head(_ round: RoundRecord) -> [String] {
        let outcome = Words.outcome(round.outcome, phase: round.phase)
        var made = "from \(Words.checkpoint(round.parent))"
        if let checkpoint = round.checkpoint { made += " to checkpoint \(checkpoint)" }
        var lines = field("round \(round.id)", [outcome, Cell(made)], labelStyle: .strong)
        lines += field(
            "began",
            [
                Format.date(round.startedAt) + " UTC",
                round.finishedAt.map { "ended \(Format.date($0)) UTC" } ?? "open",
            ]
        )
        lines += field(
            "policy",
            [
                round.configuration.select.title,
                "keep \(Format.number(round.configuration.select.keep, decimals: 0)) %",
                "temperature \(Format.number(round.configuration.generate.temperature))",
                "seed \(round.seed)",
            ]
        )
        let prompt = round.configuration.prompt
        if prompt.format != .plain {
            let facts = [
                "\(prompt.format)",
                prompt.thinks ? "thinking, \(Format.count(prompt.thinkingTokens)) tokens" : nil,
            ]
            lines += field("prompts", facts.compactMap { $0 })
        }
        if let lever = round.report.lever {
            lines += field("tries", [lever, round.report.leverSetting].compactMap { $0 })
        }
        if let headroom = round.report.headroom { lines += field("headroom", [headroom.sentence]) }
        if let paraphrases = round.report.paraphrases {
            lines += field("paraphrases", [paraphrases.sentence])
        }
        if round.failureCount > 0 { lines += field("failures", ["\(round.failureCount)"]) }
        if let failure = round.report.failure { lines += field("last error", [failure.onOneLine]) }
        return lines
    }

    private func section(_ title: String, _ body: [String]) -> [String] {
        body.isEmpty ? [] : ["", paint(title, .strong)] + body.map { "  " + $0 }
    }

    private func funnel(_ report: RoundReport) -> [String] {
        guard let generated = report.generatedCount else { return [] }
        let stages = [
            ("generated", Optional(generated)), ("parsed", report.parsedCount),
            ("consistent", report.consistentCount),
            ("weighed", report.weighedCount), ("selected", report.selectedCount),
            ("trained", report.trainedCount),
        ]
        let cells = width.map { max(10, min(40, $0 - 34)) } ?? 40
        var lines = stages.compactMap { name, count -> String? in
            guard let count else { return nil }
            let share = Double(count) / Double(max(1, generated))
            return "\(name.padded(to: 11))\(Format.count(count).padded(to: 7, right: true))"
                + "\(Format.percent(share).padded(to: 9, right: true))  \(Renderer.bar(share, cells: cells))"
        }
        let examples = [
            (report.pairCount, "pairs"), (report.losingTextCount, "losing texts"),
            (report.anchorTextCount, "anchors of the first round"),
        ].compactMap { count, name in count.map { "\(Format.count($0)) \(name)" } }
        if !examples.isEmpty { lines.append("trained on " + examples.joined(separator: ", ")) }
        let drops = (report.dropCounts ?? [:]).filter { $0.value > 0 }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if !drops.isEmpty { lines.append("dropped because") }
        lines += drops.map { reason, count in
            "  \(Format.count(count).padded(to: 7, right: true))  \(Words.reason(reason))"
        }
        let cuts = (report.filterCuts ?? [:]).sorted { $0.key < $1.key }
        if !cuts.isEmpty {
            lines += wrapped(["cuts"] + cuts.map { "\($0.key) \(Format.number($0.value, decimals: 3))" })
        }
        return lines
    }

    private func votes(_ report: RoundReport) -> [String] {
        var lines: [String] = []
        if let histogram = report.consistencyHistogram {
            lines.append("questions by share of the winner, 0 to 1:  |\(Renderer.blocks(histogram))|")
            lines.append(histogram.map(String.init).joined(separator: " "))
        }
        let facts = [
            report.tieCount.map { "ties \($0)" }, report.truncatedCount.map { "cut off \($0)" },
            report.meanDistinctAnswers.map { "distinct answers \(Format.number($0))" },
            report.meanEntropy.map { "entropy \(Format.number($0))" },
            report.meanTokenCount.map { "mean length \(Format.number($0, decimals: 1)) tokens" },
            report.duplicateShare.map { "duplicates \(Format.percent($0))" },
            report.voteAccuracy.map { "vote right \(Format.percent($0))" },
        ].compactMap { $0 }
        return lines + wrapped(facts) + views(report) + classes(report) + letters(report)
    }

    private func weights(_ report: RoundReport) -> [String] {
        guard let mean = report.meanValidLoss else { return [] }
        let error = report.meanValidLossStandardError.map { " ± \(Format.number($0, decimals: 3))" } ?? ""
        var lines = wrapped(
            [
                "mean valid loss \(Format.number(mean, decimals: 3))\(error) nats per token"
                    + (report.validCount.map { " over \($0)" } ?? ""),
                report.meanDSWeight.map { "mean DS weight \(Format.number($0))" },
                report.cutDSWeight.map { "cut \(Format.number($0))" },
                report.lowSideDropCount.map { "dropped below the band \($0)" },
                report.highSideDropCount.map { "above \($0)" },
            ].compactMap { $0 }
        )
        if let histogram = report.dsWeightHistogram {
            lines += self.histogram(histogram, cut: report.cutDSWeight)
        }
        if let quantiles = report.dsWeightQuantiles, quantiles.count == 7 {
            var table = Table(
                ["MIN", "10 %", "25 %", "50 %", "75 %", "90 %", "MAX"].map { .init($0, right: true) }
            )
            table.rows = [quantiles.map { Cell(Format.number($0)) }]
            lines += table.lines(width: nil, isColored: isColored)
        }
        let bins = (report.dsBins ?? []).filter { $0.count > 0 }
        if !bins.isEmpty {
            lines += wrapped(
                ["right by DS weight"]
                    + bins.map {
                        "from \(Format.number($0.lower, decimals: 1)): \(Format.percent($0.rightCount, of: $0.count)) of \($0.count)"
                    }
            )
        }
        return lines + separation(report)
    }

    /// One block per bin, and the cut below its bin.
    private func histogram(_ histogram: DSHistogram, cut: Double?) -> [String] {
        let upper = Format.number(histogram.upper)
        var lines = [
            "candidates by DS weight, 1.00 to \(upper) and above:", "|\(Renderer.blocks(histogram.counts))|",
        ]
        if let cut, let bin = histogram.bin(of: cut) {
            lines.append("".padded(to: bin + 1) + "▲ cut \(Format.number(cut))")
        }
        return lines
    }

    private func finetuning(_ report: RoundReport) -> [String] {
        guard let losses = report.trainingLosses, let first = losses.first, let last = losses.last else {
            return []
        }
        let facts = wrapped(
            [
                "loss \(Format.number(first, decimals: 3)) → \(Format.number(last, decimals: 3)) nats per token",
                Words.plural(report.stepCount ?? losses.count, "step"),
                report.trainedTokenCount.map { "\(Format.count($0)) tokens" },
                report.supersededCount.map {
                    "\(Format.count($0)) samples of earlier rounds left out, since newer ones label their questions"
                },
            ].compactMap { $0 }
        )
        guard losses.count > 1 else { return facts }
        return facts + ["loss by step, from 0: |\(Renderer.curve(losses, cells: 30))|"]
    }

    private func gate(_ gate: GateReport, _ settings: GateSettings) -> [String] {
        let gain = gate.gainPValue.map {
            "p (better) \(Plain.chance($0)), below \(Plain.chance(gate.gainLevel ?? 0)) passes"
        }
        var lines = wrapped(
            [
                "split \(gate.split.rawValue) \(Format.change(gate.before, gate.after)) % of \(gate.after.count) questions",
                "gained \(gate.gainedCount), lost \(gate.lostCount)",
                gain ?? "p (worse) \(Format.number(gate.pValue, decimals: 4))",
                "diversity \(Format.number(gate.diversity))",
                Words.stops(gate).map { "answers that end \($0)" },
                gate.isPassed ? "passed" : "failed",
            ].compactMap { $0 }
        )
        let sight = GatePower.sight(of: gate, significance: settings.significance)
        if let sight { lines.append(sight) }
        lines += gate.failures.map { "- \($0.onOneLine)" }
        return lines
    }

    /// Parts joined by ` · `, as many per line as fit.
    func wrapped(_ parts: [String]) -> [String] {
        guard !parts.isEmpty else { return [] }
        return Renderer(width: width.map { $0 - 2 }, isColored: false).field("", parts, labelWidth: 0)
    }
}

extension String {
    func padded(to width: Int, right: Bool = false) -> String {
        let padding = String(repeating: " ", count: max(0, width - displayWidth))
        return right ? padding + self : self + padding
    }
}
