import ControlAPI
package import Loop

extension Renderer {
    /// The tree of checkpoints, children under the one that their fine-tuning started from.
    package func checkpoints(_ records: [CheckpointRecord]) -> [String] {
        var table = Table([
            .init("CHECKPOINT"), .init("ROUND", right: true, keep: 4), .init("STATE"), .init("TEST", keep: 3),
            .init("GATE", keep: 2), .init("CREATED (UTC)", keep: 1),
        ])
        let ids = Set(records.map(\.id))
        let roots = records.filter { record in record.parent.map { !ids.contains($0) } ?? true }
        for root in roots { add(root, of: records, lead: "", branch: "", to: &table) }
        return lines(table)
    }

    private func add(
        _ record: CheckpointRecord,
        of records: [CheckpointRecord],
        lead: String,
        branch: String,
        to table: inout Table
    ) {
        let name = record.id == .base ? "0 base model" : "\(record.id)"
        var states = [record.isPromoted ? "promoted" : "rejected"]
        if record.isCurrent { states.append("current") }
        if record.isPinned { states.append("pinned") }
        if record.isPruned { states.append("pruned") }
        if record.isCorrupt { states.append("damaged") }
        table.rows.append([
            Cell(lead + branch + name, record.isCurrent ? .strong : .plain),
            Cell(record.round.map { "\($0)" } ?? Format.nothing),
            Cell(
                states.joined(separator: ", "),
                record.isCurrent ? .good : record.isPromoted ? .plain : .dim
            ),
            Cell(score(record, .test)),
            Cell(score(record, .gate)),
            Cell(Format.date(record.createdAt)),
        ])
        let children = records.filter { $0.parent == record.id && $0.id > record.id }
        let indent = branch.isEmpty ? lead : lead + (branch == "└─ " ? "   " : "│  ")
        for child in children {
            let isLast = child.id == children.last?.id
            add(child, of: records, lead: indent, branch: isLast ? "└─ " : "├─ ", to: &table)
        }
    }

    private func score(_ record: CheckpointRecord, _ split: Split) -> String {
        Format.accuracy(record.evaluations.first { $0.split == split }?.accuracy)
    }
}
