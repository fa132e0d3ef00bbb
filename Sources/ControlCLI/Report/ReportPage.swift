import ControlAPI
import Foundation
import Loop

/// The report as one HTML file that loads nothing: everything a person needs to judge a run and to show it to others.
struct ReportPage {
    private static let phases = ["generate", "weigh", "finetune", "evaluate", "report"]
    private static let steps = ["generated", "read", "agree with the vote", "selected"]

    /// What the daemon is and does.
    let status: StatusReply
    /// The newest rounds, in order of number.
    let rounds: [RoundSummary]
    /// Every checkpoint.
    let checkpoints: [CheckpointRecord]
    /// Candidates of the last round that has any.
    let candidates: [CandidateItem]
    /// The last round's record; nil before one has selected.
    let last: RoundRecord?

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
            \(tiles())\(accuracy())\(funnel())\(weights())\(diversity())\(times())\(lineage())\(samples())
            </body></html>

            """
    }

    private var subtitle: String {
        let detail = status.detail.map { ": \($0)" } ?? ""
        let span = rounds.isEmpty ? "" : ", shown here: the last \(Words.plural(rounds.count, "round"))"
        return
            "\(status.finishedRoundCount) rounds finished\(span). State when this was written: \(status.state.rawValue)\(detail)."
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
        let points = rounds.compactMap { round -> ReportCharts.Point? in
            guard let gate = round.gate, let outcome = round.outcome else { return nil }
            let isPromoted = outcome == .promoted
            return ReportCharts.Point(
                label: "\(round.id)",
                accuracy: gate.after,
                current: isPromoted ? gate.after.share : gate.before.share,
                isPromoted: isPromoted
            )
        }
        guard let first = rounds.first(where: { $0.gate != nil })?.gate else {
            return section("Is it getting better?", "<p>No round has come to its gate yet.</p>")
        }
        let rows = rounds.map { round in
            [
                "\(round.id)", Format.accuracy(round.gate?.before), Format.accuracy(round.gate?.after),
                round.gate.map { "+\($0.gainedCount) −\($0.lostCount)" } ?? "–",
                Format.accuracy(round.testAfter),
                round.outcome?.rawValue ?? "in \(round.phase.rawValue)",
            ]
        }
        let chart = Markup.figure(
            "Each dot is the checkpoint a round made, on the gate's held-out questions, with its 95 % interval: green was promoted, "
                + "red rejected. The line is the checkpoint in use.",
            ReportCharts.accuracy(points, base: first.before.share)
        )
        let head = ["round", "gate before", "gate after", "gained, lost", "test after", "outcome"]
        return section("Is it getting better?", chart + Markup.table(head, rows))
    }

    private func funnel() -> String {
        let rows = rounds.compactMap { round -> (label: String, counts: [Int])? in
            guard let generated = round.generatedCount else { return nil }
            return (
                "\(round.id)",
                [generated, round.parsedCount ?? 0, round.consistentCount ?? 0, round.selectedCount ?? 0]
            )
        }
        guard !rows.isEmpty else { return "" }
        var content = Markup.figure(
            "Candidates by round: grey generated, amber with an answer that could be read, blue in agreement with the majority vote, "
                + "green selected for fine-tuning.",
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
        let weights = candidates.compactMap(\.dsWeight)
        let chart = ReportCharts.weights(weights, cut: last?.report.cutDSWeight)
        guard !chart.isEmpty, let last else { return "" }
        let mean = Format.number(last.report.meanValidLoss, decimals: 3)
        return section(
            "DS weights of round \(last.id)",
            Markup.figure(
                "How far a candidate's loss lies from the valid set's mean loss (\(mean)): 1 is equal, larger is farther. Green was kept. "
                    + "\(weights.count) candidates; the last bar holds all above it.",
                chart
            )
        )
    }

    private func diversity() -> String {
        guard let last, last.report.meanDistinctAnswers != nil || last.report.meanEntropy != nil else {
            return ""
        }
        let rows = [
            ["distinct answers a question", Format.number(last.report.meanDistinctAnswers)],
            ["entropy of a question's answers, nats", Format.number(last.report.meanEntropy)],
            ["tokens a candidate", Format.number(last.report.meanTokenCount, decimals: 1)],
            ["share of equal texts", Format.percent(last.report.duplicateShare)],
        ]
        let found = last.report.collapse ?? []
        let verdict =
            found.isEmpty
            ? "All within the bounds of collapse.*" : "Outside its bound: \(found.joined(separator: "; "))"
        return section(
            "Diversity in round \(last.id)",
            Markup.table(["measure", "value"], rows) + "<p class=\"soft\">\(Markup.escaped(verdict))</p>"
        )
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

    /// The line of promoted checkpoints goes down the page; what branches off it is set in.
    private func lineage() -> String {
        let children = Dictionary(grouping: checkpoints.filter { $0.id != .base }) { $0.parent ?? .base }
        func line(from first: CheckpointRecord) -> String {
            var items = ""
            var next: CheckpointRecord? = first
            while let checkpoint = next {
                let below = children[checkpoint.id] ?? []
                next = below.last { $0.isPromoted }
                let branches = below.filter { $0.id != next?.id }.map { line(from: $0) }.joined()
                items += "<li>\(entry(checkpoint))\(branches.isEmpty ? "" : "<ul>\(branches)</ul>")</li>\n"
            }
            return items
        }
        guard let base = checkpoints.first(where: { $0.id == .base }), checkpoints.count > 1 else {
            return ""
        }
        return section("Lineage", "<ul class=\"tree\">\(line(from: base))</ul>")
    }

    private func entry(_ checkpoint: CheckpointRecord) -> String {
        let round = checkpoint.round.map { ", round \($0)" } ?? ""
        let name = checkpoint.id == .base ? "base model" : "checkpoint \(checkpoint.id)\(round)"
        let gate = checkpoint.evaluations.first { $0.split == .gate }.map {
            " gate \(Format.accuracy($0.accuracy)) "
        }
        var marks = checkpoint.isPromoted ? [("promoted", "good")] : [("rejected", "bad")]
        if checkpoint.id == .base { marks = [] }
        if checkpoint.isCurrent { marks.append(("current", "note")) }
        if checkpoint.isPinned { marks.append(("pinned", "note")) }
        let text = marks.map { "<span class=\"mark \($0.1)\">\($0.0)</span>" }.joined(separator: " ")
        return "\(Markup.escaped(name))<span class=\"soft\">\(Markup.escaped(gate ?? " "))</span>\(text)"
    }

    private func samples() -> String {
        guard !candidates.isEmpty, let last else { return "" }
        let items = candidates.prefix(40).map { item -> String in
            let verdict =
                item.verdict == .kept
                ? "<span class=\"good\">kept</span>" : "<span class=\"bad\">dropped</span>"
            let facts = [
                "answer \(item.answer ?? "none")", item.reference.map { "reference \($0)" },
                item.consistency.map { "vote \(Format.percent($0))" },
                item.loss.map { "loss \(Format.number($0, decimals: 3))" },
                item.dsWeight.map { "DS weight \(Format.number($0))" }, Words.reason(item.reason),
            ].compactMap { $0 }.joined(separator: " · ")
            return
                "<details><summary>\(item.question).\(item.index) \(verdict) \(Markup.escaped(item.questionText.onOneLine))</summary>"
                + "<p class=\"soft\">\(Markup.escaped(facts))</p><pre>\(Markup.escaped(item.text))</pre></details>"
        }
        return section(
            "Candidates of round \(last.id)",
            "<p>The first \(items.count); <code>autodidact explain QUESTION.INDEX</code> has the whole story of each.</p>\(items.joined())"
        )
    }

    private func section(_ title: String, _ content: String) -> String {
        "<section><h2>\(Markup.escaped(title))</h2>\n\(content)</section>\n"
    }
}
