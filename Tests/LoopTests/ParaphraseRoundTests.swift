import Foundation
import Loop
import Synchronization
import Testing

/// Rounds in which the model writes paraphrases of its own questions.
@Suite struct ParaphraseRoundTests {
    private static var configuration: RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.generate.candidates = 6
        configuration.generate.views = .variants
        configuration.generate.paraphrases = 4
        configuration.select.filters = [.vote]
        return configuration
    }

    /// Adds, and writes four paraphrases: a good one, one with another number, the question itself, and one
    /// that it answers in another way.
    private static func engine() -> FakeEngine {
        FakeEngine(text: { request, index in
            let text = request.prompt.text
            let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
            guard text.contains("in other words"), numbers.count == 2 else {
                return " The answer is \(numbers.reduce(text.contains("together") ? 1 : 0, +))."
            }
            let (first, second) = (numbers[0], numbers[1])
            return [
                " Add \(first) and \(second).", " Add \(first) and \(second + 1).",
                " What is \(first) + \(second)?", " Take \(first) and \(second) together.",
            ][index % 4]
        })
    }

    private static func asked(_ engine: FakeEngine, _ text: String) -> Int {
        engine.state.withLock { $0.prompts.count { $0.contains(text) } }
    }

    private static func records(_ store: MemoryStore) -> [ParaphraseRecord] {
        store.state.withLock { $0.paraphrases.values.flatMap { $0 } }
    }

    @Test func `kept paraphrases are views, refused ones are counted, training has the question's own words`()
        async throws
    {
        let (engine, store) = (Self.engine(), MemoryStore(RoundRunnerTests.questions))

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration)

        let found = try #require(Self.records(store).first { $0.question.rawValue == 4 })
        #expect(found.texts == ["Add 3 and 4."])
        #expect(found.refusals == ["numbers": 1, "repeated": 1, "answer": 1])
        // Once to compare answers; what is kept once more for candidates.
        #expect(Self.asked(engine, "Add 3 and 4.") == 2)
        #expect(Self.asked(engine, "Take 3 and 4 together.") == 1)
        #expect(Self.asked(engine, "Add 3 and 5.") == 0)
        #expect(Self.asked(engine, "Question: What is 40 + 41? The same") == 0)
        let report = try #require(round.report.paraphrases)
        #expect(report.questionCount == 10 && report.viewedCount == 10 && report.keptCount == 10)
        #expect(report.refusals == ["numbers": 10, "repeated": 10, "answer": 10] && report.tokenCount > 0)
        let candidates = store.state.withLock { $0.candidates }
        let own = candidates.reduce(0) { $0 + $1.tokenCount }
        #expect(round.report.generatedTokenCount == own + report.tokenCount)
        #expect(round.report.viewedCount == 10 && round.report.viewAgreement == 1)
        let samples = try #require(engine.state.withLock { $0.jobs.last }).samples
        #expect(!samples.contains { $0.prompt.text.contains("Add 3 and 4.") })
    }

    @Test func `a question with variants, or with paraphrases of an earlier round, is not asked`()
        async throws
    {
        var questions = RoundRunnerTests.questions
        questions[3].variants = ["Sum up 3 and 4."]
        let (engine, store) = (Self.engine(), MemoryStore(questions))
        let runner = RoundRunnerTests.runner(engine, store)

        for _ in 0..<2 {
            let round = try await runner.begin(configuration: Self.configuration, seed: 11)
            _ = try await runner.run(round, before: .vote)
        }

        #expect(Self.asked(engine, "Write the following question in other words") == 9)
        #expect(!Self.records(store).contains { $0.question.rawValue == 4 })
        #expect(Self.asked(engine, "Sum up 3 and 4.") == 2 && Self.asked(engine, "Add 2 and 3.") == 3)
    }

    @Test func `without the setting nothing is asked, recorded or reported`() async throws {
        var configuration = Self.configuration
        configuration.generate.paraphrases = 0
        let (engine, store) = (Self.engine(), MemoryStore(RoundRunnerTests.questions))

        let round = try await RoundRunnerTests.runRound(engine, store, configuration)

        #expect(Self.asked(engine, "in other words") == 0 && Self.records(store).isEmpty)
        #expect(round.report.paraphrases == nil)
        let text = String(decoding: try JSONEncoder().encode(round.configuration), as: UTF8.self)
        #expect(!text.contains("paraphrases"))
    }

    @Test func `the base model writes none where views are to begin later`() {
        var configuration = Self.configuration
        configuration.generate.viewsFromBase = false

        #expect(configuration.viewed(by: .base).generate.paraphrases == 0)
        #expect(configuration.viewed(by: CheckpointID(rawValue: 1)) == configuration)
    }

    @Test(arguments: 0..<12) func `a round cut short in any engine call ends the same`(call: Int) async throws
    {
        try await Self.expectSame { engine, _ in engine.state.withLock { $0.callsUntilFailure = call } }
    }

    /// Write 1 is the first wave's: its paraphrases are recorded, its candidates are not.
    @Test(arguments: 0..<6) func `a round cut short at any write ends the same`(write: Int) async throws {
        try await Self.expectSame { _, store in store.state.withLock { $0.writesUntilFailure = write } }
    }

    private static func expectSame(after fault: (FakeEngine, MemoryStore) -> Void) async throws {
        let questions = RoundRunnerTests.questions
        let (plain, cut, cutEngine) = (MemoryStore(questions), MemoryStore(questions), engine())
        let whole = try await RoundRunnerTests.runRound(engine(), plain, configuration)
        let runner = RoundRunnerTests.runner(cutEngine, cut)
        let round = try await runner.begin(configuration: configuration, seed: 11)
        fault(cutEngine, cut)

        await #expect(throws: (any Error).self) { _ = try await runner.run(round) }
        cut.state.withLock { $0.writesUntilFailure = nil }
        let open = try #require(try await cut.openRound())
        let end = try await runner.run(open)

        #expect(records(cut) == records(plain))
        #expect(cut.state.withLock { $0.candidates } == plain.state.withLock { $0.candidates })
        #expect(end.report.paraphrases == whole.report.paraphrases)
        // No question is asked for paraphrases again once they are recorded.
        #expect(Set(records(cut).map(\.question)).count == records(cut).count)
    }
}
