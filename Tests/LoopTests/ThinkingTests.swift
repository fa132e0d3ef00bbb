import Loop
import Synchronization
import Testing

/// A model that thinks in tags: what it thinks is trained on, and read for no answer.
@Suite struct ThinkingTests {
    /// A template that switches thinking off by an empty pair of tags, and opens the first where it is on.
    struct ThinkingChat: ChatRenderer {
        var place = "toy"
        var thinks = Thinking.off

        func render(_ turns: [(role: Prompt.Role, text: String)], opensAnswer: Bool) -> String {
            let off = "<assistant><think>\n\n</think>\n\n"
            return ToyChat().render(turns, opensAnswer: false)
                + (opensAnswer ? (thinks == .on ? "<assistant><think>\n" : off) : "")
        }

        func endToken(of text: String) -> String? { ToyChat().endToken(of: text) }

        func thinking(_ thinking: Thinking) -> any ChatRenderer { ThinkingChat(thinks: thinking) }
    }

    private static let question = QuestionInput(text: "2 + 2?", answer: "4", split: .train, origin: "t")

    private static func configuration(_ thinking: Thinking) -> RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        (configuration.prompt.format, configuration.prompt.thinking) = (.chat, thinking)
        return configuration
    }

    private static func extractor(_ profile: ExtractorProfile = .strict) throws -> AnswerExtractor {
        try AnswerExtractor(configuration: configuration(.on), question: question, profile: profile)
    }

    @Test func `the template's own way switches thinking off`() throws {
        let prompts = try Self.configuration(.off).prompt.writer(.standard.with(ThinkingChat()))

        let prompt = prompts.generationPrompt(for: Self.question).text

        #expect(prompt.hasSuffix("</s><assistant><think>\n\n</think>\n\n"))
        #expect(prompts.answerStart.isEmpty)
    }

    @Test func `a tag that the template opens is part of the text, and of no prompt that is trained with`()
        throws
    {
        let prompts = try Self.configuration(.on).prompt.writer(.standard.with(ThinkingChat()))

        #expect(prompts.answerStart == "<think>\n")
        #expect(prompts.generationPrompt(for: Self.question).text.hasSuffix("</s><assistant><think>\n"))
        #expect(prompts.prompt(for: Self.question).text.hasSuffix("</s><assistant>"))
        #expect(prompts.answerHeader.text == "<assistant>")
    }

    @Test(arguments: ExtractorProfile.allCases)
    func `the answer is read behind the thinking alone`(profile: ExtractorProfile) throws {
        let extractor = try Self.extractor(profile)
        let thought = "<think>The answer is 7.</think>"

        #expect(extractor.answer(in: thought + " The answer is 4.")?.canonical == "4")
        #expect(extractor.answer(in: thought + " So be it") == nil)
        #expect(extractor.answer(in: "<think>The answer is 7.") == nil)
        #expect(extractor.answer(in: "The answer is 4.")?.canonical == "4")
    }

    @Test func `thinking that does not end is no answer, and explain says so`() throws {
        var candidate = Candidate(
            round: RoundID(rawValue: 1),
            question: QuestionID(rawValue: 1),
            index: 0,
            text: "<think>The answer is 4.",
            tokenCount: 9,
            meanLogProbability: -1,
            finish: .stop
        )
        let round = RoundRecord(
            id: RoundID(rawValue: 1),
            parent: .base,
            phase: .report,
            seed: 1,
            configuration: Self.configuration(.on),
            startedAt: ""
        )
        func explained() -> String {
            VerdictExplanation(
                candidate,
                rivals: [candidate],
                round: round,
                rank: nil,
                weighedCount: 0,
                question: Self.question
            ).text
        }
        candidate.settle(.dropped, .unparsed)
        let unread = explained()
        candidate.finish = .length
        candidate.settle(.dropped, .truncated)

        #expect(unread.contains("its thinking does not end"))
        #expect(explained().contains("while it was thinking"))
        #expect(explained().contains("raise prompt.thinkingTokens"))
    }

    @Test func `thinking has tokens on top, and no string ends it`() {
        var configuration = Self.configuration(.on)
        (configuration.generate.maxNewTokens, configuration.prompt.thinkingTokens) = (100, 50)

        #expect(configuration.writing.maxNewTokens == 150)
        #expect(configuration.writing.stop.isEmpty)
        configuration.prompt.thinking = .off
        #expect(configuration.writing == configuration.generate)
    }

    @Test func `a round trains on the thinking and the words that answers begin with`() async throws {
        var configuration = Self.configuration(.on)
        configuration.prompt.answerPrefix = "Well."
        let store = MemoryStore(RoundRunnerTests.questions)
        let text: @Sendable (GenerationRequest, Int) -> String = { request, index in
            let numbers = request.prompt.text.split { !$0.isNumber }.compactMap { Int($0) }
            return " Hm. The answer is 99.</think> The answer is \(numbers.reduce(0, +))."
        }
        let thinking = FakeEngine(text: text, chat: ThinkingChat())
        let thinker = RoundRunner(engine: thinking, store: store, clock: { 0 }, report: { _ in })

        let ended = try await thinker.run(try await thinker.begin(configuration: configuration, seed: 11))

        let (asked, jobs) = thinking.state.withLock { ($0.prompts, $0.jobs) }
        #expect(ended.report.voteAccuracy == 1)
        #expect(!asked.isEmpty && asked.allSatisfy { $0.hasSuffix("<assistant><think>\nWell.") })
        let samples = jobs.first?.samples ?? []
        #expect(!samples.isEmpty && samples.allSatisfy { $0.completion.hasPrefix("<think>\nWell. Hm.") })
        #expect(samples.allSatisfy { $0.prompt.text.hasSuffix("</s><assistant>") })
    }

    @Test func `only chats record how their answers ended`() async throws {
        func run(_ configuration: RoundConfiguration) async throws -> (RoundRecord, [EvaluationAnswer]) {
            let store = MemoryStore(RoundRunnerTests.questions)
            let engine = FakeEngine(chat: ToyChat())
            let round = try await RoundRunnerTests.runRound(engine, store, configuration)
            return (round, store.state.withLock { $0.evaluations.values.flatMap(\.answers) })
        }

        let (chat, chatAnswers) = try await run(Self.configuration(.off))
        let (plain, plainAnswers) = try await run(RoundRunnerTests.configuration)

        #expect(chatAnswers.allSatisfy { $0.finish == .stop })
        #expect(chat.report.gate?.stopRateBefore == 1)
        #expect(chat.report.gate?.stopRateAfter == 1)
        #expect(plainAnswers.allSatisfy { $0.finish == nil })
        #expect(plain.report.gate?.stopRateAfter == nil)
    }

    @Test func `plain answers begin with the words, too`() async throws {
        var configuration = RoundRunnerTests.configuration
        configuration.prompt.answerPrefix = " Well."
        let engine = FakeEngine()
        let store = MemoryStore(RoundRunnerTests.questions)
        let runner = RoundRunner(engine: engine, store: store, clock: { 0 }, report: { _ in })

        let ended = try await runner.run(try await runner.begin(configuration: configuration, seed: 11))

        let (asked, jobs) = engine.state.withLock { ($0.prompts, $0.jobs) }
        #expect(ended.outcome == .promoted)
        #expect(asked.allSatisfy { $0.hasSuffix("\nA: Well.") })
        let samples = jobs.first?.samples ?? []
        #expect(!samples.isEmpty && samples.allSatisfy { $0.completion.hasPrefix(" Well.") })
        #expect(samples.allSatisfy { $0.prompt.text.hasSuffix("\nA:") })
    }

    @Test func `a judge is not shown what a model thinks`() async throws {
        struct Echo: AnswerJudge {
            func readings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading] {
                texts.map { .answer(Answer(canonical: $0)) }
            }
        }
        let texts = ["<think>a</think>b", "<think>c", "d"]

        let chat = try await Echo().reading(spokenBy: Self.configuration(.on).prompt)
            .readings(of: texts, question: Self.question)
        let plain = try await Echo().reading(spokenBy: PromptSettings())
            .readings(of: texts, question: Self.question)

        #expect(chat.map { $0.answer?.canonical } == ["b", nil, "d"])
        #expect(plain.map { $0.answer?.canonical } == texts)
    }

    @Test func `worked examples go into the question's turn where that is asked for`() throws {
        var settings = PromptSettings()
        (settings.format, settings.shotsAs) = (.chat, .user)
        settings.shots = "Q: 1 + 1?\nA: The answer is 2.\n"

        let prefix = try settings.writer(.standard.with(ToyChat())).generationPrefix

        #expect(prefix == "<system>Hi</s><user>\("Q: 1 + 1?\nA: The answer is 2.\n")")
    }
}
