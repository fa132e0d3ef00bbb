import ControlAPI
import Daemon
import Foundation
import Loop
import Store
import Testing

@Suite("Two checkpoints side by side", .timeLimit(.minutes(1)))
struct CompareTests {
    /// A bench whose rounds 1 and 2 were promoted and round 3 rejected without a checkpoint, with gate
    /// questions.
    private func bench(questions: Int = 8) async throws -> Bench {
        let bench = try Bench(roundCount: 3)
        try await add(questions, to: bench)
        try await bench.running {
            bench.rounds.end(.promote)
            bench.rounds.end(.promote)
            bench.rounds.end(.reject)
            _ = try await bench.next(.completed)
        }
        return bench
    }

    private func add(_ count: Int, to bench: Bench) async throws {
        let known = try await bench.store.questions(in: .gate).count
        try await bench.store.add(
            (known..<(known + count)).map {
                QuestionInput(text: "What is \($0) + 1?", answer: "\($0 + 1)", split: .gate, origin: "g")
            }
        )
    }

    /// Records answers, one letter per question: R right, W wrong, U unreadable.
    private func record(
        _ results: String,
        of checkpoint: Int,
        on split: Split = .gate,
        from first: Int = 1,
        _ bench: Bench
    ) async throws {
        let answers = results.enumerated().map { index, result in
            EvaluationAnswer(
                question: QuestionID(rawValue: first + index),
                text: "\(result)",
                answer: result == "U" ? nil : result == "R" ? "\(first + index)" : "99",
                isRight: result == "R",
                tokenCount: 3
            )
        }
        let accuracy = Accuracy(rightCount: answers.count(where: \.isRight), of: answers.count)
        let summary = EvaluationSummary(split: split, accuracy: accuracy, accuracyPerProfile: [:])
        let evaluation = Evaluation(summary: summary, answers: answers)
        try await bench.store.record(evaluation, of: CheckpointID(rawValue: checkpoint))
    }

    private func rounds(_ a: Int, _ b: Int) -> Control.CompareQuery {
        Control.CompareQuery(RoundID(rawValue: a), RoundID(rawValue: b))
    }

    private func problem(_ bench: Bench, _ query: Control.CompareQuery) async -> Problem? {
        await #expect(throws: Problem.self) { try await bench.control.compare(query) }
    }

    @Test func `gained and lost questions come with both answers and the reference`() async throws {
        let bench = try await bench()
        try await record("RRWWWWWU", of: 0, bench)
        try await record("RWRRRRRR", of: 2, bench)

        let reply = try await bench.control.compare(rounds(0, 2))

        #expect(reply.a.checkpoint == .base && reply.a.round == nil)
        #expect(reply.b.checkpoint.rawValue == 2 && reply.b.round?.rawValue == 2)
        #expect(reply.a.accuracy == Accuracy(rightCount: 2, of: 8))
        #expect(reply.b.accuracy == Accuracy(rightCount: 7, of: 8))
        #expect((reply.bothRightCount, reply.gainedCount) == (1, 6))
        #expect((reply.lostCount, reply.neitherCount) == (1, 0))
        #expect(abs(reply.pValue - 0.125) < 1e-12)
        #expect(
            reply.verdict
                == "checkpoint 2 is right on 5 questions more than the base model; p = 0.125: may be chance"
        )
        #expect(reply.notes.isEmpty)
        #expect(reply.gained.map(\.question.rawValue) == [3, 4, 5, 6, 7, 8])
        #expect(reply.lost.first?.questionText == "What is 1 + 1?" && reply.lost.first?.reference == "2")
        #expect(reply.lost.first?.a.answer == "2" && reply.lost.first?.b.answer == "99")
        #expect(
            reply.gained.last?.a
                == CompareReply.Given(
                    EvaluationAnswer(
                        question: QuestionID(rawValue: 8),
                        text: "U",
                        answer: nil,
                        isRight: false,
                        tokenCount: 3
                    )
                )
        )
    }

    @Test func `a page is cut from each of the two lists`() async throws {
        let bench = try await bench()
        try await record("WWWWRRRR", of: 1, bench)
        try await record("RRRRWWWR", of: 2, bench)
        var query = rounds(1, 2)
        (query.offset, query.limit) = (2, 2)

        let reply = try await bench.control.compare(query)

        #expect(reply.gained.map(\.question.rawValue) == [3, 4])
        #expect(reply.lost.map(\.question.rawValue) == [7])
        #expect((reply.gainedCount, reply.lostCount, reply.offset, reply.limit) == (4, 3, 2, 2))
    }

    @Test func `questions that changed in between are left out, and it says so`() async throws {
        let bench = try await bench(questions: 4)
        try await record("RWRW", of: 1, bench)
        try await add(2, to: bench)
        try await record("WRWRR", of: 2, from: 2, bench)

        let reply = try await bench.control.compare(rounds(1, 2))

        #expect(reply.comparedCount == 3)
        #expect((reply.a.askedCount, reply.b.askedCount) == (4, 5))
        #expect(reply.a.accuracy == Accuracy(rightCount: 1, of: 3))
        #expect(reply.notes.count == 1)
        #expect(reply.notes[0].hasSuffix("of 4 and of 5 questions: compared on the 3 that both were asked"))
    }

    @Test func `without a common question there is nothing to compare`() async throws {
        let bench = try await bench()
        try await record("RRR", of: 1, bench)
        try await record("RRR", of: 2, from: 5, bench)

        #expect(await problem(bench, rounds(1, 2))?.name == .conflict)
    }

    @Test func `other settings in between are told`() async throws {
        let bench = try await bench()
        try await record("RRRRRRRR", of: 1, bench)
        var configuration = RoundConfiguration()
        configuration.prompt.answerCue = "So"
        _ = try await bench.store.beginRound(seed: 1, configuration: configuration, waves: [], events: [])
        try await record("RRRRRRRR", of: 2, bench)

        let reply = try await bench.control.compare(rounds(1, 2))

        #expect(reply.verdict == "checkpoint 1 and checkpoint 2 are right on the same 8 of 8 questions")
        #expect(reply.notes.count == 1 && reply.notes[0].contains("settings"))
    }

    @Test func `a missing evaluation is named with what can be done`() async throws {
        let bench = try await bench()
        try await record("RRRRRRRR", of: 1, bench)
        try await record("RRRRRRRR", of: 2, bench)
        try await record("RRRR", of: 1, on: .test, bench)
        var query = rounds(1, 2)
        query.split = .test

        let shared = try #require(await problem(bench, query))
        let none = try #require(await problem(bench, rounds(0, 1)))
        let unmade = try #require(await problem(bench, rounds(1, 3)))

        #expect(shared.name == .notEvaluated && shared.round == 2)
        #expect(shared.detail == "checkpoint 2 was never asked the questions of split test")
        #expect(shared.hint == "both were asked others: compare with --split gate")
        #expect(none.detail.hasPrefix("the base model was never asked"))
        #expect(unmade.name == .notPromoted && unmade.detail == "round 3 has no checkpoint")
    }

    @Test func `the comparison goes over the wire with split and page`() async throws {
        let bench = try await bench()
        try await record("WWRR", of: 0, on: .valid, bench)
        try await record("RRRR", of: 1, on: .valid, bench)

        try await bench.serving { path in
            let reply = try await RawHTTP.send(
                "GET",
                "\(ControlRoute.compare)?a=0&b=1&split=valid&limit=1",
                socket: path
            )
            let compared = try ControlCoding.decode(CompareReply.self, from: Data(reply.body.utf8))
            #expect(reply.status == 200)
            #expect(compared.split == .valid && compared.gained.count == 1 && compared.gainedCount == 2)
        }
    }
}
