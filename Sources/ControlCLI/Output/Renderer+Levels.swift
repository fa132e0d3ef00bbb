import Loop

extension Renderer {
    /// What was measured of each level of questions; nothing where no question has one.
    func levels(_ report: RoundReport) -> [String] {
        let rows = LevelRow.all(in: report.levels)
        guard !rows.isEmpty else { return [] }
        var table = Table([
            Table.Column("level"), Table.Column("questions", right: true, keep: 1),
            Table.Column("vote share", right: true), Table.Column("vote right", right: true, keep: 2),
            Table.Column("gate %"), Table.Column("test %", keep: 3),
        ])
        table.rows = rows.map { row in row.cells.map { Cell($0) } }
        // The section's indent.
        var lines = table.lines(width: width.map { max(20, $0 - 2) }, isColored: isColored)
        if let frontier = report.frontierLevel { lines.append("frontier: level \(frontier)") }
        return lines
    }
}

/// One level's measures side by side, for a terminal and for a page.
struct LevelRow {
    let level: Int
    private let vote: LevelVote?
    private let gate: LevelAccuracy?
    private let test: LevelAccuracy?

    /// Every level that anything was measured of, the lowest first.
    static func all(in report: LevelReport) -> [LevelRow] {
        let votes = report.levelVotes ?? []
        let (gate, test) = (report.gateLevels ?? [], report.testLevels ?? [])
        let levels = Set(votes.map(\.level) + gate.map(\.level) + test.map(\.level))
        return levels.sorted().map { level in
            LevelRow(
                level: level,
                vote: votes.first { $0.level == level },
                gate: gate.first { $0.level == level },
                test: test.first { $0.level == level }
            )
        }
    }

    /// Level, questions voted on, mean vote share, votes that are right, gate and test before and after.
    var cells: [String] {
        [
            "\(level)", vote.map { Format.count($0.questionCount) } ?? Format.nothing,
            Format.number(vote?.meanShare), Format.percent(vote?.voteAccuracy), Self.change(gate),
            Self.change(test),
        ]
    }

    private static func change(_ accuracy: LevelAccuracy?) -> String {
        guard let accuracy else { return Format.nothing }
        func percent(_ value: Accuracy) -> String { Format.number(value.share * 100, decimals: 1) }
        return "\(percent(accuracy.before)) → \(percent(accuracy.after))"
    }
}
