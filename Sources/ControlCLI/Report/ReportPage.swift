import ControlAPI
import Foundation
import Loop

/// The report as one HTML file that loads nothing: everything a person needs to judge a run and to show it to
/// others.
struct ReportPage {
    private static let phases = ["generate", "weigh", "finetune", "evaluate", "report"]
    private static let steps = [
        "generated", "read", "agree with the vote", "weighed", "selected", "trained on",
    ]

    /// The daemon's status.
    let status: StatusReply
    /// The newest rounds, in order of number.
    let rounds: [RoundSummary]
    /// The newest checkpoints, the base model's and the current one.
    let checkpoints: [CheckpointRecord]
    /// The newest rollbacks, oldest first.
    let rollbacks: [RollbackRecord]
    /// Candidates of the last round that has any.
    let candidates: [CandidateItem]
    /// The last round's record; nil before one has selected.
    let last: RoundRecord?
    /// What was found before the first round; nil where nothing was measured.
    let preflight: PreflightReply?

    /// The file's text.
    func html() -> String {
        let title = "Autodidact: \(status.model?.name ?? "no model")"
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(Markup.escaped(title))</title>
            <style>\(ReportStyle.text)</style></head><body>
            <h1>\(Markup.escaped(title))</h1>
            <p class="soft">\(Markup.escaped(subtitle))</p>
            \(tiles())\(beginning())\(accuracy())\(tries())\(headroom())\(funnel())\(weights())\(diversity())
            \(shares())\(agreement())\(levels())\(contenders())\(times())
            \(lineage())\(samples())
            </body></html>

            """
    }

    private var subtitle: String {
        let detail = status.detail.map { ": \($0)" } ?? ""
        let stop =
            status.stopReason.map { " Stopped: \($0)\(status.stopAdvice.map { "; \($0)" } ?? "")." } ?? ""
        let span = rounds.isEmpty ? "" : ", shown here: the last \(Words.plural(rounds.count, "round"))"
        return
            "\(status.finishedRoundCount) rounds finished\(span). State when this was written: \(status.state.rawValue)\(detail).\(stop)"
    }

    private func tiles() -> String {
        func score(_ list: [EvaluationSummary], _ split: Split) -> String {
            list.first { $0.split == split }.map { Format.accuracy($0.accuracy) } ?? "–"
        }
        let current = status.currentCheckpoint
        let values = [
            (
                "current checkpoint",
                current.id == .base ? "base model" : "round \(current.round.map { "\($0)" } ?? "–")"
            ),
            ("gate, base model", score(status.baseEvaluations, .gate)),
            ("gate, current", score(current.evaluations, .gate)),
            ("test, base model", score(status.baseEvaluations, .test)),
            ("test, current", score(current.evaluations, .test)),
        ]
        let tiles = values.map {
            "<div class=\"tile\"><span class=\"soft\">\($0.0)</span><b>\(Markup.escaped($0.1))</b></div>"
        }
        return
            "<div class=\"tiles\">\(tiles.joined())</div>\n<p class=\"soft\">Accuracy in %, with its 95 % interval.</p>\n"
    }

    private func accuracy() -> String {
        let judged = rounds.filter { $0.gate != nil && $0.outcome != nil }
        let points = judged.compactMap { round -> ReportCharts.Point? in
            guard let gate = round.gate, let outcome = round.outcome else { return nil }
            let isPromoted = outcome == .promoted
            return ReportCharts.Point(
                label: "\(round.id)",
                before: gate.before.share,
                accuracy: gate.after,
                current: isPromoted ? gate.after.share : gate.before.share,
                isPromoted: isPromoted
            )
        }
        guard let first = rounds.first(where: { $0.gate != nil })?.gate else {
            return section("Is it getting better?", "<p>No round has reached its gate yet.</p>")
        }
        let hasStops = rounds.contains { $0.gate?.stopRateAfter != nil }
        let rows = rounds.map { round in
            [
                "\(round.id)", Format.accuracy(round.gate?.before), Format.accuracy(round.gate?.after),
                round.gate.map { "+\($0.gainedCount) −\($0.lostCount)" } ?? "–",
            ] + (hasStops ? [round.gate.flatMap(Words.stops) ?? "–"] : []) + [
                Format.accuracy(round.testAfter),
                round.outcome?.rawValue ?? "in \(round.phase.rawValue)",
            ]
        }
        let chart = Markup.figure(
            "Each dot is the checkpoint a round made, on the gate's held-out questions, with its 95 % interval: green was promoted, "
                + "red rejected. The line is the checkpoint in use; a dashed line is a rollback.",
            ReportCharts.accuracy(points, base: first.before.share, rollbacks: rollbackPlaces(judged))
        )
        let head =
            ["round", "gate before", "gate after", "gained, lost"] + (hasStops ? ["answers that end"] : [])
            + ["test after", "outcome"]
        return section("Is it getting better?", chart + Markup.table(head, rows))
    }

    /// Each rollback's place among some rounds: before the first one that began from its target later.
    private func rollbackPlaces(_ rounds: [RoundSummary]) -> [(place: Int, label: String)] {
        rollbacks.compactMap { rollback in
            // Times are ISO 8601 UTC, which sort as text.
            guard let first = rounds.first, first.startedAt <= rollback.time else { return nil }
            // Within the same second the parent tells what came first.
            let place = rounds.firstIndex {
                $0.startedAt > rollback.time
                    || ($0.startedAt == rollback.time && $0.parent == rollback.target)
            }
            return (place ?? rounds.count, "rolled back to \(Words.checkpoint(rollback.target))")
        }
    }

    private func funnel() -> String {
        let rows = rounds.compactMap { round -> (label: String, counts: [Int?])? in
            guard let generated = round.generatedCount else { return nil }
            return (
                "\(round.id)",
                [
                    generated, round.parsedCount, round.consistentCount, round.weighedCount,
                    round.selectedCount, round.trainedCount,
                ]
            )
        }
        guard !rows.isEmpty else { return "" }
        var content = Markup.figure(
            "Candidates by round, from left to right: generated, with an answer that could be read, in agreement with the majority "
                + "vote, weighed, selected, trained on.",
            ReportCharts.funnel(rows, steps: Self.steps)
        )
        if let drops = last?.report.dropCounts, !drops.isEmpty {
            let sorted = drops.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            content += "<p>Why candidates of round \(last.map { "\($0.id)" } ?? "–") were dropped:</p>"
            content += Markup.table(
                ["candidates", "reason"],
                sorted.map { ["\($0.value)", Words.reason($0.key)] }
            )
        }
        return section("What was kept", content)
    }

    private func weights() -> String {
        var content = ""
        let spread = rounds.compactMap { round -> ReportCharts.Spread? in
            guard let quantiles = round.dsWeightQuantiles, quantiles.count == 7 else { return nil }
            return ReportCharts.Spread(label: "\(round.id)", quantiles: quantiles, cut: round.cutDSWeight)
        }
        if spread.count > 1 {
            content += Markup.figure(
                "DS weights by round: the thin line goes from 10 % to 90 % of the candidates, the thick one from 25 % to 75 %, the dot "
                    + "is the median, the red mark the cut.",
                ReportCharts.spread(spread)
            )
        }
        let histogram =
            last?.report.dsWeightHistogram ?? DSWeight.histogram(of: candidates.compactMap(\.dsWeight))
        if let last, let histogram {
            let mean = Format.number(last.report.meanValidLoss, decimals: 3)
            content += Markup.figure(
                "Round \(last.id): how far a candidate's loss is from the valid set's mean loss (\(mean)): 1 is equal, larger is "
                    + "farther. Green was kept. \(histogram.counts.reduce(0, +)) candidates; the last bar holds all above it.",
                ReportCharts.weights(histogram, cut: last.report.cutDSWeight)
            )
        }
        return content.isEmpty ? "" : section("DS weights", content)
    }

    private func diversity() -> String {
        var content = ""
        let lines = rounds.filter { $0.meanEntropy != nil }
        if lines.count > 1 {
            content += Markup.figure(
                "By round, 0 to 1: blue the mean normalised entropy of a question's answers, amber the share of equal texts.",
                ReportCharts.lines(
                    labels: lines.map { "\($0.id)" },
                    [
                        ("entropy", "var(--blue)", lines.map(\.meanEntropy)),
                        ("equal texts", "var(--amber)", lines.map(\.duplicateShare)),
                    ]
                )
            )
        }
        if let last, last.report.meanDistinctAnswers != nil || last.report.meanEntropy != nil {
            content += "<p>Round \(last.id):</p>" + diversityTable(last.report)
        }
        return content.isEmpty ? "" : section("Diversity", content)
    }

    private func diversityTable(_ report: RoundReport) -> String {
        let rows = [
            ["distinct answers per question", Format.number(report.meanDistinctAnswers)],
            ["normalised entropy of a question's answers", Format.number(report.meanEntropy)],
            ["tokens per candidate", Format.number(report.meanTokenCount, decimals: 1)],
            ["share of equal texts", Format.percent(report.duplicateShare)],
        ]
        let found = report.collapse ?? []
        let verdict =
            found.isEmpty
            ? "All within the bounds of the configuration."
            : "Outside its bound: \(found.joined(separator: "; "))"
        return Markup.table(["measure", "value"], rows)
            + "<p class=\"soft\">\(Markup.escaped(verdict))</p>"
    }

    private func times() -> String {
        let rows = rounds.suffix(30).filter { !$0.secondsPerPhase.isEmpty }.map {
            ("\($0.id)", $0.secondsPerPhase)
        }
        guard !rows.isEmpty else { return "" }
        return section(
            "Where the time goes",
            Markup.figure(
                "Seconds by phase and round.",
                ReportCharts.seconds(rows.map { (label: $0.0, seconds: $0.1) }, phases: Self.phases)
            )
        )
    }

    func section(_ title: String, _ content: String) -> String {
        "<section><h2>\(Markup.escaped(title))</h2>\n\(content)</section>\n"
    }
}
