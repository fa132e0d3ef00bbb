import Loop

/// Checkpoints as the tree that people see: a line of promoted ones goes down, branches are indented below
/// their origin.
struct CheckpointTree {
    /// Checkpoints without a parent here: of a long run only the newest are listed.
    let roots: [CheckpointRecord]
    private let children: [CheckpointID: [CheckpointRecord]]

    /// Sorts checkpoints under their parents, in their order.
    init(_ records: [CheckpointRecord]) {
        let ids = Set(records.map(\.id))
        roots = records.filter { record in record.parent.map { !ids.contains($0) } ?? true }
        children = Dictionary(grouping: records.filter { $0.parent != nil }) { $0.parent ?? .base }
    }

    /// A checkpoint's children: the promoted one that continues the line, and the others.
    func below(_ record: CheckpointRecord) -> (next: CheckpointRecord?, aside: [CheckpointRecord]) {
        let all = children[record.id] ?? []
        let next = all.last(where: \.isPromoted)
        return (next, all.filter { $0.id != next?.id })
    }
}
