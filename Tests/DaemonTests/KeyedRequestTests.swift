import ControlAPI
import Daemon
import Foundation
import Loop
import Store
import Testing

/// A change with an idempotency key happens once, however often it is sent.
@Suite(.timeLimit(.minutes(1)))
struct KeyedRequestTests {
    private let question = #"{"split": "train", "lines": [{"question": "What is 4 + 4?"}]}"#

    /// Sends a change with a key.
    private func send(_ route: String, _ body: String, key: String, _ socket: String) async throws -> RawHTTP
    {
        let header = "\(ControlHeader.idempotencyKey): \(key)"
        return try await RawHTTP.send("POST", route, body: body, headers: [header], socket: socket)
    }

    private func isReplayed(_ reply: RawHTTP) -> Bool {
        reply.head.lowercased().contains("\(ControlHeader.replayed.lowercased()): true")
    }

    private func problem(_ reply: RawHTTP) throws -> ProblemName {
        try ControlCoding.decode(Problem.self, from: Data(reply.body.utf8)).name
    }

    @Test func `questions sent twice are added once and get the same reply`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let first = try await send(ControlRoute.questions, question, key: "k", path)
            let second = try await send(ControlRoute.questions, question, key: "k", path)
            #expect(first.status == 200 && !isReplayed(first))
            #expect(second.status == 200 && isReplayed(second))
            #expect(first.body == second.body)
            #expect(first.body.contains(#""added_count":1"#))
        }

        #expect(try await bench.store.events(after: 0).map(\.kind) == [.questionsAdded])
    }

    @Test func `questions that stand there already leave a receipt, too`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            _ = try await send(ControlRoute.questions, question, key: "1", path)
            let again = try await send(ControlRoute.questions, question, key: "2", path)
            let replayed = try await send(ControlRoute.questions, question, key: "2", path)
            #expect(again.body.contains(#""added_count":0"#) && !isReplayed(again))
            #expect(replayed.body == again.body && isReplayed(replayed))
        }
    }

    @Test func `a rollback sent twice happens once`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            try await bench.running {
                bench.rounds.end(.promote)
                for _ in 0..<2 { _ = try await bench.rounds.nextBegun() }
                // Sent again, it would be refused: by then checkpoint 0 is current.
                let body = #"{"round": 0, "expected_current": 1}"#
                let first = try await send(ControlRoute.rollback, body, key: "back", path)
                let second = try await send(ControlRoute.rollback, body, key: "back", path)
                #expect(first.status == 200 && second.status == 200, "\(first.body) \(second.body)")
                #expect(first.body == second.body && isReplayed(second))
            }
        }

        #expect(try await bench.store.events(after: 0).count { $0.kind == .rolledBack } == 1)
    }

    @Test func `an export sent twice is written once`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            try await bench.running {
                bench.rounds.end(.promote)
                _ = try await bench.next(.roundPromoted)
                let body = #"{"format": "adapter", "name": "mine"}"#
                let first = try await send(ControlRoute.exports, body, key: "e", path)
                let second = try await send(ControlRoute.exports, body, key: "e", path)
                let other = try await send(ControlRoute.exports, body, key: "f", path)
                #expect(first.status == 200 && isReplayed(second) && first.body == second.body)
                #expect(try problem(other) == .exists)
            }
        }
    }

    @Test func `a prune sent twice happens once, and a dry run is never kept`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            try await bench.running {
                for _ in 0..<3 { bench.rounds.end(.promote) }
                for _ in 0..<4 { _ = try await bench.rounds.nextBegun() }
                let (dry, wet) = (#"{"keep": 1, "is_dry_run": true}"#, #"{"keep": 1, "is_dry_run": false}"#)
                let shown = try await send(ControlRoute.prune, dry, key: "p", path)
                let first = try await send(ControlRoute.prune, wet, key: "p", path)
                let second = try await send(ControlRoute.prune, wet, key: "p", path)
                #expect(shown.body.contains(#""pruned":[1,2]"#), "\(shown.body)")
                #expect(first.body.contains(#""pruned":[1,2]"#) && !isReplayed(first), "\(first.body)")
                #expect(second.body == first.body && isReplayed(second))
            }
        }

        #expect(try await bench.store.events(after: 0).count { $0.kind == .pruned } == 1)
    }

    @Test func `the same key with another request is refused`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            _ = try await send(ControlRoute.questions, question, key: "k", path)
            let body = question.replacing("4 + 4", with: "5 + 5")
            let other = try await send(ControlRoute.questions, body, key: "k", path)
            let elsewhere = try await send(ControlRoute.rollback, #"{"round": 0}"#, key: "k", path)
            for reply in [other, elsewhere] {
                #expect(reply.status == 422)
                #expect(try problem(reply) == .keyReused)
            }
        }

        #expect(try await bench.store.questionCounts()[.train] == 1)
    }

    @Test func `a request that was refused is carried out when it comes again`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let body = #"{"format": "adapter"}"#
            let refused = try await send(ControlRoute.exports, body, key: "k", path)
            #expect(try problem(refused) == .notPromoted)
            try await bench.running {
                bench.rounds.end(.promote)
                _ = try await bench.next(.roundPromoted)
                let reply = try await send(ControlRoute.exports, body, key: "k", path)
                #expect(reply.status == 200 && !isReplayed(reply), "\(reply.body)")
            }
        }
    }

    @Test func `of one key sent many times at once, one request is carried out`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let replies = try await withThrowingTaskGroup(of: RawHTTP.self) { group in
                for _ in 0..<16 {
                    group.addTask { try await send(ControlRoute.questions, question, key: "k", path) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.allSatisfy { $0.status == 200 || $0.status == 409 })
            #expect(replies.count { $0.status == 200 && !isReplayed($0) } == 1)
        }

        #expect(try await bench.store.questionCounts()[.train] == 1)
    }

    @Test(arguments: [String(repeating: "k", count: 65), "two words", "schlüssel", ""])
    func `a key that is no key is refused`(key: String) async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let reply = try await send(ControlRoute.questions, question, key: key, path)
            #expect(try problem(reply) == .usage)
        }

        #expect(try await bench.store.questionCounts()[.train] == 0)
    }
}
