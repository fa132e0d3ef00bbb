import Loop

extension ReportPage {
    /// What the last round measured level by level; nothing where no question has a level.
    func levels() -> String {
        guard let last else { return "" }
        let rows = LevelRow.all(in: last.report.levels)
        guard !rows.isEmpty else { return "" }
        let frontier = last.report.frontierLevel.map { " Its frontier was level \($0)." } ?? ""
        let words =
            "Round \(last.id), level by level: the mean share of candidates that agree with their question's vote, the share of "
            + "votes that are right, and accuracy on gate and test before and after.\(frontier)"
        return section(
            "Levels",
            "<p>\(Markup.escaped(words))</p>"
                + Markup.table(
                    ["level", "questions", "vote share", "vote right", "gate %", "test %"],
                    rows.map(\.cells)
                )
        )
    }
}
