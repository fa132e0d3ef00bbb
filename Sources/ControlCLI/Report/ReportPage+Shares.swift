import Foundation
import Loop

extension ReportPage {
    /// How the last round's answers are spread over a closed set, and over the letters of options; nothing
    /// for kinds of answer that have neither.
    func shares() -> String {
        guard let last else { return "" }
        var content = ""
        if let shares = last.report.classShares, !shares.isEmpty {
            let entropy =
                last.report.classEntropy.map {
                    " Their entropy is \(Format.number($0)): 1 is an equal share for each, 0 is one answer to everything."
                } ?? ""
            content += Markup.figure(
                "Round \(last.id): the answers that won their vote, by question.\(entropy)",
                ReportCharts.shares(Words.byShare(shares), title: "share of each answer")
            )
        }
        if let shares = last.report.letterShares, !shares.isEmpty {
            let flips =
                last.report.flipRate.map {
                    " On \(Format.percent($0)) of the questions the winner is another option where the options are in another order."
                } ?? ""
            content += Markup.figure(
                "Round \(last.id): the letters that candidates wrote, whatever option each one was. A model that "
                    + "prefers no letter writes all of them about equally often.\(flips)",
                ReportCharts.shares(shares.sorted { $0.key < $1.key }, title: "share of each letter")
            )
        }
        return content.isEmpty ? "" : section("Spread of answers", content)
    }

    /// How far the views of the last round's questions agree, and how well weight and loss tell right from
    /// wrong; nothing where neither was measured.
    func agreement() -> String {
        guard let last else { return "" }
        let report = last.report
        let agreement = [
            ("questions whose views agree", report.viewAgreement.map { Format.percent($0) }),
            ("of these, right", report.agreeingAccuracy.map { Format.percent($0) }),
        ]
        let separation = [
            (
                "chance that a right candidate has the larger DS weight",
                report.dsAuc.map { Format.number($0) }
            ),
            ("chance that it has the larger loss", report.lossAuc.map { Format.number($0) }),
        ]
        let kept = [("kept candidates that are right", report.selectedAccuracy.map { Format.percent($0) })]
        guard (agreement + separation).contains(where: { $0.1 != nil }) else { return "" }
        let rows = (agreement + kept + separation).compactMap { name, value in value.map { [name, $0] } }
        return section(
            "Right and wrong labels",
            "<p>Round \(last.id):</p>" + Markup.table(["measure", "value"], rows)
                + "<p class=\"soft\">Of a right and a wrong candidate that both agree with their vote: 0.50 says nothing, and the "
                + "cut by DS weight assumes less. What is right is known where train questions have answers.</p>"
        )
    }
}

extension ReportCharts {
    private static let shownShareCount = 20
    private static let longestLabel = 24

    /// A bar for each share, one below the other.
    static func shares(_ shares: [(key: String, value: Double)], title: String) -> String {
        let (row, start) = (22.0, 190.0)
        let shown = shares.prefix(shownShareCount)
        let more = shares.count - shown.count
        let height = row * Double(shown.count + (more > 0 ? 1 : 0)) + 8
        var out = ""
        for (index, share) in shown.enumerated() {
            let top = row * Double(index)
            let wide = (width - start - 70) * min(max(share.value, 0), 1)
            let name = share.key.onOneLine
            let label = name.count > longestLabel ? name.prefix(longestLabel - 1) + "…" : name
            out += "<text x=\"0\" y=\"\(n(top + 16))\">\(Markup.escaped(label))</text>"
            out +=
                "<rect x=\"\(n(start))\" y=\"\(n(top + 4))\" width=\"\(n(wide))\" height=\"\(n(row - 7))\" "
            out +=
                "fill=\"var(--blue)\"><title>\(Markup.escaped(name)): \(Format.percent(share.value))</title></rect>"
            out +=
                "<text x=\"\(n(start + wide + 6))\" y=\"\(n(top + 16))\">\(Format.percent(share.value))</text>"
        }
        if more > 0 {
            out +=
                "<text x=\"0\" y=\"\(n(row * Double(shown.count) + 16))\">and \(Format.count(more)) more</text>"
        }
        return svg(height, title, out)
    }
}
