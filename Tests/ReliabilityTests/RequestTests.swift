import Foundation
import Glibc
import Loop
import Store
import Testing

/// A change whose daemon is killed and that is sent again under its key happens once.
@Suite(.serialized)
struct RequestTests {
    /// A change, the transaction it is, and the event it leaves.
    struct Change: Sendable, CustomTestStringConvertible {
        let target: String
        let body: String
        let transaction: String
        let event: EventKind
        var testDescription: String { target }
    }

    static let changes = [
        Change(
            target: "/v1/questions",
            body: #"{"split": "train", "lines": [{"question": "What is 77 + 1?", "answer": "78"}]}"#,
            transaction: "questions",
            event: .questionsAdded
        ),
        Change(
            target: "/v1/retire",
            body: #"{"ids": [1, 2], "is_back": false, "is_dry_run": false}"#,
            transaction: "retire",
            event: .questionsRetired
        ),
        Change(target: "/v1/rollback", body: #"{"round": 1}"#, transaction: "rollback", event: .rolledBack),
        Change(
            target: "/v1/prune",
            body: #"{"keep": 1, "is_dry_run": false}"#,
            transaction: "prune",
            event: .pruned
        ),
    ]

    @Test(arguments: changes) func `killed around its commit and sent again, a change happens once`(
        change: Change
    ) async throws {
        try #require(Failpoint.isBuilt, "the daemon was built without failpoints: run \"make test\"")
        let whole = try TinyRun(rounds: 3, settings: ["storage": "{keep: 0}"])
        try await whole.finish()
        for place in ["begin", "before", "after"] {
            let run = try TinyRun(rounds: 3, settings: ["storage": "{keep: 0}"])
            try FileManager.default.copyItem(atPath: whole.state, toPath: run.state)
            let before = try await count(change.event, run)
            let key = ["Idempotency-Key: \(change.transaction)-\(place)"]

            let failpoint = "commit.\(change.transaction).\(place)"
            var daemon = try run.start([], environment: ["AUTODIDACT_FAILPOINT": failpoint])
            _ = try #require(
                try await run.waitForStatus { $0["state"] as? String == "completed" },
                "\(run.log)"
            )
            let lost = run.client.request("POST", change.target, body: change.body, headers: key)
            #expect(lost == nil, "\(failpoint): \(lost?.body ?? "")")
            #expect(try await daemon.wait() == .signalled(SIGKILL), "\(failpoint)")

            daemon = try run.start([])
            _ = try #require(
                try await run.waitForStatus { $0["state"] as? String == "completed" },
                "\(run.log)"
            )
            let reply = try #require(
                run.client.request("POST", change.target, body: change.body, headers: key)
            )
            #expect(reply.status == 200, "\(failpoint): \(reply.body)")
            // Before the commit nothing has happened; after it the reply is there though nobody got it.
            #expect(reply.head.contains("idempotent-replayed: true") == (place == "after"), "\(failpoint)")
            daemon.signal(SIGTERM)
            #expect(try await daemon.wait() == .exited(0))
            try run.expectSound()
            #expect(try await count(change.event, run) == before + 1, "\(failpoint)")
        }
    }

    private func count(_ kind: EventKind, _ run: TinyRun) async throws -> Int {
        try await JournalStore(stateDirectory: run.state).events(after: 0).count { $0.kind == kind }
    }
}
