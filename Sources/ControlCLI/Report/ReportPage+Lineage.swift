import ControlAPI
import Foundation
import Loop

extension ReportPage {
    /// The tree of checkpoints and the rollbacks in it.
    ///
    /// The line of promoted checkpoints goes down the page; what branches off it is set in.
    func lineage() -> String {
        let ids = Set(checkpoints.map(\.id))
        let children = Dictionary(grouping: checkpoints.filter { $0.parent != nil }) { $0.parent ?? .base }
        func line(from first: CheckpointRecord) -> String {
            var items = ""
            var next: CheckpointRecord? = first
            while let checkpoint = next {
                let below = children[checkpoint.id] ?? []
                next = below.last { $0.isPromoted }
                let branches = below.filter { $0.id != next?.id }.map { line(from: $0) }.joined()
                items += "<li>\(entry(checkpoint))\(branches.isEmpty ? "" : "<ul>\(branches)</ul>")</li>\n"
            }
            return items
        }
        guard checkpoints.count > 1 else { return "" }
        // Of a long run only the newest checkpoints are here, so that some have no parent to stand under.
        let roots = checkpoints.filter { checkpoint in checkpoint.parent.map { !ids.contains($0) } ?? true }
        var content = "<ul class=\"tree\">\(roots.map { line(from: $0) }.joined())</ul>"
        if !rollbacks.isEmpty {
            let rows = rollbacks.map {
                [Format.date($0.time) + " UTC", Words.checkpoint($0.previous), Words.checkpoint($0.target)]
            }
            content += "<p>Rollbacks; nothing was deleted by them:</p>"
            content += Markup.table(["when", "from", "to"], rows)
        }
        return section("Lineage", content)
    }

    private func entry(_ checkpoint: CheckpointRecord) -> String {
        let round = checkpoint.round.map { ", round \($0)" } ?? ""
        let name = checkpoint.id == .base ? "base model" : "checkpoint \(checkpoint.id)\(round)"
        let gate = checkpoint.evaluations.first { $0.split == .gate }.map {
            " gate \(Format.accuracy($0.accuracy)) "
        }
        var marks = checkpoint.isPromoted ? [("promoted", "good")] : [("rejected", "bad")]
        if !checkpoint.isPromoted, checkpoint.evaluations.isEmpty { marks = [("not judged yet", "note")] }
        if checkpoint.id == .base { marks = [] }
        if checkpoint.isCurrent { marks.append(("current", "note")) }
        if checkpoint.isPinned { marks.append(("pinned", "note")) }
        if let last = rollbacks.last, last.previous == checkpoint.id, !checkpoint.isCurrent {
            marks.append(("rolled back", "note"))
        }
        let text = marks.map { "<span class=\"mark \($0.1)\">\($0.0)</span>" }.joined(separator: " ")
        return "\(Markup.escaped(name))<span class=\"soft\">\(Markup.escaped(gate ?? " "))</span>\(text)"
    }
}
