import Loop

extension ReportPage {
    /// What the valid set chose among in the last round; nothing where there was no choice.
    func contenders() -> String {
        guard let last, let contenders = last.report.contenders, !contenders.isEmpty else { return "" }
        let words =
            "Round \(last.id): adapters of one fine-tuning on the valid set. Only the chosen one went to the gate, which asks "
            + "other questions; its accuracy here is too high, because it was chosen by it."
        let rows = contenders.map { contender in
            [
                contender.name, contender.facts.right, Format.number(contender.meanLoss, decimals: 3),
                contender.isChosen ? "chosen" : "",
            ]
        }
        return section(
            "Contenders",
            "<p>\(Markup.escaped(words))</p>"
                + Markup.table(["adapter", "valid right", "mean loss", ""], rows)
        )
    }
}
