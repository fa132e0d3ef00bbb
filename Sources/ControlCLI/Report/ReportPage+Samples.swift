import ControlAPI
import Foundation
import Loop

extension ReportPage {
    private static let sampleCount = 40

    /// Candidates to read: some of each reason, spread evenly over the round.
    func samples() -> String {
        guard !candidates.isEmpty, let last else { return "" }
        let shown = Self.spread(candidates, count: Self.sampleCount)
        let items = shown.map { item -> String in
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
        let few = "\(shown.count) of \(last.report.generatedCount.map(Format.count) ?? "all")"
        return section(
            "Candidates of round \(last.id)",
            "<p>\(few), some of each reason; <code>autodidact explain QUESTION.INDEX</code> has the whole story of "
                + "each.</p>\(items.joined())"
        )
    }

    /// At most `count` candidates in their order: of each reason the same number, if it has that many.
    static func spread(_ candidates: [CandidateItem], count: Int) -> [CandidateItem] {
        let groups = Dictionary(grouping: candidates.indices) { candidates[$0].reason ?? "" }
        var places: [Int] = []
        var left = count
        // The rarest first: the others get what these do not use.
        let sorted = groups.sorted { ($0.value.count, $0.key) < ($1.value.count, $1.key) }
        for (index, group) in sorted.enumerated() {
            let share = min(group.value.count, left / (sorted.count - index))
            places += (0..<share).map { group.value[$0 * group.value.count / share] }
            left -= share
        }
        return places.sorted().map { candidates[$0] }
    }
}
