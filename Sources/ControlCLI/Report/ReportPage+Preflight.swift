import ControlAPI
import Loop

extension ReportPage {
    /// What the base model made of a sample of the questions.
    func beginning() -> String {
        guard let preflight else { return "" }
        let verdict = preflight.report.verdict
        let style = verdict.kind == .trainable ? "good" : "bad"
        let advice = verdict.advice.map { "<li>\(Markup.escaped($0.onOneLine))</li>" }.joined()
        let lines = preflight.report.lines.map { Markup.escaped($0.onOneLine) }.joined(separator: "\n")
        return section(
            "Before the first round",
            "<p>Preflight asked the base model a sample of the questions "
                + "(\(Markup.escaped(Format.date(preflight.recordedAt))) UTC): <b class=\"\(style)\">"
                + "\(Markup.escaped(verdict.kind.rawValue))</b>: \(Markup.escaped(verdict.reason)).</p>\n"
                + (advice.isEmpty ? "" : "<p>What it advised:</p><ul>\(advice)</ul>\n")
                + "<details><summary>All that was measured</summary><pre>\(lines)</pre></details>\n"
        )
    }
}
