import ControlAPI
import Daemon
import Foundation
import Loop
import Store
import Testing

/// `retire` over the socket: which questions a request means, what it refuses, and what comes of adding them
/// again.
@Suite("Retired questions", .timeLimit(.minutes(1)))
struct RetireTests {
    /// Three train, one valid, two gate questions: numbers 1 to 6.
    private func bench() async throws -> Bench {
        let bench = try Bench()
        func input(_ text: String, _ split: Split, _ line: Int, _ file: String? = nil) -> QuestionInput {
            QuestionInput(
                text: text,
                answer: "3",
                rationale: split == .valid ? "So. The answer is 3." : nil,
                split: split,
                origin: "\(file ?? split.rawValue + ".jsonl"):\(line)"
            )
        }
        try await bench.store.add([
            input("What is 1 + 2?", .train, 1), input("What is 2 + 1?", .train, 2),
            input("What is 0 + 3?", .train, 1, "more.jsonl"), input("What is 3 + 0?", .valid, 1),
            input("What is 4 - 1?", .gate, 1), input("What is 5 - 2?", .gate, 2),
        ])
        return bench
    }

    private func ids(_ numbers: [Int]) -> [QuestionID] { numbers.map { QuestionID(rawValue: $0) } }

    private func problem(_ body: () async throws -> Void) async -> Problem? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Problem
        }
    }

    @Test(arguments: [
        (RetireRequest(ids: [QuestionID(rawValue: 2), QuestionID(rawValue: 5)], isDryRun: true), [2, 5]),
        (RetireRequest(file: "more.jsonl", isDryRun: true), [3]),
        (RetireRequest(file: "train.jsonl", split: .train, isDryRun: true), [1, 2]),
        (RetireRequest(text: "  what is 1 + 2 ", isDryRun: true), [1]),
        (RetireRequest(lines: [QuestionLine(question: "What is 5 - 2?")], isDryRun: true), [6]),
    ])
    func `numbers, a file, lines and a text say which`(request: RetireRequest, expected: [Int]) async throws {
        let bench = try await bench()

        let reply = try await bench.control.retire(request, key: nil)

        #expect(reply.ids.map(\.rawValue) == expected && reply.isDryRun)
        #expect(try await bench.store.retiredCounts().values.reduce(0, +) == 0)
    }

    @Test(arguments: [
        RetireRequest(), RetireRequest(ids: [], file: "x"), RetireRequest(file: "none.jsonl"),
        RetireRequest(text: "What is 9 + 9?"), RetireRequest(ids: [QuestionID(rawValue: 77)]),
        RetireRequest(ids: [QuestionID(rawValue: 1)], split: .gate),
        RetireRequest(file: "train.jsonl", isBack: true),
        RetireRequest(isGone: true, isBack: true),
    ])
    func `a request that means nothing is refused`(request: RetireRequest) async throws {
        let bench = try await bench()

        let problem = await problem { _ = try await bench.control.retire(request, key: nil) }

        #expect(problem?.name == .usage || problem?.name == .invalid, "\(request)")
        #expect(try await bench.store.events(after: 0).isEmpty)
    }

    @Test func `several questions with one text are listed and refused, unless all are meant`() async throws {
        let bench = try await bench()
        try await bench.store.add([
            QuestionInput(text: "what is 4 - 1", answer: "3", split: .gate, origin: "gate.jsonl:9")
        ])

        let problem = await problem {
            _ = try await bench.control.retire(RetireRequest(text: "What is 4 - 1?"), key: nil)
        }
        let reply = try await bench.control.retire(
            RetireRequest(text: "What is 4 - 1?", isAll: true),
            key: nil
        )

        #expect(problem?.faults == ["5, gate, gate.jsonl:1", "7, gate, gate.jsonl:9"])
        #expect(reply.ids == ids([5, 7]))
    }

    @Test func `the last questions that a round needs stay, with what to do`() async throws {
        let bench = try await bench()

        let train = await problem {
            _ = try await bench.control.retire(RetireRequest(ids: ids([1, 2, 3])), key: nil)
        }
        let valid = await problem {
            _ = try await bench.control.retire(RetireRequest(ids: ids([4])), key: nil)
        }
        let gate = try await bench.control.retire(RetireRequest(ids: ids([5, 6])), key: nil)

        for problem in [train, valid] {
            #expect(problem?.name == .invalid)
            #expect(
                problem?.hint?.contains("autodidact add FILE --split") == true,
                "\(String(describing: problem))"
            )
        }
        // Without gate questions the valid ones decide, as at a start.
        #expect(gate.warnings?.contains { $0.contains("the gate decides on the 1 valid questions") } == true)
        #expect(try await bench.store.questionCounts() == [.train: 3, .valid: 1, .gate: 0, .test: 0])
    }

    @Test func `the list shows since when, and --back empties it`() async throws {
        let bench = try await bench()

        try await bench.serving { path in
            let body = #"{"ids": [2, 5], "is_back": false, "is_dry_run": false}"#
            let done = try await RawHTTP.send("POST", ControlRoute.retire, body: body, socket: path)
            let list = try await RawHTTP.send("GET", ControlRoute.retire + "?split=gate", socket: path)
            let back = body.replacing(#""is_back": false"#, with: #""is_back": true"#)
            let undone = try await RawHTTP.send("POST", ControlRoute.retire, body: back, socket: path)
            #expect(done.status == 200 && undone.status == 200, "\(done.body) \(undone.body)")
            let reply = try ControlCoding.decode(RetiredReply.self, from: Data(list.body.utf8))
            #expect(reply.questions.map(\.question) == ids([5]) && reply.totalCount == 1)
            #expect(
                reply.questions.first?.retiredAt != nil && reply.questions.first?.lastRound?.rawValue == 0
            )
        }

        let events = try await bench.store.events(after: 0)
        #expect(
            events.map(\.message) == [
                "1 train, 1 gate questions out of use from round 1 on: 2, 5",
                "1 train, 1 gate questions back in use from round 1 on: 2, 5",
            ]
        )
        #expect(try await bench.control.retired(split: nil, limit: nil).questions.isEmpty)
    }

    @Test func `sent twice with one key, it happens once`() async throws {
        let bench = try await bench()

        try await bench.serving { path in
            let body = #"{"ids": [2], "is_back": false, "is_dry_run": false}"#
            let header = ["\(ControlHeader.idempotencyKey): k"]
            let first = try await RawHTTP.send(
                "POST",
                ControlRoute.retire,
                body: body,
                headers: header,
                socket: path
            )
            let second = try await RawHTTP.send(
                "POST",
                ControlRoute.retire,
                body: body,
                headers: header,
                socket: path
            )
            #expect(first.status == 200 && first.body == second.body, "\(first.body)")
            #expect(second.head.lowercased().contains("idempotent-replayed: true"))
        }

        #expect(try await bench.store.events(after: 0).count { $0.kind == .questionsRetired } == 1)
    }

    @Test func `a status counts what is in use and what is retired`() async throws {
        let bench = try await bench()
        _ = try await bench.control.retire(RetireRequest(ids: ids([2])), key: nil)

        let status = try await bench.control.status()

        #expect(status.questionCounts == ["train": 2, "valid": 1, "gate": 2, "test": 0])
        #expect(status.retiredCounts?["train"] == 1)
    }

    @Test func `a retired question of the gate is refused in train, and stays retired in its own split`()
        async throws
    {
        let bench = try await bench()
        _ = try await bench.control.retire(RetireRequest(ids: ids([5])), key: nil)
        let line = QuestionLine(question: "what is 4 - 1", answer: "3")

        var leak: LoopError?
        do {
            _ = try await bench.control.add(AddQuestionsRequest(split: .train, lines: [line]), key: nil)
        } catch {
            leak = error as? LoopError
        }
        let same = QuestionLine(question: "What is 4 - 1?", answer: "3")
        let known = try await bench.control.add(AddQuestionsRequest(split: .gate, lines: [same]), key: nil)
        let other = QuestionLine(question: "What is 4 - 1?", answer: "30")
        let new = try await bench.control.add(AddQuestionsRequest(split: .gate, lines: [other]), key: nil)

        #expect(leak?.code == .leak)
        #expect(
            leak?.message.contains("question 5 of split gate, which is retired; rounds were judged by it")
                == true
        )
        #expect(known.addedCount == 0 && known.known?.map(\.question) == ids([5]))
        #expect(known.warnings?.first?.contains("autodidact retire --back 5") == true)
        #expect(new.ids == ids([7]))
    }

    @Test func `another answer of a train question corrects it, of a gate question is refused`() async throws
    {
        let bench = try await bench()
        let train = QuestionLine(question: "What is 1 + 2?", answer: "33")
        let gate = QuestionLine(question: "What is 4 - 1?", answer: "33")

        let reply = try await bench.control.add(AddQuestionsRequest(split: .train, lines: [train]), key: nil)
        let error = await #expect(throws: DaemonError.self) {
            try await bench.control.add(AddQuestionsRequest(split: .gate, lines: [gate]), key: nil)
        }

        #expect(reply.addedCount == 0 && reply.corrected?.map(\.question) == ids([1]))
        #expect(try await bench.store.question(QuestionID(rawValue: 1))?.content.answer == "33")
        #expect(error?.message.contains("autodidact retire 5") == true, "\(String(describing: error))")
        #expect(try await bench.store.events(after: 0).map(\.kind) == [.questionsCorrected])
    }
}
