import ControlAPI
import Foundation
import Loop

extension ReportPage {
    /// The tree of checkpoints and the rollbacks in it.
    func lineage() -> String {
        let tree = CheckpointTree(checkpoints)
        func line(from first: CheckpointRecord) -> String {
            var items = ""
            var next: CheckpointRecord? = first
            while let checkpoint = next {
                let below = tree.below(checkpoint)
                next = below.next
                let branches = below.aside.map { line(from: $0) }.joined()
                items += "<li>\(entry(checkpoint))\(branches.isEmpty ? "" : "<ul>\(branches)</ul>")</li>\n"
            }
            return items
        }
        guard checkpoints.count > 1 else { return "" }
        var content = "<ul class=\"tree\">\(tree.roots.map { line(from: $0) }.joined())</ul>"
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
