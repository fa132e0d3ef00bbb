import Loop
import Synchronization
import Testing

/// Whole rounds with scorers of the literature.
@Suite struct FilterRoundTests {
    private static func run(
        _ filters: [FilterName],
        engine: FakeEngine = FakeEngine(),
        _ change: (inout RoundConfiguration) -> Void = { _ in }
    ) async throws -> (round: RoundRecord, candidates: [Candidate], engine: FakeEngine) {
        var configuration = RoundRunnerTests.configuration
        configuration.select.filters = filters
        change(&configuration)
        let store = MemoryStore(RoundRunnerTests.questions)
        let round = try await RoundRunnerTests.runRound(engine, store, configuration)
        return (round, store.state.withLock { $0.candidates }, engine)
    }

    private static func explanation(_ candidate: Candidate, of round: RoundRecord, _ all: [Candidate])
        -> String
    {
        VerdictExplanation(
            candidate,
            rivals: all.filter { $0.question == candidate.question },
            round: round,
            rank: nil,
            weighedCount: 0
        ).text
    }

    @Test func `difficulty takes one more pass over the texts, after the answer's header alone`() async throws
    {
        let (round, candidates, engine) = try await Self.run([.vote, .ifd])

        let texts = engine.state.withLock { $0.scoredTexts }
        let bare = texts.filter { $0.hasPrefix("A: ") }
        let valid = RoundRunnerTests.questions.filter { $0.split == .valid }.map(\.text)
        let asked = texts.filter { text in text.hasPrefix("Q: ") && !valid.contains { text.contains($0) } }
        // Texts that two questions share are scored once without their questions.
        let won = candidates.filter { $0.reason != .outvoted }
        #expect(bare.count == Set(won.map(\.text)).count)
        #expect(asked.count == Set(won.map { "\($0.question) \($0.text)" }).count)
        // The engine's losses depend on the text alone, so that the ratio is 1.
        #expect(won.allSatisfy { $0.scores[.ifd] == 1 && $0.verdict == .kept })
        let text = Self.explanation(won[0], of: round, candidates)
        #expect(text.contains("Its loss after the question is 1.000 times that without it (IFD)."))
    }

    @Test func `difficulty measures its own loss where the DS weight's is another`() async throws {
        let (_, candidates, engine) = try await Self.run([.vote, .ifd]) {
            $0.select.lossSpan = .fullSequence
        }

        let calls = engine.state.withLock { $0.calls.filter { $0.hasPrefix("score") } }
        #expect(calls.count >= 4)
        #expect(candidates.filter { $0.verdict == .kept }.allSatisfy { $0.scores[.ifd] == 1 })
    }

    @Test func `the header of a prompt is what comes after the question`() throws {
        var settings = PromptSettings()
        #expect(try settings.writer().answerHeader.text == "A:")
        settings.template = "### Instruction:\n{question}\n\n### Response:\n"
        #expect(try settings.writer().answerHeader.text == "### Response:\n")
        settings.format = Turns.name
        let formats = PromptFormats.standard.adding(Turns.name) { _ in Turns() }
        #expect(try settings.writer(formats).answerHeader.text == "<assistant>")
    }

    @Test func `losses of the base model are measured without the adapter, which then returns`() async throws
    {
        var configuration = RoundRunnerTests.configuration
        configuration.select.shift.reference = .base
        configuration.select.filters = [.vote, .ds, .ifd]
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        _ = try await RoundRunnerTests.runRound(engine, store, configuration)
        engine.state.withLock { $0.calls = [] }

        let second = try await RoundRunnerTests.runRound(engine, store, configuration)

        let calls = engine.state.withLock { $0.calls }.map { $0.hasPrefix("score") ? "score" : $0 }
        let base = try #require(calls.firstIndex(of: "activate base"))
        #expect(calls[base - 1] == "activate checkpoint-1")
        #expect(
            Array(calls[base...].prefix(4)) == ["activate base", "score", "score", "activate checkpoint-1"]
        )
        // Difficulty is the incumbent's.
        #expect(Array(calls[base...].dropFirst(4).prefix(2)) == ["score", "score"])
        #expect(second.report.meanValidLoss != nil)
    }

    @Test func `a rating is one greedy reply per text`() async throws {
        let engine = FakeEngine(text: { request, index in
            guard request.prompt.text.contains("from 0 (wrong) to 10") else {
                let filler = String(repeating: " so", count: index)
                return index == 3 ? " The answer is 0." : filler + " The answer is 1."
            }
            return request.prompt.text.contains("Answer: so The answer") ? " 12 out of 10" : "I say 4.5, no 9"
        })

        let (round, candidates, _) = try await Self.run([.vote, .selfRating], engine: engine) {
            $0.select.keep = 30
        }

        let asked = engine.state.withLock { $0.prompts }.filter { $0.contains("Rate this answer") }
        let won = candidates.filter { $0.reason != .outvoted }
        #expect(asked.count == 30 && won.count == 30)
        #expect(asked[0].contains("Question: What is 0 + 1? Answer: The answer is 1. Rating:"))
        #expect(won.allSatisfy { $0.scores[.rating] == ($0.index == 1 ? 10.0 : 4.5) })
        #expect(won.filter { $0.verdict == .kept }.map(\.index) == [Int](repeating: 1, count: 10))
        #expect(round.report.filterCuts == ["selfRating": 10])
        #expect(round.report.dropCounts?["low_rating"] == 20)
        #expect(engine.state.withLock { $0.calls }.contains("generate 30 at 0.0"))
        let text = Self.explanation(won[0], of: round, candidates)
        #expect(text.contains("The model rated it 4.5 of 10; from 10.0 on is kept. It was dropped:"))
    }

    @Test(arguments: [
        ("7", 7.0), (" 8/10", 8), ("Rating: 9.5!", 9.5), ("ten", 0), ("", 0), ("100", 10), (" -3", 0),
        ("rating-3", 3), ("3.", 3),
    ])
    func `the first number of a reply is its rating, held to the scale`(reply: String, rating: Double) {
        #expect(RatingPrompt.rating(in: reply) == rating)
    }

    @Test func `a question that spells the marks is not filled in`() {
        let prompt = RatingPrompt("{answer} to {question}")

        let text = prompt.text(question: PromptText(content: "{answer}?"), answer: "{question}")

        #expect(text.text == "{question} to {answer}?")
        #expect(text.isFormat(10..<14) && !text.isFormat(0..<2))
    }

    @Test func `ratings have randomness of their own`() {
        let key = RandomKey(seed: 7, round: 3)

        #expect(key.stream(.rating) == key.stream(.rating))
        #expect(key.stream(.rating).seed != key.seed)
        #expect(RandomKey(seed: 7, round: 4).stream(.rating).seed != key.stream(.rating).seed)
    }

    @Test func `IWSI-w trains with fractions, and says so`() async throws {
        let (round, candidates, engine) = try await Self.run([]) { $0.select.policy = .iwsiW }

        let kept = candidates.filter { $0.verdict == .kept }
        let mean = try #require(round.report.meanValidLoss)
        #expect(kept.count == 30)
        #expect(kept.allSatisfy { $0.weight == min(mean / ($0.loss ?? 0), 2) })
        let samples = try #require(engine.state.withLock { $0.jobs.first?.samples })
        let total = samples.reduce(0) { $0 + $1.weight }
        #expect(abs(total - kept.reduce(0) { $0 + $1.weight }) < 1e-9)
        let odd = try #require(kept.first { $0.weight != $0.weight.rounded() })
        let text = Self.explanation(odd, of: round, candidates)
        #expect(text.contains("Its loss in training counts "))
        #expect(text.hasSuffix("was trained on with weight \(Plain.decimal(odd.weight, places: 3))."))
    }

    @Test func `entropy tells its figure, and joined answers count as one`() async throws {
        let (round, candidates, _) = try await Self.run([]) {
            $0.select.policy = .entropy
            $0.select.entropy.rule = .threshold
            $0.select.entropy.limit = 0.1
        }

        #expect(round.outcome == .noData)
        let readable = candidates.filter { $0.answer != nil }
        #expect(readable.allSatisfy { $0.reason == .highEntropy })
        let text = Self.explanation(readable[0], of: round, candidates)
        #expect(text.contains("have normalised entropy 0.406, up to 0.100 is kept."))
        #expect(text.contains("spread wider than select.entropyLimit 0.1"))

        var catalog = Catalog.standard
        catalog.answerKinds = catalog.answerKinds.adding([JoinedAnswer.self])
        var configuration = RoundRunnerTests.configuration
        configuration.vote.answerKind = JoinedAnswer.id
        configuration.select.policy = .entropy
        let store = MemoryStore(RoundRunnerTests.questions)
        let runner = RoundRunner(
            engine: FakeEngine(),
            store: store,
            clock: { 0 },
            report: { _ in },
            catalog: catalog
        )
        let joined = try await runner.run(try await runner.begin(configuration: configuration, seed: 11))
        #expect(joined.report.filterCuts == ["entropy": 0])
    }

    @Test(arguments: [FilterName.lossBand, .iwsiW, .difficultyDiversity, .ds])
    func `filters of the mean valid loss refuse to begin without valid questions`(_ name: FilterName) async {
        var configuration = RoundRunnerTests.configuration
        configuration.select.filters = [.vote, name]
        let store = MemoryStore(RoundRunnerTests.questions.filter { $0.split != .valid })

        let error = await #expect(throws: LoopError.self) {
            try await RoundRunnerTests.runRound(FakeEngine(), store, configuration)
        }

        #expect(error?.message.contains("needs valid questions") == true)
    }

    @Test(arguments: SelectionPolicyID.allCases) func `every named policy ends a round`(
        _ policy: SelectionPolicyID
    ) async throws {
        let (round, candidates, _) = try await Self.run([]) { $0.select.policy = policy }

        #expect(round.report.selectedCount == candidates.count { $0.verdict == .kept })
        #expect(candidates.allSatisfy { $0.verdict != nil })
        #expect(!round.configuration.select.sentence.isEmpty)
    }

    @Test func `a rating prompt needs both marks, and a band needs a share that there is`() {
        var configuration = RoundConfiguration()
        configuration.select.ratingPrompt = "Rate {answer}"
        let prompt = #expect(throws: LoopError.self) { try configuration.validate() }
        #expect(prompt?.message.contains("select.ratingPrompt holds {question} 0 times") == true)

        configuration = RoundConfiguration()
        configuration.select.filters = [.vote, .voteBand]
        #expect(throws: Never.self) { try configuration.checkSense() }
        (configuration.select.band.lower, configuration.select.band.upper) = (0.9, 0.4)
        let band = #expect(throws: LoopError.self) { try configuration.checkSense() }
        #expect(band?.message.contains("lets no question pass") == true)
    }

    /// Every scorer and filter that there is in one round.
    private static var crowded: RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.select.filters = [
            .entropy, .vote, .voteBand, .ds, .lossBand, .iwsiW, .ifd, .ifdTop, .selfRating, .maxMin, .budget,
            .difficultyDiversity, .shortest,
        ]
        configuration.select.shift.reference = .base
        configuration.select.shift.edge = 3
        configuration.select.rank.ifdShare = 90
        configuration.select.rank.diversityShare = 80
        return configuration
    }

    @Test(arguments: 0..<22)
    func `a round with every scorer that is cut short in an engine call ends the same`(call: Int) async throws
    {
        let (plain, cut) = (MemoryStore(RoundRunnerTests.questions), MemoryStore(RoundRunnerTests.questions))
        let whole = try await RoundRunnerTests.runRound(FakeEngine(), plain, Self.crowded)
        let engine = FakeEngine()
        engine.state.withLock { $0.callsUntilFailure = call }
        let runner = RoundRunnerTests.runner(engine, cut)
        let round = try await runner.begin(configuration: Self.crowded, seed: 11)

        do {
            _ = try await runner.run(round)
        } catch is FakeEngine.Failure {}
        if let open = try await cut.openRound() { _ = try await runner.run(open) }

        let ended = try #require(cut.state.withLock { $0.round })
        #expect(ended.report.selectedCount == whole.report.selectedCount)
        #expect(ended.report.filterCuts == whole.report.filterCuts)
        #expect(cut.state.withLock { $0.candidates } == plain.state.withLock { $0.candidates })
    }

    @Test func `every filter of a crowded round leaves something to train on`() async throws {
        let store = MemoryStore(RoundRunnerTests.questions)

        let round = try await RoundRunnerTests.runRound(FakeEngine(), store, Self.crowded)

        let kept = store.state.withLock { $0.candidates }.filter { $0.verdict == .kept }
        #expect(!kept.isEmpty)
        #expect(
            kept.allSatisfy {
                $0.scores.all.map(\.name.rawValue) == [
                    "difficulty", "ds", "entropy", "ifd", "rating", "vote_share",
                ]
            }
        )
        #expect(round.report.weighedCount == 30)
    }
}
