import Loop
import Synchronization
import Testing

/// Planted sets of each sort: engines that answer by a rule.
@Suite("Preflight")
struct PreflightTests {
    typealias Reply = RuledEngine.Reply

    /// Twenty gate questions and thirteen train questions, which is two thirds.
    static let questions =
        RoundRunnerTests.splitQuestions(.train, 13, from: 0)
        + RoundRunnerTests.splitQuestions(.gate, 20, from: 40)

    static func preflight(
        _ engine: RuledEngine,
        _ questions: [QuestionInput] = questions,
        seed: UInt64 = 1,
        configure: (inout RoundConfiguration) -> Void = { _ in }
    ) -> Preflight {
        var configuration = RoundConfiguration()
        configuration.generate.candidates = 4
        configuration.generate.temperature = 0.7
        configure(&configuration)
        return Preflight(
            engine: engine,
            configuration: configuration,
            questions: questions,
            seed: seed,
            clock: { 0 }
        )
    }

    /// Right, with another text for each candidate.
    static func right(_ numbers: [Int], _ index: Int, off: Int = 0) -> Reply {
        let words = String(repeating: " so", count: index)
        return Reply(text: "\(words) The answer is \(numbers.reduce(0, +) + off).", tokenCount: 4 + index)
    }

    /// Greedy answers are right on even questions, three candidates of four on all, and all four at 0.8.
    static let mixed = RuledEngine { numbers, index, temperature in
        if temperature == 0 { return right(numbers, 0, off: numbers[0].isMultiple(of: 2) ? 0 : 1) }
        return right(numbers, index, off: index == 3 && temperature != 0.8 ? 1 : 0)
    }

    @Test func `a model that is always wrong finds the set too hard`() async throws {
        let engine = RuledEngine { numbers, index, _ in Self.right(numbers, index, off: 1 + index) }

        let report = try await Self.preflight(engine).run(sample: 20)

        #expect(report.verdict.kind == .tooHard)
        #expect(report.single.accuracy.rightCount == 0)
        #expect(report.vote.accuracy.rightCount == 0)
        #expect(report.vote.shareHistogram == [0, 0, 13, 0, 0, 0, 0, 0, 0, 0])
        #expect(report.vote.tieCount == 13)
        #expect(report.verdict.room == nil)
        #expect(report.verdict.advice.first?.contains("prompt.shots") == true)
    }

    @Test func `a model that is always right finds the set too easy`() async throws {
        let engine = RuledEngine { numbers, index, _ in Self.right(numbers, index) }

        let report = try await Self.preflight(engine).run(sample: 20)

        #expect(report.verdict.kind == .tooEasy)
        #expect(report.single.accuracy.share == 1)
        #expect(report.temperatures.allSatisfy { $0.balance == 1 })
        #expect(report.verdict.advice.first?.contains("questions.gate") == true)
    }

    @Test func `answers that nobody can read are shown with their reasons`() async throws {
        let engine = RuledEngine { numbers, _, _ in
            Reply(text: numbers[0] < 46 ? " It is\n\u{1B} " + String(repeating: "very ", count: 20) : " hm")
        }

        let report = try await Self.preflight(engine).run(sample: 20)

        #expect(report.verdict.kind == .unreadable)
        let unread = try #require(report.single.reading.unread.first)
        #expect(unread.reason == "no answer followed \"The answer is\"")
        #expect(unread.count == 20)
        #expect(unread.example.count <= 60 && !unread.example.contains { $0.isNewline || $0 == "\u{1B}" })
        #expect(report.verdict.advice.first?.contains("prompt.answerCue") == true)
    }

    @Test func `candidates that only heat makes unreadable ask for less of it`() async throws {
        let engine = RuledEngine { numbers, index, temperature in
            temperature < 0.65 ? Self.right(numbers, index) : Reply(text: " hm")
        }

        let report = try await Self.preflight(engine).run(sample: 20)

        #expect(report.verdict.kind == .unreadable)
        #expect(report.verdict.advice.first?.hasPrefix("lower generate.temperature") == true)
        #expect(report.verdict.advice.dropFirst().first?.hasPrefix("set generate.temperature to 0.6") == true)
    }

    @Test func `a set with votes better than single answers is trainable, by so much`() async throws {
        let report = try await Self.preflight(Self.mixed).run(sample: 20)

        #expect(report.verdict.kind == .trainable)
        #expect(report.single.accuracy.rightCount == 10)
        #expect(report.vote.singleAccuracy.rightCount == 7)
        #expect(report.vote.accuracy.rightCount == 13)
        #expect(abs((report.verdict.room ?? 0) - 6.0 / 13) < 1e-12)
    }

    @Test func `cut candidates ask for more tokens`() async throws {
        let engine = RuledEngine { numbers, index, temperature in
            var reply = Self.mixed.rule(numbers, index, temperature)
            reply.isCut = index == 3
            return reply
        }

        let report = try await Self.preflight(engine).run(sample: 20)

        #expect(report.lengths.stopShare == 0.75)
        #expect(report.verdict.advice.contains { $0.hasPrefix("raise generate.maxNewTokens: 25.0 %") })
    }

    @Test func `train questions without answers leave the vote to the gate's`() async throws {
        let questions = Self.questions.map { question in
            var question = question
            if question.split == .train { question.answer = nil }
            return question
        }

        let report = try await Self.preflight(Self.mixed, questions).run(sample: 20)

        #expect(report.vote.split == .gate)
        #expect(report.vote.questionCount == 13)
        #expect(report.vote.accuracy.rightCount == 13)
        #expect(report.vote.singleAccuracy.count == 13)
    }

    @Test func `without a gate split the valid set is asked, and without both nothing can be`() async throws {
        let valid = RoundRunnerTests.splitQuestions(.valid, 12, from: 40)

        let report = try await Self.preflight(Self.mixed, valid).run(sample: 20)

        #expect(report.single.split == .valid)
        #expect(report.single.accuracy.count == 12)
        let train = Self.questions.filter { $0.split == .train }
        let error = await #expect(throws: LoopError.self) {
            try await Self.preflight(Self.mixed, train).run(sample: 20)
        }
        #expect(error?.code == .invalidConfiguration)
    }

    @Test func `the same seed asks the same and reports the same, another one asks others`() async throws {
        let questions =
            RoundRunnerTests.splitQuestions(.train, 60, from: 0)
            + RoundRunnerTests.splitQuestions(.gate, 60, from: 100)
        let engines = (0..<3).map { _ in RuledEngine(Self.mixed.rule) }

        let reports = try await [
            Self.preflight(engines[0], questions).run(sample: 15),
            Self.preflight(engines[1], questions).run(sample: 15),
            Self.preflight(engines[2], questions, seed: 2).run(sample: 15),
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
        let engine = RuledEngine(Self.mixed.rule)

        _ = try await Self.preflight(engine, seed: 5).run(sample: 20)

        let keys = engine.log.keys.withLock { $0 }
        #expect(keys == [Preflight.key(base: 5)])
        let rounds = (1...50).flatMap { round in
            (0...3).map { RoundSeed.derive(base: 5, round: round, rejections: $0) }
        }
        #expect(!rounds.contains(Preflight.key(base: 5).seed))
    }
}
