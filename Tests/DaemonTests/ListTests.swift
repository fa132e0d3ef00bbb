import ControlAPI
import Daemon
import Loop
import Store
import Testing

/// What the lists send: pages of rounds and checkpoints, and what came of added questions, line by line.
@Suite("Lists")
struct ListTests {
    /// Runs rounds to their end; the ones that are promoted make the current checkpoint.
    private func finish(_ outcomes: [Outcome], in store: JournalStore) async throws {
        for outcome in outcomes {
            var round = try await store.beginRound(
                seed: 1,
                configuration: RoundConfiguration(),
                waves: [],
                events: []
            )
            if outcome == .promoted || outcome == .rejected {
                round.phase = .evaluate
                let files = [
                    FileContent(name: "adapter_config.json", bytes: Array("{}".utf8)),
                    FileContent(name: "adapter_model.safetensors", bytes: [UInt8(round.id.rawValue)]),
                ]
                round = try await store.recordCheckpoint(files: files, round: round, events: [])
            }
            round.outcome = outcome
            round.finishedAt = ""
            try await store.decide(round, events: [])
        }
    }

    private func ids(_ reply: RoundsReply) -> [Int] { reply.rounds.map(\.id.rawValue) }

    @Test func `rounds come in pages, the newest unless told where to begin`() async throws {
        let bench = try Bench()
        try await finish([.promoted, .rejected, .promoted, .noData, .rejected], in: bench.store)

        let control = bench.control
        #expect(try await ids(control.rounds()) == [1, 2, 3, 4, 5])
        #expect(try await ids(control.rounds(limit: 2)) == [4, 5])
        #expect(try await ids(control.rounds(after: RoundID(rawValue: 1), limit: 2)) == [2, 3])
        #expect(try await ids(control.rounds(limit: 1, outcome: .promoted)) == [3])
        #expect(try await ids(control.rounds(after: RoundID(rawValue: 2), outcome: .rejected)) == [5])
        #expect(try await control.rounds(limit: 1).totalCount == 5)
        #expect(try await control.rounds(limit: 1, outcome: .promoted).totalCount == 2)
    }

    @Test(arguments: [(0, 3, 5), (0, 9, 5), (3, 2, 5), (3, 9, 5), (5, 2, 5), (7, 9, 5)])
    func `every page of candidates says how many there are`(offset: Int, limit: Int, total: Int) async throws
    {
        let bench = try Bench()
        let ids = try await bench.store.add([
            QuestionInput(text: "What is 1 + 2?", answer: "3", split: .train, origin: "t:1")
        ])
        let round = try await bench.store.beginRound(
            seed: 1,
            configuration: RoundConfiguration(),
            waves: [ids],
            events: []
        )
        let candidates = (0..<total).map { index in
            Candidate(
                round: round.id,
                question: ids[0],
                index: index,
                text: " 3",
                tokenCount: 1,
                meanLogProbability: -1,
                finish: .stop
            )
        }
        let wave = Wave(index: 0, questions: ids)
        try await bench.store.commitWave(wave, of: round.id, candidates: candidates, seconds: 1)
        var query = Control.CandidateQuery()
        (query.offset, query.limit) = (offset, limit)

        let reply = try await bench.control.candidates(of: round.id, query)

        #expect(reply.totalCount == total)
        #expect(reply.candidates.map(\.index) == Array((0..<total).dropFirst(offset).prefix(limit)))
    }

    @Test func `a list of checkpoints always has the base model's and the current one`() async throws {
        let bench = try Bench()
        try await finish([.promoted, .rejected, .promoted, .rejected, .rejected], in: bench.store)
        try await bench.store.rollback(.round(RoundID(rawValue: 1))) { _ in
            RoundEvent(.rolledBack, message: "")
        }

        let reply = try await bench.control.checkpoints(newest: 2)

        #expect(reply.checkpoints.map(\.id.rawValue) == [0, 1, 4, 5])
        #expect(reply.checkpoints.filter(\.isCurrent).map(\.id.rawValue) == [1])
        #expect(reply.totalCount == 6)
        let rollback = try #require(reply.rollbacks?.first)
        #expect(rollback.previous.rawValue == 3 && rollback.target.rawValue == 1)
    }

    @Test func `a rollback over a long line names what leaves and what comes back`() async throws {
        let bench = try Bench()
        try await finish([.promoted, .promoted, .rejected, .promoted], in: bench.store)
        try await bench.store.rollback(.round(RoundID(rawValue: 1))) { _ in
            RoundEvent(.rolledBack, message: "")
        }
        try await finish([.promoted], in: bench.store)

        let across = try await bench.store.rollbackPlan(.round(RoundID(rawValue: 4)))
        let back = try await bench.store.rollbackPlan(.round(RoundID(rawValue: 0)))

        #expect(across.leaving.map(\.id.rawValue) == [5] && across.joining.map(\.id.rawValue) == [2, 4])
        #expect(back.leaving.map(\.id.rawValue) == [1, 5] && back.joining.isEmpty)
    }

    @Test func `added questions keep their file and line, and those that stand there already are named`()
        async throws
    {
        let bench = try Bench()
        let lines = [
            QuestionLine(question: "What is 1 + 1?", answer: "2", line: 1),
            QuestionLine(question: "What is 2 + 2?", answer: "4", line: 3),
        ]
        let request = AddQuestionsRequest(split: .gate, lines: lines, source: "dir/more.jsonl")
        let first = try await bench.control.add(request, key: nil)
        let again = try await bench.control.add(request, key: nil)

        #expect(first.addedCount == 2 && first.known == [])
        #expect(try await bench.store.questions(in: .gate).map(\.content.origin).last == "dirmore.jsonl:3")
        #expect(again.addedCount == 0)
        #expect(
            again.known == [
                KnownQuestion(origin: "dirmore.jsonl:1", question: first.ids[0]),
                KnownQuestion(origin: "dirmore.jsonl:3", question: first.ids[1]),
            ]
        )
    }

    @Test func `every leak and fault is named by its line and nothing is added`() async throws {
        let bench = try Bench()
        let held = QuestionInput(text: "What is 1 + 2?", answer: "3", split: .test, origin: "test.jsonl:9")
        try await bench.store.add([held])
        let lines = [
            QuestionLine(question: "What is 5 + 5?", answer: "10", line: 2),
            QuestionLine(question: "what is 1 + 2", answer: "3", line: 4),
            QuestionLine(question: "What is 6 + 6?", answer: "a few", line: 7),
        ]

        let error = await #expect(throws: DaemonError.self) {
            _ = try await bench.control.add(
                AddQuestionsRequest(split: .train, lines: lines, source: "train.jsonl"),
                key: nil
            )
        }

        let faults = error?.faults ?? []
        #expect(faults.count == 2, "\(faults)")
        #expect(faults.contains { $0.hasPrefix("train.jsonl:7: ") })
        #expect(faults.contains { $0.hasPrefix("train.jsonl:4: ") && $0.contains("test.jsonl:9") })
        #expect(try await bench.store.questionCounts()[.train] == 0)
    }
}
