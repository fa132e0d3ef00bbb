import Loop
import Synchronization
import Testing

/// The smallest example of each part that a configuration can name, added from here: nothing in `Sources`
/// changes.
///
/// Objectives, prompt formats and model families have theirs in `ObjectiveTests`, `PromptTextTests` and
/// `FamilyTests`.
@Suite struct SeamTests {
    private static func run(
        _ configuration: RoundConfiguration,
        _ catalog: Catalog,
        engine: FakeEngine = FakeEngine(),
        questions: [QuestionInput] = RoundRunnerTests.questions
    ) async throws -> (RoundRecord, MemoryStore.State) {
        let store = MemoryStore(questions)
        let runner = RoundRunner(
            engine: engine,
            store: store,
            clock: { 0 },
            report: { _ in },
            catalog: catalog
        )
        let round = try await runner.begin(configuration: configuration, seed: 11)
        let ended = try await runner.run(round)
        return (ended, store.state.withLock { $0 })
    }

    @Test func `a filter with a score of its own drops, records and explains`() async throws {
        var catalog = Catalog.standard
        catalog.filters = catalog.filters.adding([ShortFilter.self])
        catalog.scorers = catalog.scorers.adding([LengthScorer.self])
        var configuration = RoundRunnerTests.configuration
        configuration.select.filters = [.vote, ShortFilter.name]

        let (round, state) = try await Self.run(configuration, catalog)

        let long = state.candidates.filter { $0.reason == .tooLongForTaste }
        let kept = state.candidates.filter { $0.verdict == .kept }
        #expect(round.outcome == .promoted)
        #expect(!long.isEmpty && !kept.isEmpty)
        #expect(long.allSatisfy { $0.scores[.length] ?? 0 > 4 })
        #expect(kept.allSatisfy { $0.scores[.length] == 4 })
        #expect(round.report.dropCounts?["too_long_for_taste"] == long.count)
        let explanation = VerdictExplanation(
            long[0],
            rivals: state.candidates.filter { $0.question == long[0].question },
            round: round,
            rank: nil,
            weighedCount: 0,
            catalog: catalog
        )
        #expect(explanation.text.contains("It is \(long[0].tokenCount) tokens long."))
        #expect(explanation.text.hasSuffix("It was dropped: it has more than 4 tokens."))
    }

    @Test func `a filter that nobody knows is refused with the known ones`() {
        var configuration = RoundRunnerTests.configuration
        configuration.select.filters = [.vote, ShortFilter.name]

        let error = #expect(throws: LoopError.self) { try configuration.validate() }

        let known =
            "vote, oracle, dedupe, ds, balance, entropy, lossBand, iwsiW, ifd, ifdTop, selfRating, voteBand, budget, "
            + "maxMin, difficultyDiversity, shortest, rewardModel, smallModelScore, secondView"
        #expect(error?.message == "select.filters is short; known are \(known)")
    }

    @Test func `filters run in the order in which they are listed`() async throws {
        var configuration = RoundRunnerTests.configuration
        configuration.select.filters = [.dedupe, .vote]

        let (_, state) = try await Self.run(configuration, .standard)

        // A repeated wrong answer is a duplicate before it can lose the vote.
        #expect(state.candidates.contains { $0.reason == .duplicate })
        let kept = state.candidates.filter { $0.verdict == .kept }
        #expect(Set(kept.map { "\($0.question) \($0.text)" }).count == kept.count)
    }

    @Test func `without the vote every readable candidate is weighed`() async throws {
        var configuration = RoundRunnerTests.configuration
        configuration.select.filters = [.ds]

        let (round, state) = try await Self.run(configuration, .standard)

        #expect(round.report.weighedCount == 40)
        #expect(!state.candidates.contains { $0.reason == .lossDegenerate || $0.reason == .outvoted })
        #expect(round.report.selectedCount == 32)
    }

    @Test func `a filter before the vote weighs what will lose it, too`() async throws {
        var configuration = RoundRunnerTests.configuration
        configuration.select.filters = [.ds, .vote]

        let (round, state) = try await Self.run(configuration, .standard)

        #expect(round.report.weighedCount == 40)
        let outvoted = state.candidates.filter { $0.reason == .outvoted }
        #expect(!state.candidates.contains { $0.reason == .lossDegenerate })
        #expect(!outvoted.isEmpty && outvoted.allSatisfy { $0.scores[.ds] != nil })
        #expect(state.candidates.count { $0.reason == .dsWeight } == 8)
        #expect(round.report.selectedCount == 32 - outvoted.count)
    }

    @Test func `an answer kind reads, votes and judges`() async throws {
        var catalog = Catalog.standard
        catalog.answerKinds = catalog.answerKinds.adding([ParityAnswer.self])
        var configuration = RoundRunnerTests.configuration
        configuration.vote.answerKind = ParityAnswer.id
        configuration.collapse.minParsedShare = 0

        let (round, state) = try await Self.run(configuration, catalog)

        #expect(state.candidates.allSatisfy { $0.answer == "even" || $0.answer == "odd" })
        #expect(round.report.parsedCount == 40)
        #expect(round.report.voteAccuracy != nil)
    }

    @Test func `a judge outside reads in place of the kind, and what it cannot judge has no answer`()
        async throws
    {
        var catalog = Catalog.standard
        catalog.answerKinds = catalog.answerKinds.adding([JudgedAnswer.self])
        var configuration = RoundRunnerTests.configuration
        configuration.vote.answerKind = JudgedAnswer.id
        configuration.collapse.minParsedShare = 0

        let (_, state) = try await Self.run(configuration, catalog)

        let judged = state.candidates.filter { $0.index > 0 }
        #expect(judged.allSatisfy { $0.answer == "good" })
        #expect(state.candidates.filter { $0.index == 0 }.allSatisfy { $0.reason == .unparsed })
    }

    @Test func `where a kind joins answers, the first that won is compared with the reference and shown`()
        async throws
    {
        var catalog = Catalog.standard
        catalog.answerKinds = catalog.answerKinds.adding([JoinedAnswer.self])
        var configuration = RoundRunnerTests.configuration
        configuration.vote.answerKind = JoinedAnswer.id

        let (round, state) = try await Self.run(configuration, catalog)

        // Three of four candidates are right, the fourth is off by an even number.
        #expect(round.report.meanDistinctAnswers == 1)
        #expect(round.report.voteAccuracy == 1)
        let question = state.questions[0]
        let rivals = state.candidates.filter { $0.question == question.id }
        let explanation = VerdictExplanation(
            rivals[3],
            rivals: rivals,
            round: round,
            rank: nil,
            weighedCount: 0,
            question: question.content,
            catalog: catalog
        )
        #expect(explanation.votes.map(\.answer) == ["1"])
        #expect(explanation.votes.map(\.count) == [4])
        #expect(explanation.text.contains("answered no. 5."))
        #expect(explanation.text.contains("no. 1 won with 4 votes"))
    }

    @Test func `a judge outside is asked once for each text`() async throws {
        var catalog = Catalog.standard
        catalog.answerKinds = catalog.answerKinds.adding([CountedAnswer.self])
        var configuration = RoundRunnerTests.configuration
        configuration.vote.answerKind = CountedAnswer.id

        let (_, state) = try await Self.run(configuration, catalog)

        let evaluated = state.evaluations.values.reduce(0) { $0 + $1.answers.count }
        #expect(evaluated > 0)
        #expect(CountedAnswer.textCount.withLock { $0 } == state.candidates.count + evaluated)
    }

    @Test func `a format of a catalogue writes every prompt of its rounds`() async throws {
        var catalog = Catalog.standard
        catalog.promptFormats = catalog.promptFormats.adding(Turns.name) { _ in Turns() }
        var configuration = RoundRunnerTests.configuration
        configuration.prompt.format = Turns.name
        let engine = FakeEngine()

        let (round, _) = try await Self.run(configuration, catalog, engine: engine)

        let (scored, jobs, asked) = engine.state.withLock { ($0.scoredTexts, $0.jobs, $0.prompts) }
        #expect(round.outcome == .promoted)
        #expect(!asked.isEmpty && asked.allSatisfy { $0.hasPrefix("<user>") && $0.hasSuffix("<assistant>") })
        #expect(!scored.isEmpty && scored.allSatisfy { $0.hasPrefix("<user>") })
        #expect(jobs.count == 1 && jobs[0].samples.allSatisfy { $0.prompt.text.hasPrefix("<user>") })
    }

    @Test func `a round asks, scores and trains in the chat format of its engine`() async throws {
        var configuration = RoundRunnerTests.configuration
        configuration.prompt.format = .chat
        let engine = FakeEngine(chat: ToyChat())

        let (round, _) = try await Self.run(configuration, .standard, engine: engine)

        let (scored, jobs, asked) = engine.state.withLock { ($0.scoredTexts, $0.jobs, $0.prompts) }
        #expect(round.outcome == .promoted)
        #expect(!asked.isEmpty && asked.allSatisfy { $0.hasSuffix("</s><assistant>") })
        #expect(!scored.isEmpty && scored.allSatisfy { $0.hasPrefix("<system>Hi</s><user>") })
        let samples = jobs.first?.samples ?? []
        #expect(!samples.isEmpty && samples.allSatisfy { $0.prompt.text.hasPrefix("<system>Hi</s><user>") })
        #expect(samples.allSatisfy { $0.prompt.answerEnd == "</s>" })
    }

    @Test func `an engine that leaves candidates out ends no wave`() async {
        let engine = FakeEngine()
        engine.state.withLock { $0.missingTexts = 1 }

        let error = await #expect(throws: LoopError.self) {
            try await Self.run(RoundRunnerTests.configuration, .standard, engine: engine)
        }

        #expect(error?.code == .engineReply)
        #expect(error?.message.contains("wrote 15 of 16 candidates") == true)
    }

    @Test func `a recorded key that nobody declares is kept and written back`() throws {
        var configuration = RoundConfiguration()
        configuration.generate.candidates = 3
        let text = try RecordedConfiguration.text(configuration)
        let newer = text.replacing(#""generate":{"#, with: #""generate":{"beam":4,"#)
            .replacing("{\"collapse\"", with: #"{"later":{"x":[1,null,"y"]},"collapse""#)

        let read = try RecordedConfiguration.value(newer)

        #expect(read.generate.candidates == 3)
        #expect(read.undeclared.keys.sorted() == ["generate.beam", "later"])
        #expect(read.undeclared["generate.beam"] == .integer(4))
        #expect(try RecordedConfiguration.value(RecordedConfiguration.text(read)) == read)
    }

    @Test func `a key that came after 0.1.0 is recorded where it differs alone`() throws {
        var configuration = RoundConfiguration()
        let plain = try RecordedConfiguration.text(configuration)

        configuration.select.filters = [.vote]

        #expect(!plain.contains("filters") && !plain.contains("objective") && !plain.contains("format"))
        #expect(try RecordedConfiguration.text(configuration).contains(#""filters":["vote"]"#))
    }
}
