import Foundation
import Loop
import Synchronization
import Testing

@Suite struct StudyResultsTests {
    /// An arm's run whose answers are right where a digit is 1.
    private func run(
        _ arm: String,
        seed: UInt64 = 1,
        _ after: String,
        base: String = "0000",
        isTrained: Bool = true
    ) -> StudyRun {
        var round = RoundRecord(
            id: RoundID(rawValue: 1),
            parent: CheckpointID(rawValue: 0),
            phase: .report,
            seed: seed,
            configuration: RoundConfiguration(),
            startedAt: "2026-01-01T00:00:00Z"
        )
        round.outcome = isTrained ? .rejected : .noData
        round.checkpoint = isTrained ? CheckpointID(rawValue: 1) : nil
        round.report.secondsPerPhase = ["generate": 10, "finetune": 4, "evaluate": 2]
        round.report.selectedCount = 6
        round.report.trainedTokenCount = 100
        let (before, after) = (evaluations(base), evaluations(after))
        return StudyRun(arm: arm, seed: seed, round: round, before: before, after: after)
    }

    private func evaluations(_ rights: String) -> [Split: Evaluation] {
        let answers = rights.enumerated().map { place, digit in
            EvaluationAnswer(
                question: QuestionID(rawValue: place + 1),
                text: "",
                answer: nil,
                isRight: digit == "1",
                tokenCount: 1
            )
        }
        let count = answers.count(where: \.isRight)
        let summary = EvaluationSummary(
            split: .test,
            accuracy: Accuracy(rightCount: count, of: answers.count),
            accuracyPerProfile: [:],
            meanLoss: nil
        )
        return [.test: Evaluation(summary: summary, answers: answers)]
    }

    private func results(_ runs: [StudyRun], seeds: [UInt64] = [1]) throws -> StudyResults {
        try StudyResults(arms: ["none", "lmsi"], reference: "none", seeds: seeds, runs: runs)
    }

    @Test func `arms are compared question by question with the reference`() throws {
        let found = try results([run("none", "1100", base: "1000"), run("lmsi", "0111", base: "1000")])

        #expect(found.arms.map(\.name) == ["base", "none", "lmsi"])
        let scores = found.arms.compactMap { $0.scores["test"] }
        #expect(scores.map(\.accuracy) == [0.25, 0.5, 0.75])
        #expect(scores.map(\.gainedCount) == [0, 0, 2])
        #expect(scores.map(\.lostCount) == [1, 0, 1])
        #expect(scores[1].difference == nil && scores[2].difference?.mean == 0.25)
        #expect(found.arms[2].seconds == 6 && found.shared.seconds == 10)
        #expect(found.arms[2].outcomes == ["rejected": 1])
    }

    @Test func `one seed has no spread between seeds, and says so`() throws {
        let found = try results([run("none", "1100"), run("lmsi", "0111")])

        #expect(found.arms[2].scores["test"]?.difference?.seedDeviation == nil)
        #expect(found.notes.contains { $0.hasPrefix("one seed: ") })
        // Its interval is that of `the interval of one seed is that of its questions`.
        #expect(found.notes.first?.contains("Student's t") == true && !found.notes[0].contains("normal"))
    }

    @Test func `an arm that trained nothing counts as the base model`() throws {
        let found = try results([run("none", "1100"), run("lmsi", "1111", base: "1010", isTrained: false)])

        #expect(found.arms[2].scores["test"]?.accuracy == 0.5)
        #expect(found.arms[2].outcomes == ["no_data": 1])
    }

    @Test func `only seeds in which every arm has ended count`() throws {
        let runs = [run("none", "1100"), run("lmsi", "0111"), run("none", seed: 2, "1111")]

        let found = try results(runs, seeds: [1, 2])

        #expect(found.seeds == [1] && found.missingSeeds == [2])
        #expect(found.arms[1].scores["test"]?.accuracyPerSeed == [0.5])
        let error = #expect(throws: LoopError.self) { try results([run("none", "1")]) }
        #expect(error?.code == .invalidData)
    }

    @Test func `arms that were asked other questions are not compared`() {
        #expect(throws: LoopError.self) { try results([run("none", "1100"), run("lmsi", "011")]) }
    }

    @Test func `the interval of one seed is that of its questions`() throws {
        let interval = try #require(PairedInterval([[1, 0, 0, 0, -1, 1, 0, 0, 0, 0]]))

        // s² = (3 − 10 · 0.01) / 9, nine degrees of freedom.
        let half = 2.262 * (2.9 / 9 / 10).squareRoot()
        #expect(abs(interval.mean - 0.1) < 1e-12)
        #expect(abs(interval.lower - (0.1 - half)) < 1e-12 && abs(interval.upper - (0.1 + half)) < 1e-12)
        #expect(!interval.isClear)
    }

    @Test func `seeds that differ widen the interval`() throws {
        let row = (0..<200).map { $0 % 10 == 0 ? 1.0 : 0 }
        let none = [Double](repeating: 0, count: 200)

        let same = try #require(PairedInterval([row, row, row]))
        let other = try #require(PairedInterval([row, none, row]))

        #expect(same.seedDeviation == 0 && same.isClear)
        #expect(other.upper - other.lower > 2 * (same.upper - same.lower))
        #expect(!other.isClear)
    }

    @Test func `no difference at all is an interval of no width; nothing is no interval`() {
        #expect(PairedInterval([[0, 0], [0, 0]])?.upper == 0)
        #expect(
            PairedInterval([]) == nil && PairedInterval([[]]) == nil && PairedInterval([[1], [1, 0]]) == nil
        )
    }

    private func baseline(_ seed: UInt64, votes: Int = 4, _ single: String, _ vote: String) throws
        -> StudyBaseline
    {
        func rights(_ digits: String) -> String {
            "[" + digits.map { $0 == "1" ? "true" : "false" }.joined(separator: ",") + "]"
        }
        let configuration = try JSONEncoder().encode(RoundConfiguration())
        let questions = "[" + (1...single.count).map(String.init).joined(separator: ",") + "]"
        let text = """
            {"votes": \(votes), "seed": \(seed), "seconds": 3,
             "configuration": \(String(decoding: configuration, as: UTF8.self)),
             "splits": {"test": {"questions": \(questions), "singleRights": \(rights(single)),
             "voteRights": \(rights(vote)), "tokenCount": 50}}}
            """
        return try JSONDecoder().decode(StudyBaseline.self, from: Data(text.utf8))
    }

    @Test func `the sampled base model has rows of its own, compared like arms`() throws {
        let runs = [run("none", "1100"), run("lmsi", "0111")]
        let found = try StudyResults(
            arms: ["none", "lmsi"],
            reference: "none",
            seeds: [1],
            runs: runs,
            baselines: [1: try baseline(1, "0100", "1110")]
        )

        #expect(found.arms.map(\.name) == ["base", "base sampled", "base vote of 4", "none", "lmsi"])
        let scores = found.arms.compactMap { $0.scores["test"] }
        #expect(scores[1].accuracy == 0.25 && scores[1].difference?.mean == -0.25)
        #expect(scores[2].accuracy == 0.75 && scores[2].gainedCount == 1 && scores[2].lostCount == 0)
        #expect(found.arms[1].keptCount == nil && found.arms[2].outcomes.isEmpty)
        #expect(found.notes.contains { $0.contains("base vote of 4") && $0.contains("50 tokens") })
        #expect(found.lines.contains { $0.hasPrefix("base vote of 4 ") })
    }

    @Test func `baselines count only where every seed has them, on the same questions`() throws {
        let runs = [1, 2].flatMap { seed in
            [run("none", seed: seed, "1100"), run("lmsi", seed: seed, "0111")]
        }

        let half = try StudyResults(
            arms: ["none", "lmsi"],
            reference: "none",
            seeds: [1, 2],
            runs: runs,
            baselines: [1: try baseline(1, "0100", "1110")]
        )

        #expect(half.arms.map(\.name) == ["base", "none", "lmsi"])
        #expect(half.notes.contains { $0.hasPrefix("base is not sampled") })
        let error = #expect(throws: LoopError.self) {
            try StudyResults(
                arms: ["none", "lmsi"],
                reference: "none",
                seeds: [1],
                runs: runs,
                baselines: [1: try baseline(1, "010", "111")]
            )
        }
        #expect(error?.message.contains("was not sampled on the same test questions") == true)
    }

    @Test func `what answers begin with is part of the base model's samples`() async throws {
        let engine = FakeEngine(text: { request, _ in
            let numbers = request.prompt.text.split { !$0.isNumber }.compactMap { Int($0) }
            return " \(numbers.reduce(0, +))."
        })
        let runner = RoundRunnerTests.runner(engine, MemoryStore(RoundRunnerTests.questions))
        var configuration = RoundRunnerTests.configuration
        configuration.prompt.answerPrefix = " The answer is"
        let round = try await runner.begin(configuration: configuration, seed: 11)

        let found = try await runner.baseline(of: round, votes: 2)

        let gate = try #require(found.splits["gate"])
        #expect(gate.singleRights.allSatisfy { $0 } && gate.voteRights.allSatisfy { $0 })
    }

    @Test func `the base model is sampled once per question and votes`() async throws {
        // Three of four are right; at seed and temperature of the round.
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        let runner = RoundRunnerTests.runner(engine, store)
        let round = try await runner.begin(configuration: RoundRunnerTests.configuration, seed: 11)

        let found = try await runner.baseline(of: round, votes: 4)

        let calls = engine.state.withLock { $0.calls }
        #expect(calls.filter { $0.hasPrefix("generate") } == ["generate 12 at 1.1", "generate 4 at 1.1"])
        let gate = try #require(found.splits["gate"])
        #expect(gate.questions.count == 12 && gate.singleRights.count == 12)
        #expect(gate.voteRights.allSatisfy { $0 } && gate.singleRights.allSatisfy { $0 })
        #expect(gate.tokenCount >= 12 * 4 * 4)
        #expect(found.fits(round, votes: 4) && !found.fits(round, votes: 5))
        var other = round
        other.configuration.generate.temperature = 0.9
        #expect(!found.fits(other, votes: 4))
        let again = try JSONDecoder().decode(StudyBaseline.self, from: try JSONEncoder().encode(found))
        #expect(again == found)
    }

    @Test func `the tables have a row per arm, as text and as Markdown`() throws {
        let found = try results([run("none", "1100"), run("lmsi", "0111")])

        for name in ["base", "none", "lmsi"] {
            #expect(found.lines.contains { $0.hasPrefix(name + " ") }, "\(found.lines)")
            #expect(found.markdownLines.contains { $0.hasPrefix("| \(name) | ") }, "\(found.markdownLines)")
        }
        #expect(found.markdownLines.contains { $0.contains("+25.0") })
        let again = try JSONDecoder().decode(StudyResults.self, from: try JSONEncoder().encode(found))
        #expect(again == found)
    }
}
