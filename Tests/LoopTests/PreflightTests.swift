import Loop
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
        catalog: Catalog = .standard,
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
            clock: { 0 },
            catalog: catalog
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

    @Test func `an answer that counts as the reference is right, whatever its words`() async throws {
        let engine = RuledEngine { _, _, _ in Reply(text: " The answer is Eiffel Tower, Paris.") }
        let questions = Self.questions.map { question in
            var question = question
            question.answer = "the Eiffel Tower"
            return question
        }

        let report = try await Self.preflight(engine, questions) {
            $0.vote.answerKind = .text
            $0.answer.overlap = 0.6
        }.run(sample: 20)

        #expect(report.single.accuracy.share == 1)
        #expect(report.vote.accuracy.share == 1)
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

    @Test func `a gate too small for the room there is says how many questions would do`() async throws {
        let report = try await Self.preflight(Self.mixed).run(sample: 20)
        var (single, vote) = (report.single, report.vote)
        single.splitCount = 100
        vote.accuracy = Accuracy(rightCount: 60, of: 100)
        vote.singleAccuracy = Accuracy(rightCount: 55, of: 100)
        func advice(_ count: Int) -> [String] {
            single.splitCount = count
            return PreflightVerdict(
                single: single,
                vote: vote,
                temperatures: report.temperatures,
                lengths: report.lengths,
                gate: GatePower(significance: 0.05)
            ).advice
        }

        let (small, large) = (advice(100), advice(1000))

        #expect(
            small.contains {
                $0.hasPrefix(
                    "100 gate questions show a difference of 11.5 points four times in five; for the"
                )
                    && $0.contains("5.0 points that there is room for give 5")
            },
            "\(small)"
        )
        #expect(large == small.filter { !$0.hasPrefix("100 gate questions") })
    }

    @Test func `being right as often as by guessing is too hard`() async throws {
        let engine = RuledEngine { _, _, _ in Reply(text: " The answer is A.") }
        let questions = [(Split.train, 12), (.gate, 20)].flatMap { split, count in
            (0..<count).map { number in
                QuestionInput(
                    text: "Which is \(split.rawValue) number \(number)?",
                    choices: ["red", "blue", "green", "grey"],
                    answer: ["A", "B", "C", "D"][number % 4],
                    split: split,
                    origin: "\(split.rawValue).jsonl:\(number + 1)"
                )
            }
        }

        let report = try await Self.preflight(engine, questions) { $0.vote.answerKind = .choice }
            .run(sample: 20)

        #expect(report.single.chance == 0.25)
        #expect(report.single.accuracy.share == 0.25)
        #expect(report.verdict.kind == .tooHard)
        #expect(report.verdict.reason.contains("guessing on 25.0 %"))
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

    /// Reads the last word, without its full stop.
    private struct LastWord: AnswerJudge {
        func readings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading] {
            texts.map { text in
                text.split { $0 == " " || $0 == "." }.last.map { .answer(Answer(canonical: String($0))) }
                    ?? .none(.judgeNone, "it is empty")
            }
        }
    }

    @Test func `answers that only a judge can read are read by the judge`() async throws {
        var catalog = Catalog.standard
        catalog.judges[.judge] = { _ in LastWord() }

        let report = try await Self.preflight(Self.mixed, catalog: catalog) {
            $0.vote.answerKind = .judge
            $0.answer.judgeCommand = ["verify"]
        }.run(sample: 20)

        #expect(
            report.single.accuracy == (try await Self.preflight(Self.mixed).run(sample: 20)).single.accuracy
        )
        #expect(report.verdict.kind == .trainable)
    }
}
