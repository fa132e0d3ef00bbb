import Loop

extension Renderer {
    /// How many shares are shown; a closed set may have hundreds of labels.
    private static let shownShareCount = 12

    /// How the votes that passed are spread over a closed set of answers; nothing for other kinds.
    func classes(_ report: RoundReport) -> [String] {
        guard let shares = report.classShares, !shares.isEmpty else { return [] }
        let entropy = report.classEntropy.map { "entropy \(Format.number($0))" }
        return wrapped(["answers that won their vote", entropy].compactMap { $0 })
            + bars(Words.byShare(shares))
    }

    /// How far the views of questions agree, beside how many kept candidates are right; nothing where
    /// questions are asked in one view.
    func views(_ report: RoundReport) -> [String] {
        guard let count = report.viewedCount else { return [] }
        return wrapped(
            [
                "views agree on "
                    + (report.viewAgreement.map { "\(Format.percent($0)) of " } ?? "")
                    + Words.plural(count, "question"),
                report.agreeingAccuracy.map { "right where they agree \(Format.percent($0))" },
                report.selectedAccuracy.map { "kept candidates right \(Format.percent($0))" },
            ].compactMap { $0 }
        )
    }

    /// How well DS weight and loss tell right candidates from wrong ones; nothing without references.
    func separation(_ report: RoundReport) -> [String] {
        let found = [("DS weight", report.dsAuc), ("loss", report.lossAuc)].compactMap { name, auc in
            auc.map { "\(name) \(Format.number($0))" }
        }
        return found.isEmpty ? [] : wrapped(["chance that a right candidate has the larger"] + found)
    }

    /// What the order of options did; nothing without `generate.permuteOptions`.
    func letters(_ report: RoundReport) -> [String] {
        guard let shares = report.letterShares, !shares.isEmpty else { return [] }
        let flips = report.flipRate.map { "orders of options disagree on \(Format.percent($0)) of questions" }
        return wrapped(["letters as written", flips].compactMap { $0 })
            + bars(shares.sorted { $0.key < $1.key })
    }

    /// A bar for each share.
    private func bars(_ shares: [(key: String, value: Double)]) -> [String] {
        let shown = shares.prefix(Self.shownShareCount).map { ($0.key.onOneLine, $0.value) }
        let label = min(shown.map(\.0.displayWidth).max() ?? 0, 24) + 2
        // The section's indent and this one's, the share and the space after it.
        let cells = width.map { max(10, min(40, $0 - label - 15)) } ?? 40
        let lines = shown.map { name, share in
            "  \(name.cut(to: label - 2).padded(to: label))"
                + "\(Format.percent(share).padded(to: 9, right: true))  \(Renderer.bar(share, cells: cells))"
        }
        let more = shares.count - shown.count
        return more > 0 ? lines + ["  and \(Format.count(more)) more"] : lines
    }
}

extension Words {
    /// Shares, the largest first; equal ones by name.
    static func byShare(_ shares: [String: Double]) -> [(key: String, value: Double)] {
        shares.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    }
}
