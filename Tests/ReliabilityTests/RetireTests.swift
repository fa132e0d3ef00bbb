import Foundation
import Glibc
import Loop
import Store
import Testing

/// Questions that are taken out of use while a round waits to go on, and lines that are taken out of files.
@Suite(.serialized)
struct RetireTests {
    private func reload(_ run: TinyRun, _ daemon: DaemonProcess) async throws -> String {
        let before = try await events(.reloaded, run).count + events(.reloadRefused, run).count
        daemon.signal(SIGHUP)
        var found: [String] = []
        let seen = try await run.waitForStatus { _ in
            let events = run.client.json("GET", "/v1/status")?["events"] as? [[String: Any]] ?? []
            found = events.filter { ($0["kind"] as? String)?.hasPrefix("reload") == true }
                .compactMap { $0["message"] as? String }
            return found.count > before
        }
        _ = try #require(seen, "\(run.log)")
        return found.last ?? ""
    }

    /// The newest events of a kind, as the status has them.
    private func events(_ kind: EventKind, _ run: TinyRun) async throws -> [String] {
        let events = run.client.json("GET", "/v1/status")?["events"] as? [[String: Any]] ?? []
        return events.filter { $0["kind"] as? String == kind.rawValue }.compactMap {
            $0["message"] as? String
        }
    }

    private func stop(_ run: TinyRun, _ daemon: DaemonProcess) async throws {
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
        try run.expectSound()
    }

    @Test(arguments: ["phase.vote", "phase.finetune", "phase.evaluate"])
    func `a round that was interrupted ends with the questions and answers it began with`(
        failpoint: String
    ) async throws {
        try #require(Failpoint.isBuilt, "the daemon was built without failpoints: run \"make test\"")
        let settings = ["select": "{policy: oracle}"]
        let whole = try TinyRun(rounds: 1, settings: settings)
        try await whole.finish()
        let run = try TinyRun(rounds: 1, settings: settings)
        let status = try await run.start(environment: ["AUTODIDACT_FAILPOINT": failpoint]).wait()
        #expect(status == .signalled(SIGKILL), "\(failpoint): \(status)")

        do {
            let store = try JournalStore(stateDirectory: run.state)
            let drawn = try await store.waves(of: RoundID(rawValue: 1)).flatMap(\.questions)
            let gate = try await store.questions(in: .gate).map(\.id)
            try await store.retire(Array(drawn.prefix(2)) + gate.prefix(3)) { _ in
                RoundEvent(.questionsRetired, message: "out of use")
            }
        }
        try await run.finish()

        try run.expectSound()
        let (found, wanted) = (try run.dump(), try whole.dump())
        for part in ["rounds", "waves", "candidates", "evaluations"] {
            #expect(found.parts[part] == wanted.parts[part], "\(failpoint): \(part)")
        }
        #expect(found.parts["retirements"]?.count == 5)
    }

    @Test func `the next round is without a retired question, and its gate, too`() async throws {
        let run = try TinyRun(rounds: 1)
        try await run.finish()
        do {
            let store = try JournalStore(stateDirectory: run.state)
            let ids = try await store.questions(in: .train).prefix(10) + store.questions(in: .gate).prefix(4)
            try await store.retire(ids.map(\.id)) { _ in RoundEvent(.questionsRetired, message: "out of use")
            }
        }
        let text = try String(contentsOfFile: run.folder + "/config.yaml", encoding: .utf8)
        try run.write(text.replacing("rounds: 1", with: "rounds: 2"), to: "config.yaml")

        try await run.finish()

        try run.expectSound()
        let store = try JournalStore(stateDirectory: run.state)
        let drawn = try await store.waves(of: RoundID(rawValue: 2)).flatMap(\.questions)
        #expect(drawn.count == 12 && drawn.allSatisfy { $0.rawValue > 10 }, "\(drawn)")
        let gate = try await store.round(RoundID(rawValue: 2)).report.gate
        #expect(gate?.after.count == 12, "\(run.log)")
        #expect(try await store.round(RoundID(rawValue: 1)).report.gate?.after.count == 16)
    }

    @Test func `a start takes a retired question with another answer as a new one`() async throws {
        let run = try TinyRun(rounds: 1)
        try await run.finish()
        do {
            let store = try JournalStore(stateDirectory: run.state)
            let ids = try await store.questions(in: .gate).prefix(1).map(\.id)
            try await store.retire(ids) { _ in RoundEvent(.questionsRetired, message: "out of use") }
        }
        let gate = [TinyRun.question(200, answerOf: 5)] + (201..<216).map { TinyRun.question($0) }
        try run.write(gate.joined(separator: "\n") + "\n", to: "gate.jsonl")
        try run.setRounds(2)

        try await run.finish()

        try run.expectSound()
        let store = try JournalStore(stateDirectory: run.state)
        #expect(try await store.questions(in: .gate).count == 16)
        #expect(try await store.retiredCounts()[.gate] == 1)
    }

    @Test func `a reload says which lines are gone, and retire --file-gone takes them out`() async throws {
        let run = try TinyRun(rounds: 1)
        let daemon = try run.start([])
        _ = try #require(try await run.waitForStatus(seconds: 60) { $0["state"] as? String == "completed" })
        try run.write((3..<24).map { TinyRun.question($0) }.joined(separator: "\n") + "\n", to: "train.jsonl")

        let message = try await reload(run, daemon)
        let body = #"{"is_gone": true, "is_back": false, "is_dry_run": false}"#
        let reply = run.client.request("POST", "/v1/retire", body: body)

        #expect(
            message.contains("3 train questions are in the journal and no longer in train.jsonl"),
            "\(message)"
        )
        #expect(message.contains("autodidact retire --file-gone"), "\(message)")
        #expect(reply?.body.contains(#""ids":[1,2,3]"#) == true, "\(reply?.body ?? run.log)")
        let again = try await reload(run, daemon)
        #expect(!again.contains("no longer in"), "\(again)")
        try await stop(run, daemon)
    }

    @Test func `a corrected train answer is taken, one of the gate is refused until the question is retired`()
        async throws
    {
        let run = try TinyRun(rounds: 1)
        let daemon = try run.start([])
        _ = try #require(try await run.waitForStatus(seconds: 60) { $0["state"] as? String == "completed" })
        let train = [TinyRun.question(0, answerOf: 5)] + (1..<24).map { TinyRun.question($0) }
        try run.write(train.joined(separator: "\n") + "\n", to: "train.jsonl")
        let taken = try await reload(run, daemon)
        #expect(taken.contains("1 train answer corrected"), "\(taken)")
        #expect(try await events(.questionsCorrected, run).count == 1)

        let gate = [TinyRun.question(200, answerOf: 5)] + (201..<216).map { TinyRun.question($0) }
        try run.write(gate.joined(separator: "\n") + "\n", to: "gate.jsonl")
        let refused = try await reload(run, daemon)
        #expect(refused.contains("gate.jsonl:1: answer or rationale of question 33 changed"), "\(refused)")
        #expect(refused.contains("autodidact retire 33"), "\(refused)")

        let body = #"{"ids": [33], "is_back": false, "is_dry_run": false}"#
        #expect(run.client.request("POST", "/v1/retire", body: body)?.status == 200)
        let added = try await reload(run, daemon)
        #expect(added.contains("1 questions added"), "\(added)")
        try await stop(run, daemon)
    }
}
