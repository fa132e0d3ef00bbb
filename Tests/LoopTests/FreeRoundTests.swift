import Loop
import Synchronization
import Testing

/// Rounds whose vote groups answers by hidden states.
@Suite struct FreeRoundTests {
    private static let reference = "take a walk outside"

    private static let questions: [QuestionInput] = [Split.train, .valid, .gate, .test].flatMap { split in
        (0..<8).map { number in
            QuestionInput(
                text: "What helps against stress of sort \(number)?",
                answer: reference,
                rationale: split == .valid ? reference : nil,
                split: split,
                origin: "\(split.rawValue).jsonl:\(number)"
            )
        }
    }

    private static var configuration: RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.generate.candidates = 5
        configuration.vote.answerKind = .free
        configuration.answer.pattern = .text
        configuration.answer.overlap = 0.5
        configuration.select.filters = [.vote]
        return configuration
    }

    /// Texts about walks point one way, texts about tea another, and each other text its own.
    private static func state(_ text: String) -> [Float] {
        var vector = [Float](repeating: 0, count: 12)
        if text.contains("walk") {
            vector[0] = 1
            vector[1] = text.contains("outside") ? 0 : 0.3
        } else if text.contains("tea") {
            vector[2] = 1
        } else {
            vector[3 + text.utf8.count % 9] = 1
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / length }
    }

    private static func run(
        _ texts: [String],
        state: (@Sendable (TextSample) -> [Float])? = { FreeRoundTests.state($0.completion) },
        _ configuration: RoundConfiguration = configuration
    ) async throws -> (RoundRecord, [Candidate], FakeEngine) {
        let engine = FakeEngine(text: { _, index in " \(texts[index % texts.count])" }, hiddenState: state)
        let store = MemoryStore(questions)
        let round = try await RoundRunnerTests.runRound(engine, store, configuration)
        return (round, store.state.withLock { $0.candidates }, engine)
    }

    @Test func `candidates of the largest group agree, and its medoid stands for them`() async throws {
        let texts = ["Drink tea.", "Go for a walk.", "Take a walk outside.", "Take a walk outside.", "Sing."]

        let (round, candidates, engine) = try await Self.run(texts)

        let first = candidates.prefix(5)
        let walk = "Take a walk outside."
        #expect(first.map(\.answer) == ["Drink tea.", walk, walk, walk, "Sing."])
        #expect(first.map(\.reason) == [.outvoted, .selected, .selected, .selected, .outvoted])
        #expect(first.allSatisfy { $0.consistency == 0.6 })
        let similarities = first.map { $0.scores[.similarity] }
        #expect(similarities[0] == nil && similarities[4] == nil)
        #expect(similarities[2] == 1 && similarities[3] == 1)
        #expect(abs((similarities[1] ?? 0) - 1 / 1.09.squareRoot()) < 1e-6)
        #expect(round.report.voteAccuracy == 1)
        #expect(round.report.meanDistinctAnswers == 3)
        // Equal texts of a question are one sample.
        #expect(engine.state.withLock { $0.calls }.contains("states 32"))
    }

    @Test func `explain says which group a candidate lies in`() async throws {
        let texts = ["Drink tea.", "Go for a walk.", "Take a walk outside.", "Take a walk outside.", "Sing."]
        let (round, candidates, _) = try await Self.run(texts)
        func explanation(_ index: Int) -> String {
            VerdictExplanation(
                candidates[index],
                rivals: Array(candidates.prefix(5)),
                round: round,
                rank: nil,
                weighedCount: 0,
                question: Self.questions[0]
            ).text
        }

        #expect(
            explanation(1).contains(
                "Its hidden state lies in the largest group: 3 of 5 candidates, similarity 0.96 to the medoid, whose "
                    + "text stands for them all."
            )
        )
        #expect(explanation(0).contains("Its hidden state lies in no group: "))
    }

    @Test func `answers that all differ have no majority, and the round goes on`() async throws {
        let (round, candidates, _) = try await Self.run(["A", "BB", "CCC", "DDDD", "EEEEE"])

        #expect(candidates.allSatisfy { $0.reason == .lowConsistency && $0.answer != nil })
        #expect(candidates.allSatisfy { $0.scores[.similarity] == nil })
        #expect(round.finishedAt != nil)
        let explanation = VerdictExplanation(
            candidates[0],
            rivals: Array(candidates.prefix(5)),
            round: round,
            rank: nil,
            weighedCount: 0,
            question: Self.questions[0]
        )
        #expect(
            explanation.text.hasSuffix(
                "It was dropped: there was no majority: no two candidates of the question agree by answer.similarity "
                    + "\(Self.configuration.answer.similarity)."
            )
        )
    }

    @Test func `without a readable text there is nothing to group`() async throws {
        var configuration = Self.configuration
        configuration.collapse.minParsedShare = 0
        let (_, candidates, engine) = try await Self.run(["…", "?"], configuration)

        #expect(candidates.allSatisfy { $0.reason == .unparsed && $0.answer == nil })
        #expect(!engine.state.withLock { $0.calls }.contains { $0.hasPrefix("states") })
    }

    @Test func `states without a direction are no majority`() async throws {
        let (_, candidates, _) = try await Self.run(
            ["Take a walk.", "Walk a bit.", "Sing.", "Rest.", "Eat."],
            state: { _ in [] }
        )

        #expect(candidates.allSatisfy { $0.reason == .lowConsistency })
    }

    @Test func `the candidate comes after its question and a space`() async throws {
        let (_, _, engine) = try await Self.run(["Take a walk outside."])

        let asked = engine.state.withLock { $0.stateTexts }
        #expect(asked.count == 8)
        #expect(asked.first?.contains("sort 0?") == true)
        #expect(asked.allSatisfy { $0.hasSuffix("A: Take a walk outside.") })
    }

    @Test func `states come from the round's parent`() async throws {
        let (_, _, engine) = try await Self.run(["Take a walk outside."])

        let calls = engine.state.withLock { $0.calls }
        let place = try #require(calls.firstIndex { $0.hasPrefix("states") })
        #expect(calls[..<place].last { $0.hasPrefix("activate") } == "activate base")
    }

    @Test func `a round is refused where the engine gives no hidden states`() async throws {
        let error = await #expect(throws: LoopError.self) {
            _ = try await Self.run(["Take a walk."], state: nil)
        }

        #expect(error?.code == .invalidConfiguration)
        #expect(
            error?.message.hasPrefix("vote.answerKind is free, which compares the model's hidden states")
                == true
        )
    }

    @Test func `policy oracle keeps groups whose medoid is right`() async throws {
        var configuration = Self.configuration
        configuration.select.filters = []
        configuration.select.policy = .oracle
        let texts = ["Drink tea.", "Drink a tea.", "Take a walk outside.", "Take a walk outside.", "Sing."]

        let (_, candidates, _) = try await Self.run(texts, configuration)

        #expect(candidates.prefix(5).map { $0.verdict == .kept } == [false, false, true, true, false])
    }
}
