package import ControlAPI
import Loop

extension Renderer {
    private static let shownRollbackCount = 10

    /// The tree of checkpoints, the rollbacks in it, and how many checkpoints there are if some are not
    /// shown.
    package func checkpoints(_ reply: CheckpointsReply) -> [String] {
        let records = reply.checkpoints
        var table = Table([
            .init("CHECKPOINT"), .init("ROUND", right: true, keep: 4), .init("STATE"), .init("TEST", keep: 3),
            .init("GATE", keep: 2), .init("CREATED (UTC)", keep: 1),
        ])
        let tree = CheckpointTree(records)
        for root in tree.roots { add(root, of: tree, lead: "", branch: "", to: &table) }
        var lines = self.lines(table)
        if let totalCount = reply.totalCount, totalCount > records.count {
            let note =
                "\(Format.count(records.count)) of \(Format.count(totalCount)) checkpoints; "
                + "--last \(totalCount) shows all"
            lines.append(paint(note.cut(to: width), .dim))
        }
        let rollbacks = (reply.rollbacks ?? []).suffix(Self.shownRollbackCount)
        if !rollbacks.isEmpty { lines += ["", paint("rollbacks (UTC)", .dim)] }
        lines += rollbacks.map { rollback in
            let text =
                "  \(Format.date(rollback.time))  from \(Words.checkpoint(rollback.previous)) to "
                + Words.checkpoint(rollback.target)
            return text.cut(to: width)
        }
        return lines
    }

    /// A checkpoint, what branches off it, and the same for the checkpoint that was promoted after it.
    private func add(
        _ first: CheckpointRecord,
        of tree: CheckpointTree,
        lead: String,
        branch: String,
        to table: inout Table
    ) {
        var branch = branch
        var next: CheckpointRecord? = first
        while let record = next {
            table.rows.append(row(record, lead: lead + branch))
            if !branch.isEmpty { branch = branch == "├─ " ? "│  " : "   " }
            let below = tree.below(record)
            next = below.next
            for child in below.aside {
                let isLast = child.id == below.aside.last?.id
                add(child, of: tree, lead: lead + branch, branch: isLast ? "└─ " : "├─ ", to: &table)
            }
        }
    }

    private func row(_ record: CheckpointRecord, lead: String) -> [Cell] {
        let name = record.id == .base ? "0 base model" : "\(record.id)"
        let isJudged = record.isPromoted || !record.evaluations.isEmpty
        var states = [record.isPromoted ? "promoted" : isJudged ? "rejected" : "not judged yet"]
        if record.isCurrent { states.append("current") }
        if record.isPinned { states.append("pinned") }
        if record.isPruned { states.append("pruned") }
        if record.isCorrupt { states.append("damaged") }
        return [
            Cell(lead + name, record.isCurrent ? .strong : .plain),
            Cell(record.round.map { "\($0)" } ?? Format.nothing),
            Cell(
                states.joined(separator: ", "),
                record.isCurrent ? .good : record.isPromoted ? .plain : .dim
            ),
            Cell(score(record, .test)),
            Cell(score(record, .gate)),
            Cell(Format.date(record.createdAt)),
        ]
    }

    private func score(_ record: CheckpointRecord, _ split: Split) -> String {
        Format.accuracy(record.evaluations.first { $0.split == split }?.accuracy)
    }
}
