import Foundation
import Loop

// Adding questions, and taking them out of use.
extension Operation {
    static let questions: [Operation] = [
        Operation("add", 8) { user in
            let lines = (0..<user.number(in: 1...3)).map { _ in user.newLine() }
            let body: [String: Any] = ["split": "train", "lines": lines]
            guard let reply = try user.expectReply([200], "POST", "/v1/questions", body) else { return }
            user.note(added: reply, lines)
        },
        Operation("add from a file by command", 2) { user in
            let line = user.newLine()
            let path = user.startFolder + "/more.jsonl"
            try JSONSerialization.data(withJSONObject: line).write(to: URL(filePath: path))
            defer { try? FileManager.default.removeItem(atPath: path) }
            let result = try user.expectCommand(["add", path, "--json"])
            guard result.status == 0 else { return }
            let json = try JSONSerialization.jsonObject(with: Data(result.text.utf8)) as? [String: Any]
            user.note(added: json ?? [:], [line])
        },
        Operation("add again", 3) { user in
            let known = Array(1...24) + user.model.questions.keys.sorted()
            let look = try JournalLook(user.run.state)
            // Another answer would correct it.
            guard let id = known.randomElement(using: &user.random), let text = look.questions[id],
                let answer = text.split(whereSeparator: { !$0.isNumber }).compactMap({ Int($0) })
                    .reduce(0, +) as Int?
            else { return }
            let body: [String: Any] = [
                "split": "train", "lines": [["question": text, "answer": "\(answer)"]],
            ]
            let reply = try user.expectReply([200], "POST", "/v1/questions", body)
            user.expect(reply?["ids"] as? [Int] == [], "question \(id) was added again: \(reply ?? [:])")
        },
        Operation("add what is refused", 4) { user in
            let (good, gate) = (user.newLine(), try user.gateLine())
            let terms = Array(repeating: "7", count: 900).joined(separator: " + ")
            let (name, statuses, body): (String, [Int], Any) = try user.pick([
                ("no text", [422], ["split": "train", "lines": [good, ["question": "", "answer": "1"]]]),
                ("no answer", [422], ["split": "gate", "lines": [["question": good["question"] ?? ""]]]),
                ("twice", [422], ["split": "train", "lines": [good, good]]),
                ("another split's", [422], ["split": "train", "lines": [good, gate]]),
                ("too many tokens", [422], ["split": "train", "lines": [["question": "What is \(terms)?"]]]),
                (
                    "too long", [413],
                    ["split": "train", "lines": [["question": String(repeating: "a", count: 17_000)]]]
                ),
                ("no such split", [400], ["split": "exam", "lines": [good]]),
                ("no lines", [400], ["split": "train"]),
                ("half a body", [400], #"{"split": "train", "lines": [{"question": "What"#),
            ])
            user.detail(name)
            try user.expectReply(statuses, "POST", "/v1/questions", body)
        },
        Operation("retire", 4) { user in
            let look = try JournalLook(user.run.state)
            let inUse = look.splits.filter { !look.retired.contains($0.key) }
            let split = try user.pick(["train", "train", "gate"])
            let ids = inUse.filter { $0.value == split }.keys.sorted()
            guard ids.count > (split == "train" ? 16 : 9) else { throw NotNow("too few are left") }
            let chosen = Array(ids.shuffled(using: &user.random).prefix(user.number(in: 1...3))).sorted()
            let body: [String: Any] = ["ids": chosen, "is_back": false, "is_dry_run": false]
            let reply = try user.expectReply([200], "POST", "/v1/retire", body)
            user.expect(reply?["ids"] as? [Int] == chosen, "retiring \(chosen): \(reply ?? [:])")
            user.model.retired.formUnion(chosen)
            user.model.told[.questionsRetired, default: 0] += 1
        },
        Operation("put back", 4) { user in
            let id = try user.pick(user.model.retired.sorted())
            // By hand or by program.
            if user.number(in: 0...1) == 0 {
                try user.expectCommand(["retire", "\(id)", "--back"])
            } else {
                let body: [String: Any] = ["ids": [id], "is_back": true, "is_dry_run": false]
                try user.expectReply([200], "POST", "/v1/retire", body)
            }
            user.model.retired.remove(id)
            user.model.told[.questionsRetired, default: 0] += 1
        },
        Operation("retire what is refused or changes nothing", 2) { user in
            let (statuses, body): ([Int], [String: Any]) = try user.pick([
                ([422], ["ids": [1, 99_999], "is_back": false, "is_dry_run": false]),
                ([400], ["ids": [1], "file": "train.jsonl", "is_back": false, "is_dry_run": false]),
                ([422], ["file": "nobody.jsonl", "is_back": false, "is_dry_run": false]),
                ([200], ["ids": [1, 2, 3], "is_back": false, "is_dry_run": true]),
                ([200], ["ids": user.model.retired.sorted(), "is_back": false, "is_dry_run": false]),
            ])
            try user.expectReply(statuses, "POST", "/v1/retire", body)
        },
    ]
}

extension CarelessUser {
    /// A line of the gate's file.
    fileprivate func gateLine() throws -> [String: String] {
        let line = try pick(text(of: "gate.jsonl").split(separator: "\n"))
        let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        return json ?? [:]
    }
}
