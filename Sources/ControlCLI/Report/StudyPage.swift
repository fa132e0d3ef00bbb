import Foundation
import Loop

/// A study as one HTML file that loads nothing: which arm is better, by how much, and what it cost.
struct StudyPage {
    /// What was found.
    let results: StudyResults

    /// The file's text.
    func html() -> String {
        let title =
            "Autodidact: a study of \(Words.plural(results.arms.count { !$0.outcomes.isEmpty }, "arm"))"
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(Markup.escaped(title))</title>
            <style>\(ReportStyle.text)</style></head><body>
            <h1>\(Markup.escaped(title))</h1>
            <p class="soft">\(Markup.escaped(results.summary))</p>
            \(split(.test))\(split(.gate))\(cost())\(reading())
            </body></html>

            """
    }

    private func split(_ split: Split) -> String {
        guard let count = results.questionCounts[split.rawValue] else { return "" }
        let differences = results.arms.compactMap { arm in
            arm.scores[split.rawValue]?.difference.map { (label: arm.name, interval: $0) }
        }
        var content = ""
        if !differences.isEmpty {
            content += Markup.figure(
                "Points against \(results.reference), with the 95 % interval, paired over \(Words.plural(count, "question")) "
                    + "and \(Words.plural(results.seeds.count, "seed")). Green is clearly better, red clearly worse, grey may be "
                    + "chance.",
                StudyChart.differences(differences, against: results.reference)
            )
        }
        let rows = results.scoreTable(split)
        content += Markup.table(rows.first ?? [], Array(rows.dropFirst()))
        let title =
            split == .test ? "Test: what the arms are worth" : "Gate: what would have been promoted by"
        return section(title, content)
    }

    private func cost() -> String {
        let rows = results.costTable()
        let sentences = results.sharedSentences.map { "<p>\(Markup.escaped($0))</p>" }.joined()
        return section("Cost", Markup.table(rows.first ?? [], Array(rows.dropFirst())) + sentences)
    }

    private func reading() -> String {
        let notes = results.notes.map { "<li>\(Markup.escaped($0))</li>" }.joined()
        return section("How to read it", "<ul>\(notes)</ul>\n")
    }

    private func section(_ title: String, _ content: String) -> String {
        "<section><h2>\(Markup.escaped(title))</h2>\n\(content)</section>\n"
    }
}

/// The study's picture, as SVG that takes its colours from the style sheet.
enum StudyChart {
    /// One row per arm: the mean difference as a dot, its interval as a line, zero as the reference.
    ///
    /// - Parameters:
    ///   - arms: Names and intervals.
    ///   - reference: What zero is.
    /// - Returns: Markup.
    static func differences(
        _ arms: [(label: String, interval: PairedInterval)],
        against reference: String
    ) -> String {
        let (width, left, row) = (ReportCharts.width, 180.0, 26.0)
        let bottom = row * Double(arms.count) + 8
        let reach = max(
            0.01,
            arms.flatMap { [abs($0.interval.lower), abs($0.interval.upper)] }.max() ?? 0.01
        )
        let middle = (left + width - 20) / 2
        func x(_ share: Double) -> Double { middle + (width - 20 - middle) * share / (reach * 1.05) }
        func n(_ value: Double) -> String { Markup.number(value) }
        var out = ReportCharts.line(x(0), 4, x(0), bottom, stroke: "var(--ink)")
        for mark in [-reach, -reach / 2, 0, reach / 2, reach] {
            out += ReportCharts.line(x(mark), 4, x(mark), bottom, stroke: "var(--line)", width: 0.5)
            out += "<text x=\"\(n(x(mark)))\" y=\"\(n(bottom + 16))\" text-anchor=\"middle\">"
            out += mark == 0 ? Markup.escaped(reference) : points(mark)
            out += "</text>"
        }
        for (place, arm) in arms.enumerated() {
            let (y, interval) = (row * (Double(place) + 0.5) + 4, arm.interval)
            let color =
                interval.lower > 0 ? "var(--green)" : interval.upper < 0 ? "var(--red)" : "var(--grey)"
            let title =
                "\(arm.label): \(points(interval.mean)) (\(points(interval.lower)) to \(points(interval.upper)))"
            out += "<text x=\"0\" y=\"\(n(y + 4))\">\(Markup.escaped(arm.label))</text>"
            out += "<g stroke=\"\(color)\" fill=\"\(color)\"><title>\(Markup.escaped(title))</title>"
            out += ReportCharts.line(x(interval.lower), y, x(interval.upper), y, width: 2)
            out += "<circle cx=\"\(n(x(interval.mean)))\" cy=\"\(n(y))\" r=\"4\"/></g>"
        }
        return ReportCharts.svg(bottom + 24, "difference of each arm from \(reference)", out)
    }

    private static func points(_ share: Double) -> String {
        let text = Format.number(abs(share) * 100, decimals: 1)
        return (share < 0 ? "−" : "+") + text
    }
}
