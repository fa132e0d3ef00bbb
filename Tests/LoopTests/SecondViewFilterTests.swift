import Loop
import Synchronization
import Testing

/// Golden votes of filter `secondView`, and the floor of DS weights.
@Suite struct SecondViewFilterTests {
    /// A question's candidates with the answers that each view gave; nil could not be read.
    private static func pool(
        _ views: [[String?]],
        _ change: (inout RoundConfiguration) -> Void = { _ in }
    ) throws -> SelectionPool {
        var configuration = RoundConfiguration()
        configuration.select.filters = [.secondView]
        change(&configuration)
        let answers = views.enumerated().flatMap { view, answers in answers.map { (view, $0) } }
        let candidates = answers.enumerated().map { FilterTests.candidate($0.offset, $0.element.1) }
        let numbers = answers.map(\.0)
        var pool = SelectionPool(candidates, seenViews: { $0.map { numbers[$0.index] } })
        try SelectionChain(configuration).apply(to: &pool)
        return pool
    }

    private static func reason(
        _ views: [[String?]],
        _ change: (inout RoundConfiguration) -> Void = { _ in }
    ) throws -> VerdictReason? {
        try pool(views, change).settled().first?.reason
    }

    @Test(arguments: [
        ([["8", "8", "5"], ["8", "8", "7"]], VerdictReason.selected, 2.0),
        ([["8", "8", "8"], ["5", "5", "8"]], .viewsDiffer, 1),
        // A tie elects nobody.
        ([["8", "8", "8"], ["8", "5", nil]], .viewsDiffer, 1),
        ([["8", "8", "8"], ["8", "5", nil], ["8", nil, nil]], .selected, 2),
        ([["8", "8", "8"]], .singleView, 1), ([["8"], [nil]], .viewsDiffer, 1),
    ])
    func `the winner must win in two views`(views: [[String?]], reason: VerdictReason, agreeing: Double)
        throws
    {
        let candidate = try #require(try Self.pool(views).settled().first)

        #expect(candidate.reason == reason)
        #expect(candidate.scores[.agreeingViews] == agreeing)
        #expect(candidate.scores[.viewCount] == Double(views.count))
    }

    @Test func `a share takes the place of winning, and unreadable candidates count`() throws {
        let views: [[String?]] = [["8", "8", "8"], ["8", "5", "5"], ["8", nil, nil]]

        #expect(try Self.reason(views) { $0.select.secondView.count = 3 } == .viewsDiffer)
        #expect(
            try Self.reason(views) {
                ($0.select.secondView.count, $0.select.secondView.share) = (3, 1.0 / 3)
            } == .selected
        )
        #expect(
            try Self.reason(views) {
                ($0.select.secondView.count, $0.select.secondView.share) = (2, 0.5)
            } == .viewsDiffer
        )
    }

    @Test func `its reasons and scores are words of explain`() throws {
        let candidate = try #require(try Self.pool([["8", "8"], ["5", "5"]]).settled().first)
        var configuration = RoundConfiguration()
        configuration.generate.views = .terms
        let filter = SecondViewFilter(configuration)

        #expect(filter.cause(of: .viewsDiffer, for: candidate).contains("select.secondViewCount 2"))
        #expect(filter.cause(of: .singleView, for: candidate).contains("no variants"))
        #expect(
            SecondViewFilter(RoundConfiguration()).cause(of: .singleView, for: candidate).contains(
                "generate.views is none"
            )
        )
        #expect(VerdictReason.allCases.contains(.singleView) && VerdictReason.allCases.contains(.viewsDiffer))
    }

    @Test func `its settings without it are named`() {
        var configuration = RoundConfiguration()
        configuration.select.secondView.count = 3

        let advice = configuration.advice([.train: 100, .gate: 200])

        #expect(advice.contains { $0.hasPrefix("select.secondViewCount is set, but only filter secondView") })
    }

    @Test func `a floor is added to both losses, and none changes no bit`() throws {
        #expect(
            DSWeight.weight(loss: 1, meanValidLoss: 3) == DSWeight.weight(loss: 1, meanValidLoss: 3, floor: 0)
        )
        for (loss, mean) in [(1.0, 3.0), (3, 1)] {
            let weight = try #require(DSWeight.weight(loss: loss, meanValidLoss: mean, floor: 1))
            #expect(abs(weight - 2) < 1e-12)
        }
        // 0.01 and 0.04 are four times apart; with a floor of 0.1 hardly at all.
        let near = try #require(DSWeight.weight(loss: 0.01, meanValidLoss: 0.04, floor: 0.1))
        #expect(abs(near - 0.14 / 0.11) < 1e-12)
        #expect(DSWeight.weight(loss: 0, meanValidLoss: 1, floor: 1) == nil)
    }

    /// Own answers in other words than the rationales.
    private static func engine(offset: Int = 0) -> FakeEngine {
        FakeEngine(text: { request, _ in
            let numbers = request.prompt.text.split { !$0.isNumber }.compactMap { Int($0) }
            return " Own. The answer is \(numbers.reduce(offset, +))."
        })
    }

    private static var ownReference: RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.select.shift.reference = .own
        return configuration
    }

    @Test func `the model's own right answers take the place of the rationales`() async throws {
        let (engine, store) = (Self.engine(), MemoryStore(RoundRunnerTests.questions))

        let round = try await RoundRunnerTests.runRound(engine, store, Self.ownReference)

        let (asked, scored) = engine.state.withLock { ($0.prompts, $0.scoredTexts) }
        #expect(asked.contains { $0.contains("What is 20 + 21?") })
        #expect(
            scored.contains { $0.contains("What is 20 + 21?") && $0.hasSuffix(" Own. The answer is 41.") }
        )
        // 23 bytes: 1 + 2 / 4.
        #expect(round.report.validCount == 8 && round.report.meanValidLoss == 1.5)
    }

    @Test func `what answers begin with is read and scored with the own ones`() async throws {
        let (engine, store) = (Self.engine(), MemoryStore(RoundRunnerTests.questions))
        var configuration = Self.ownReference
        configuration.prompt.answerPrefix = " Well."

        _ = try await RoundRunnerTests.runRound(engine, store, configuration)

        let scored = engine.state.withLock { $0.scoredTexts }
        #expect(scored.contains { $0.hasSuffix(" Well. Own. The answer is 41.") })
    }

    @Test func `without a right answer the rationales count, with a warning`() async throws {
        let store = MemoryStore(RoundRunnerTests.questions)

        let round = try await RoundRunnerTests.runRound(Self.engine(offset: 100), store, Self.ownReference)

        let events = store.state.withLock { $0.events }
        #expect(
            events.contains { $0.kind == .warning && $0.message.contains("answered no valid question right") }
        )
        #expect(round.report.validCount == 8)
    }

    @Test(arguments: 0..<9) func `a round with own answers that is cut short ends the same`(call: Int)
        async throws
    {
        let questions = RoundRunnerTests.questions
        let (plain, cut, engine) = (MemoryStore(questions), MemoryStore(questions), Self.engine())
        _ = try await RoundRunnerTests.runRound(Self.engine(), plain, Self.ownReference)
        let runner = RoundRunnerTests.runner(engine, cut)
        let round = try await runner.begin(configuration: Self.ownReference, seed: 11)
        engine.state.withLock { $0.callsUntilFailure = call }

        await #expect(throws: FakeEngine.Failure.self) { _ = try await runner.run(round) }
        _ = try await runner.run(try #require(try await cut.openRound()))

        #expect(cut.state.withLock { $0.candidates } == plain.state.withLock { $0.candidates })
        #expect(cut.state.withLock { $0.checkpoints } == plain.state.withLock { $0.checkpoints })
    }

    @Test(arguments: [AnswerKindID.judge, .code, .free])
    func `own answers that only others can read are refused`(
        kind: AnswerKindID
    ) {
        var configuration = Self.ownReference
        configuration.vote.answerKind = kind

        let error = #expect(throws: LoopError.self) { try configuration.checkSense() }

        #expect(error?.message.hasPrefix("select.dsReference is own") == true, "\(error?.message ?? "")")
    }

    @Test func `more views to agree than there can be are refused`() throws {
        var configuration = RoundConfiguration()
        configuration.select.filters = [.vote, .secondView]
        let error = #expect(throws: LoopError.self) { try configuration.checkSense() }
        #expect(error?.message.contains("a question has at most 1") == true)

        configuration.generate.views = .terms
        #expect(throws: Never.self) { try configuration.checkSense() }
        configuration.select.secondView.count = 7
        #expect(throws: LoopError.self) { try configuration.checkSense() }
    }
}
