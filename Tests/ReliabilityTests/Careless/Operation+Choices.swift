import Foundation
import Loop

// Pausing, going back, keeping, removing and exporting.
extension Operation {
    static let choices: [Operation] = [
        Operation("pause", 3) { user in
            if user.number(in: 0...1) == 0 {
                try user.expectCommand(["pause"])
            } else {
                let reply = try user.expectReply([200], "POST", "/v1/pause")
                user.expect(reply?["state"] as? String == "paused", "a pause: \(reply ?? [:])")
            }
            user.model.isPaused = true
        },
        Operation("resume", 7) { user in
            if user.number(in: 0...1) == 0 {
                try user.expectCommand(["resume"])
            } else {
                try user.expectReply([200], "POST", "/v1/resume")
            }
            user.model.isPaused = false
            try await user.settle()
        },
        Operation("roll back", 4) { user in
            let usable = try user.checkpoints().filter {
                $0["is_promoted"] as? Bool == true && $0["is_pruned"] as? Bool != true
            }
            let target = try user.pick(usable)
            let round = target["round"] as? Int ?? 0
            user.detail("to round \(round)")
            let reply = try user.expectReply([200], "POST", "/v1/rollback", ["round": round])
            user.note(rollback: reply, to: target["id"] as? Int)
        },
        Operation("undo the rollback", 3) { user in
            guard let last = user.model.rollbacks.last else {
                try user.expectReply([409], "POST", "/v1/rollback", ["is_undo": true])
                return
            }
            let reply = try user.expectReply([200], "POST", "/v1/rollback", ["is_undo": true])
            user.note(rollback: reply, to: last[0])
        },
        Operation("roll back to nothing", 2) { user in
            let (statuses, body): ([Int], [String: Any]) = try user.pick([
                ([404], ["round": 99_999]), ([400], [:]), ([400], ["round": 0, "is_undo": true]),
                ([409], ["round": 0, "expected_current": 99_999]),
            ])
            try user.expectReply(statuses, "POST", "/v1/rollback", body)
        },
        Operation("pin", 3) { user in
            let there = try user.checkpoints().filter {
                $0["id"] as? Int != 0 && $0["is_pruned"] as? Bool != true
            }
            let target = try user.pick(there)
            guard let round = target["round"] as? Int, let id = target["id"] as? Int else { return }
            // Retention may come first where it was not promoted.
            let statuses = target["is_promoted"] as? Bool == true ? [200] : [200, 409]
            let body: [String: Any] = ["round": round, "is_pinned": true]
            guard try user.expectReply(statuses, "POST", "/v1/pin", body) != nil else { return }
            user.model.pinned.insert(id)
        },
        Operation("unpin", 2) { user in
            let id = try user.pick(user.model.pinned.sorted())
            let found = try user.checkpoints().first { $0["id"] as? Int == id }
            user.expect(found?["is_pruned"] as? Bool == false, "pinned checkpoint \(id): \(found ?? [:])")
            let body: [String: Any] = ["round": found?["round"] as? Int ?? -1, "is_pinned": false]
            try user.expectReply([200], "POST", "/v1/pin", body)
            user.model.pinned.remove(id)
        },
        Operation("pin nothing", 1) { user in
            let (status, round) = try user.pick([(404, 99_999), (400, 0)])
            try user.expectReply([status], "POST", "/v1/pin", ["round": round, "is_pinned": true])
        },
        Operation("prune", 3) { user in
            let body: [String: Any] = ["keep": user.number(in: 1...6), "is_dry_run": false]
            let reply = try user.expectReply([200], "POST", "/v1/prune", body)
            let ids = Set(reply?["pruned"] as? [Int] ?? [])
            let pinned = ids.intersection(user.model.pinned)
            user.expect(pinned.isEmpty, "pinned checkpoints \(pinned) were pruned")
            user.model.pruned.formUnion(ids)
        },
        Operation("prune without changing anything", 1) { user in
            try user.expectReply([400], "POST", "/v1/prune", ["keep": 0, "is_dry_run": false])
            try user.expectReply([200], "POST", "/v1/prune", ["keep": 1, "is_dry_run": true])
        },
        Operation("export", 3) { user in
            let name = "export-\(user.newNumber())"
            let format = try user.pick(["adapter", "adapter", "merged"])
            // The base model has no adapter.
            let statuses = format == "adapter" ? [200, 409] : [200]
            let body = ["format": format, "name": name]
            guard let reply = try user.expectReply(statuses, "POST", "/v1/exports", body) else { return }
            let files = reply["files"] as? [[String: Any]] ?? []
            user.model.exports[name] = Dictionary(
                files.map { ($0["name"] as? String ?? "", $0["byte_count"] as? Int ?? -1) }
            ) { first, _ in first }
        },
        Operation("export what is refused", 2) { user in
            let taken = user.model.exports.keys.sorted().first
            let name = try user.pick([taken ?? "a..b", "../outside", "/etc/outside", "", "a b", "x/y"])
            user.detail(name)
            try user.expectReply([400, 409], "POST", "/v1/exports", ["format": "merged", "name": name])
        },
    ]
}

extension CarelessUser {
    /// Takes a confirmed rollback into the model.
    fileprivate func note(rollback reply: [String: Any]?, to target: Int?) {
        guard let reply else { return }
        let current = (reply["current"] as? [String: Any])?["id"] as? Int
        guard let current, let previous = reply["previous"] as? Int, current == target else {
            note("a rollback to checkpoint \(target ?? -1) was confirmed with \(reply)")
            return
        }
        if previous != current { model.rollbacks.append([previous, current]) }
        model.told[.rolledBack, default: 0] += 1
    }
}
