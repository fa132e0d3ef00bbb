import Loop
import Synchronization
import Testing

/// Rounds whose candidates see their question in several wordings.
@Suite struct ViewRoundTests {
    private static func configuration(_ views: ViewRule = .terms) -> RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.generate.candidates = 6
        configuration.generate.views = views
        configuration.select.filters = [.vote]
        return configuration
    }

    private static func numbers(_ request: GenerationRequest) -> [Int] {
        request.prompt.text.split { !$0.isNumber }.compactMap { Int($0) }
    }

    /// Adds, whatever the order.
    private static func adding() -> FakeEngine {
        FakeEngine(text: { request, _ in " The answer is \(numbers(request).reduce(0, +))." })
    }

    /// Adds where the first number is the smaller one; else it is one off.
    private static func biased() -> FakeEngine {
        FakeEngine(text: { request, _ in
            let numbers = numbers(request)
            let isOwn = numbers.count == 2 && numbers[0] < numbers[1]
            return " The answer is \(numbers.reduce(isOwn ? 0 : 1, +))."
        })
    }

    private static func candidates(_ store: MemoryStore) -> [Candidate] {
        store.state.withLock { $0.candidates }
    }

    @Test func `candidates see both orders, votes are pooled, training has the question's own words`()
        async throws
    {
        let (engine, store) = (Self.adding(), MemoryStore(RoundRunnerTests.questions))

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration())

        let (prompts, scored, job) = engine.state.withLock { ($0.prompts, $0.scoredTexts, $0.jobs.last) }
        #expect(prompts.contains { $0.contains("What is 3 + 4?") })
        #expect(prompts.contains { $0.contains("What is 4 + 3?") })
        #expect(Self.candidates(store).prefix(6).map(\.index) == [0, 1, 2, 3, 4, 5])
        #expect(Self.candidates(store).allSatisfy { $0.consistency == 1 && $0.verdict == .kept })
        let samples = try #require(job).samples
        #expect(samples.count == 10 && samples.allSatisfy { $0.weight == 6 })
        #expect(!(samples.map(\.prompt.text) + scored).contains { $0.contains("What is 4 + 3?") })
        #expect(round.report.viewedCount == 10 && round.report.viewAgreement == 1)
        #expect(round.report.agreeingAccuracy == 1)
    }

    @Test func `the base model is asked in the question's own words alone where views are to begin later`()
        async throws
    {
        var configuration = Self.configuration()
        configuration.generate.viewsFromBase = false
        let (engine, store) = (Self.adding(), MemoryStore(RoundRunnerTests.questions))

        let first = try await RoundRunnerTests.runRound(engine, store, configuration)
        let second = configuration.viewed(by: CheckpointID(rawValue: 1))

        let prompts = engine.state.withLock { $0.prompts }
        #expect(prompts.contains { $0.contains("What is 3 + 4?") })
        #expect(!prompts.contains { $0.contains("What is 4 + 3?") })
        #expect(first.configuration.generate.views == .none)
        #expect(second == configuration)
    }

    @Test func `each candidate's own words are trained on where the setting says so`() async throws {
        var configuration = Self.configuration()
        configuration.finetune.wording = .seen
        let (engine, store) = (Self.adding(), MemoryStore(RoundRunnerTests.questions))

        _ = try await RoundRunnerTests.runRound(engine, store, configuration)

        let (scored, job) = engine.state.withLock { ($0.scoredTexts, $0.jobs.last) }
        let samples = try #require(job).samples
        #expect(samples.count == 20 && samples.allSatisfy { $0.weight == 3 })
        #expect(samples.contains { $0.prompt.text.contains("What is 4 + 3?") })
        #expect(scored.contains { $0.contains("What is 4 + 3?") })
    }

    @Test func `gate questions are asked in their own words`() async throws {
        let (engine, store) = (Self.adding(), MemoryStore(RoundRunnerTests.questions))

        _ = try await RoundRunnerTests.runRound(engine, store, Self.configuration())

        let asked = engine.state.withLock { $0.prompts }
        #expect(asked.contains { $0.contains("What is 40 + 41?") })
        #expect(!asked.contains { $0.contains("What is 41 + 40?") })
    }

    @Test func `without views a question is asked once and nothing of them is reported`() async throws {
        let (engine, store) = (Self.adding(), MemoryStore(RoundRunnerTests.questions))

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration(.none))

        #expect(!engine.state.withLock { $0.prompts }.contains { $0.contains("What is 4 + 3?") })
        #expect(round.report.viewedCount == nil && round.report.viewAgreement == nil)
    }

    @Test func `a question whose views differ is dropped by its second view`() async throws {
        var configuration = Self.configuration()
        configuration.select.filters = [.vote, .secondView]
        let store = MemoryStore(RoundRunnerTests.questions)

        let round = try await RoundRunnerTests.runRound(Self.biased(), store, configuration)

        // Ties of 3 to 3 go to the first answer, that of the own words, and the swapped view elects another.
        let found = Self.candidates(store)
        #expect(round.outcome == .noData)
        #expect(found.filter { $0.index % 2 == 0 }.allSatisfy { $0.reason == .viewsDiffer })
        #expect(found.filter { $0.index % 2 == 1 }.allSatisfy { $0.reason == .outvoted })
        #expect(found.first?.scores[.agreeingViews] == 1 && found.first?.scores[.viewCount] == 2)
        #expect(round.report.viewAgreement == 0 && round.report.agreeingAccuracy == nil)
    }

    @Test func `variants of the question file are asked`() async throws {
        var questions = RoundRunnerTests.questions
        questions[3].variants = ["Add 3 and 4."]
        let (engine, store) = (Self.adding(), MemoryStore(questions))

        _ = try await RoundRunnerTests.runRound(engine, store, Self.configuration(.variants))

        let asked = engine.state.withLock { $0.prompts }
        #expect(asked.count { $0.contains("Add 3 and 4.") } == 1)
        #expect(!asked.contains { $0.contains("What is 4 + 3?") })
    }

    @Test(arguments: 0..<8) func `a round cut short in any engine call ends the same`(call: Int) async throws
    {
        let questions = RoundRunnerTests.questions
        let (plain, cut, engine) = (MemoryStore(questions), MemoryStore(questions), Self.adding())
        let whole = try await RoundRunnerTests.runRound(Self.adding(), plain, Self.configuration())
        let runner = RoundRunnerTests.runner(engine, cut)
        let round = try await runner.begin(configuration: Self.configuration(), seed: 11)
        engine.state.withLock { $0.callsUntilFailure = call }

        await #expect(throws: FakeEngine.Failure.self) { _ = try await runner.run(round) }
        let open = try #require(try await cut.openRound())
        let end = try await runner.run(open)

        #expect(Self.candidates(cut) == Self.candidates(plain))
        #expect(cut.state.withLock { $0.checkpoints } == plain.state.withLock { $0.checkpoints })
        #expect(end.report.viewAgreement == whole.report.viewAgreement)
    }

    @Test func `explain says which words a candidate answered`() async throws {
        let store = MemoryStore(RoundRunnerTests.questions)
        let round = try await RoundRunnerTests.runRound(Self.adding(), store, Self.configuration())
        let question = RoundRunnerTests.questions[3]
        let rivals = Self.candidates(store).filter { $0.question.rawValue == 4 }
        func text(_ candidate: Candidate) -> String {
            VerdictExplanation(
                candidate,
                rivals: rivals,
                round: round,
                rank: nil,
                weighedCount: 0,
                question: question
            ).text
        }

        #expect(text(rivals[0]).contains("It answered the question in its own words (view 1 of 2)."))
        #expect(text(rivals[1]).contains("It answered view 2 of 2 of the question: \"What is 4 + 3?\"."))
    }

    @Test func `the report says how well weight and loss tell right from wrong`() {
        let values = [(1.0, true), (2, false), (3, true), (3, false)].map { (value: $0.0, isRight: $0.1) }

        // Of four pairs the right one is larger in one, and equal in one.
        #expect(Separation.auc(values) == 0.375)
        #expect(Separation.auc(values.filter(\.isRight)) == nil)
        #expect(Separation.auc([]) == nil)
        #expect(Separation.auc([(2, true), (1, false)]) == 1)
    }

    @Test func `a round that 0.1.0 began keeps its own report`() async throws {
        var old = Self.configuration(.none)
        old.select.filters = []
        old.vote.reading = VoteSettings.Reading.first
        // Wrong texts are as long as right ones; a vote of equals elects the first, right in some questions.
        let mixed = FakeEngine(text: { request, _ in
            let numbers = Self.numbers(request)
            let isRight = (numbers.first ?? 0) % 2 == 0
            return " The answer is \(numbers.reduce(isRight ? 0 : 10, +))."
        })
        var new = old
        new.vote.reading = VoteSettings.Reading.newest

        let before = try await RoundRunnerTests.runRound(mixed, MemoryStore(RoundRunnerTests.questions), old)
        let after = try await RoundRunnerTests.runRound(mixed, MemoryStore(RoundRunnerTests.questions), new)

        #expect(before.report.dsAuc == nil && before.report.lossAuc == nil)
        #expect(after.report.dsAuc != nil && after.report.lossAuc != nil)
    }
}
