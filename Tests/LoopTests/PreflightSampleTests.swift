import Loop
import Synchronization
import Testing

/// Which questions preflight asks, and by which randomness.
@Suite struct PreflightSampleTests {
    @Test func `train questions without answers leave the vote to the gate's`() async throws {
        let questions = PreflightTests.questions.map { question in
            var question = question
            if question.split == .train { question.answer = nil }
            return question
        }

        let report = try await PreflightTests.preflight(PreflightTests.mixed, questions).run(sample: 20)

        #expect(report.vote.split == .gate)
        #expect(report.vote.questionCount == 13)
        #expect(report.vote.accuracy.rightCount == 13)
        #expect(report.vote.singleAccuracy.count == 13)
    }

    @Test func `without a gate split the valid set is asked, and without both nothing can be`() async throws {
        let valid = RoundRunnerTests.splitQuestions(.valid, 12, from: 40)

        let report = try await PreflightTests.preflight(PreflightTests.mixed, valid).run(sample: 20)

        #expect(report.single.split == .valid)
        #expect(report.single.accuracy.count == 12)
        let train = PreflightTests.questions.filter { $0.split == .train }
        let error = await #expect(throws: LoopError.self) {
            try await PreflightTests.preflight(PreflightTests.mixed, train).run(sample: 20)
        }
        #expect(error?.code == .invalidConfiguration)
    }

    @Test func `the same seed asks the same and reports the same, another one asks others`() async throws {
        let questions =
            RoundRunnerTests.splitQuestions(.train, 60, from: 0)
            + RoundRunnerTests.splitQuestions(.gate, 60, from: 100)
        let engines = (0..<3).map { _ in RuledEngine(PreflightTests.mixed.rule) }

        let reports = try await [
            PreflightTests.preflight(engines[0], questions).run(sample: 15),
            PreflightTests.preflight(engines[1], questions).run(sample: 15),
            PreflightTests.preflight(engines[2], questions, seed: 2).run(sample: 15),
        ]

        let prompts = engines.map { engine in engine.log.prompts.withLock { $0 } }
        #expect(reports[0] == reports[1])
        #expect(prompts[0] == prompts[1])
        #expect(prompts[0] != prompts[2])
        #expect(reports[0].single.splitCount == 60)
        #expect(reports[0].single.accuracy.count == 15)
        #expect(reports[0].vote.questionCount == 10)
    }

    @Test func `no round shares its randomness`() async throws {
        let engine = RuledEngine(PreflightTests.mixed.rule)

        _ = try await PreflightTests.preflight(engine, seed: 5).run(sample: 20)

        let keys = engine.log.keys.withLock { $0 }
        #expect(keys == [Preflight.key(base: 5)])
        let rounds = (1...50).flatMap { round in
            (0...3).map { RoundSeed.derive(base: 5, round: round, rejections: $0) }
        }
        #expect(!rounds.contains(Preflight.key(base: 5).seed))
    }

    @Test func `it is cheap where it asks at most half as many texts as the first round`() async throws {
        let textCount = Mutex(0)
        let engine = RuledEngine { numbers, index, temperature in
            textCount.withLock { $0 += 1 }
            return PreflightTests.mixed.rule(numbers, index, temperature)
        }
        func preflight(_ trainCount: Int) -> Preflight {
            PreflightTests.preflight(
                engine,
                RoundRunnerTests.splitQuestions(.train, trainCount, from: 0)
                    + RoundRunnerTests.splitQuestions(.gate, 20, from: 200)
            )
        }

        _ = try await preflight(91).run(sample: 20)

        // One to warm up, 20 and 13 greedy ones, 13 · 4 for the vote, 6 · 4 for each of four temperatures.
        let count = textCount.withLock { $0 }
        #expect(count == 182)
        #expect(preflight(91).isCheap(sample: 20))
        #expect(!preflight(90).isCheap(sample: 20))
        #expect(!PreflightTests.preflight(engine, []).isCheap(sample: 20))
    }
}
