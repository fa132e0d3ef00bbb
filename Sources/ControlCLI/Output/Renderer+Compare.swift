package import ControlAPI
import Loop

extension Renderer {
    /// A comparison: the verdict, both scores, and the questions on which the two differ.
    package func comparison(_ reply: CompareReply) -> [String] {
        var lines = fitted(reply.verdict).map { paint($0, .strong) }
        for note in reply.notes { lines += fitted("note: " + note).map { paint($0, .accent) } }
        lines += [""] + self.lines(scores(reply)) + [""]
        lines += field(
            "right",
            [
                "both \(Format.count(reply.bothRightCount))", "only A \(Format.count(reply.lostCount))",
                "only B \(Format.count(reply.gainedCount))", "neither \(Format.count(reply.neitherCount))",
            ]
        )
        lines += differences("gained: right in B only", reply.gained, of: reply.gainedCount)
        lines += differences("lost: right in A only", reply.lost, of: reply.lostCount)
        return lines
    }

    private func scores(_ reply: CompareReply) -> Table {
        var table = Table([
            .init(""), .init("CHECKPOINT"), .init("RIGHT", right: true, keep: 1),
            .init("\(reply.split.rawValue.uppercased()) %", right: true),
        ])
        table.rows = [("A", reply.a), ("B", reply.b)].map { letter, side in
            [
                Cell(letter, .strong),
                Cell(Words.checkpoint(side.checkpoint, of: side.round)),
                Cell("\(Format.count(side.accuracy.rightCount)) of \(Format.count(side.accuracy.count))"),
                Cell(Format.accuracy(side.accuracy)),
            ]
        }
        return table
    }

    private func differences(_ title: String, _ page: [CompareReply.Difference], of count: Int) -> [String] {
        guard count > 0 else { return [] }
        var lines = ["", paint("\(title) (\(Format.count(count)))", .strong)]
        if !page.isEmpty {
            var table = Table([
                .init("ID", right: true), .init("QUESTION", least: 12), .init("REFERENCE", least: 6, keep: 1),
                .init("A", least: 6), .init("B", least: 6),
            ])
            table.rows = page.map { difference in
                [
                    Cell("\(difference.question)", .strong), Cell(difference.questionText.onOneLine),
                    Cell(difference.reference?.onOneLine ?? Format.nothing),
                    Cell(difference.a.answer?.onOneLine ?? Format.nothing),
                    Cell(difference.b.answer?.onOneLine ?? Format.nothing),
                ]
            }
            lines += self.lines(table)
        }
        if page.count < count {
            lines.append(
                paint("\(Format.count(page.count)) of \(Format.count(count)); --all shows every one", .dim)
            )
        }
        return lines
    }
}
