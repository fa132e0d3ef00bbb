import Foundation
import GRDB
import Glibc
import Loop

// The configuration and the question files while the daemon runs.
extension Operation {
    static let configuration: [Operation] = [
        Operation("reload", 4) { user in
            let (key, value) = try user.changeSetting()
            user.detail("\(key) \(value)")
            let event = try await user.reload()
            user.expect(event?.kind == "reloaded", "a good configuration: \(event?.message ?? "no event")")
            let used = try user.settings()[key]
            user.expect(used == value, "\(key) is \(used ?? "nothing") after a reload with \(value)")
        },
        Operation("reload a bad configuration", 5) { user in
            let (bad, before) = (try user.pick(BadConfiguration.all), try user.settings())
            user.detail(bad.name)
            try bad.write(user)
            let event = try await user.reload()
            try user.restore("config.yaml")
            user.expect(
                event?.kind == "reload_refused",
                "\(bad.name) was not refused: \(event?.message ?? "no event")"
            )
            user.expect(try user.settings() == before, "\(bad.name) was refused and changed settings")
        },
        Operation("reload three times at once", 1) { user in
            let last = try user.lastReload()
            for _ in 0..<3 { user.daemon?.signal(SIGHUP) }
            let event = try await user.waitForReload(after: last)
            user.expect(event?.kind == "reloaded", "three reloads: \(event?.message ?? "no event")")
        },
        Operation("reload with a question file that was cut", 2) { user in
            let name = try user.cutQuestionFile()
            let event = try await user.reload()
            try user.restore(name)
            user.expect(event != nil, "a reload with a cut \(name) left no event")
        },
        Operation("take lines out and retire them", 2) { user in try await user.takeLinesOut() },
    ]
}

extension CarelessUser {
    /// Asks for a reload, and waits for what comes of it.
    func reload() async throws -> (kind: String, message: String)? {
        let last = try lastReload()
        daemon?.signal(SIGHUP)
        return try await waitForReload(after: last)
    }

    /// The newest event there is.
    func lastReload() throws -> Int { try JournalLook.reloads(run.state, after: 0).last?.id ?? 0 }

    /// The first reload after an event; nil when none comes.
    func waitForReload(after last: Int) async throws -> (kind: String, message: String)? {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if let found = try JournalLook.reloads(run.state, after: last).first {
                return (found.kind, found.message)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }

    /// Writes another value into the configuration.
    func changeSetting() throws -> (key: String, value: String) {
        let (key, values) = try pick([
            ("finetune.learningRate", ["0.001", "0.002", "0.003"]),
            ("generate.temperature", ["0.7", "0.8", "0.9"]),
            ("generate.questionsPerRound", ["8", "10", "12"]),
            ("storage.keep", ["2", "3", "5"]),
        ])
        let name = key.split(separator: ".")[1]
        let value = try pick(values)
        configuration = configuration.replacing(
            try Regex("\(name): [0-9.e-]+"),
            with: "\(name): \(value)"
        )
        try restore("config.yaml")
        return (key, value)
    }

    /// Cuts a question file somewhere.
    func cutQuestionFile() throws -> String {
        let name = try pick(["train.jsonl", "valid.jsonl", "gate.jsonl", "test.jsonl"])
        let text = self.text(of: name)
        let count = number(in: 0...text.utf8.count - 2)
        detail("\(name) after \(count) bytes")
        try run.write(String(decoding: Array(text.utf8.prefix(count)), as: UTF8.self), to: name)
        return name
    }

    /// Removes lines from the train file, reloads, and retires what is gone.
    func takeLinesOut() async throws {
        let inFile = Set(1...24).subtracting(model.retired)
        guard inFile.count > 16 else { throw NotNow("too few lines are left") }
        let gone = Set(inFile.sorted().shuffled(using: &random).prefix(number(in: 1...2)))
        let lines = text(of: "train.jsonl").split(separator: "\n").enumerated()
            .filter { !gone.contains($0.offset + 1) }.map(\.element)
        try run.write(lines.joined(separator: "\n") + "\n", to: "train.jsonl")
        let event = try await reload()
        expect(event?.kind == "reloaded", "fewer train lines: \(event?.message ?? "no event")")
        expect(
            event?.message.contains("no longer in train.jsonl") == true,
            "lines are gone, and nobody says so: \(event?.message ?? "no event")"
        )
        let body: [String: Any] = ["is_gone": true, "is_back": false, "is_dry_run": false]
        if let reply = try expectReply([200], "POST", "/v1/retire", body) {
            let ids = Set(reply["ids"] as? [Int] ?? [])
            expect(ids == gone, "lines of questions \(gone.sorted()) are gone, retired are \(ids.sorted())")
            model.retired.formUnion(ids)
            if !ids.isEmpty { model.told[.questionsRetired, default: 0] += 1 }
        }
        try restore("train.jsonl")
    }
}

extension JournalLook {
    /// Reloads after an event.
    static func reloads(
        _ state: String,
        after id: Int
    ) throws -> [(id: Int, kind: String, message: String)] {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: state + "/journal.sqlite", configuration: configuration)
        defer { try? queue.close() }
        return try queue.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT id, kind, message FROM events WHERE id > ? AND kind LIKE 'reload%' ORDER BY id",
                arguments: [id]
            ).map { ($0[0], $0[1], $0[2]) }
        }
    }
}
