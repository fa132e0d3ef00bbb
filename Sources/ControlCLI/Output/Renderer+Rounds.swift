package import ControlAPI
import Loop

extension Renderer {
    /// The table of a page of rounds, and how many there are if some are not shown.
    package func rounds(_ reply: RoundsReply) -> [String] {
        let lines = rounds(reply.rounds)
        guard let totalCount = reply.totalCount, totalCount > reply.rounds.count, !reply.rounds.isEmpty else {
            return lines
        }
        let note =
            "the newest \(Format.count(reply.rounds.count)) of \(Format.count(totalCount)) rounds; "
            + "--last \(totalCount) shows all"
        return lines + [paint(note.cut(to: width), .dim)]
    }

    /// The table of rounds; accuracies are next to the counts if the width allows, otherwise below.
    package func rounds(_ rounds: [RoundSummary]) -> [String] {
        guard !rounds.isEmpty else { return ["no round yet; follow the first with \"autodidact watch\""] }
        let whole = table(rounds, counts: true, accuracies: true)
        var lines: [String]
        if let width, whole.naturalWidth > width {
            lines = self.lines(table(rounds, counts: true, accuracies: false))
            lines += [""] + self.lines(table(rounds, counts: false, accuracies: true))
        } else {
            lines = self.lines(whole)
        }
        lines.append(paint("accuracy in % before → after, with its 95 % interval".cut(to: width), .dim))
        lines += [""] + self.lines(seconds(rounds))
        lines.append(paint("seconds per phase".cut(to: width), .dim))
        lines += tries(rounds)
        let failures = rounds.compactMap { round in round.failure.map { (round.id, $0.onOneLine) } }
        if !failures.isEmpty {
            lines.append("")
            lines += failures.map { "round \($0.0): \($0.1)".cut(to: width) }
        }
        return lines
    }

    private func table(_ rounds: [RoundSummary], counts: Bool, accuracies: Bool) -> Table {
        var columns: [Table.Column] = [.init("ROUND", right: true)]
        if counts {
            columns += [
                .init("CANDIDATES", right: true, keep: 5), .init("PARSED", right: true, keep: 3),
                .init("CONSISTENT", right: true, keep: 4), .init("SELECTED", right: true, keep: 6),
                .init("MEAN DS", right: true, keep: 1), .init("CUT DS", right: true, keep: 2),
            ]
        }
        if accuracies { columns += [.init("TEST"), .init("GATE", keep: 1)] }
        if counts { columns.append(.init("OUTCOME")) }
        var table = Table(columns)
        for round in rounds {
            var row = [Cell("\(round.id)", .strong)]
            if counts {
                row += [
                    Cell(Format.count(round.generatedCount)),
                    Cell(Format.percent(round.parsedCount, of: round.generatedCount)),
                    Cell(Format.percent(round.consistentCount, of: round.generatedCount)),
                    Cell(Format.count(round.selectedCount)),
                    Cell(Format.number(round.meanDSWeight)),
                    Cell(Format.number(round.cutDSWeight)),
                ]
            }
            if accuracies {
                row.append(Cell(Format.change(round.testBefore, round.testAfter)))
                row.append(Cell(Format.change(round.gate?.before, round.gate?.after)))
            }
            if counts { row.append(Words.outcome(round.outcome, phase: round.phase)) }
            table.rows.append(row)
        }
        return table
    }

    /// Seconds per phase, of the phases that any round has reached.
    private func seconds(_ rounds: [RoundSummary]) -> Table {
        let phases = Phase.allCases.filter { phase in
            rounds.contains { $0.secondsPerPhase[phase.rawValue] != nil }
        }
        var table = Table(
            [.init("ROUND", right: true)]
                + phases.map { phase in
                    // The quick phases are left out first.
                    let isQuick = [.vote, .select, .promote].contains(phase)
                    return .init(phase.rawValue.uppercased(), right: true, keep: isQuick ? 1 : 2)
                }
                + [.init("TOTAL", right: true)]
        )
        table.rows = rounds.map { round in
            [Cell("\(round.id)", .strong)]
                + phases.map { Cell(seconds(round.secondsPerPhase[$0.rawValue])) }
                + [Cell(seconds(round.secondsPerPhase.values.reduce(0, +)))]
        }
        return table
    }

    private func seconds(_ value: Double?) -> String {
        Format.number(value, decimals: (value ?? 0) < 9.95 ? 1 : 0)
    }
}
