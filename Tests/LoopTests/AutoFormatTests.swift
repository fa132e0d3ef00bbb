import Loop
import Synchronization
import Testing

/// `prompt.format: auto` is what the model is made for, and a round records which.
@Suite struct AutoFormatTests {
    /// A template of a model that ends texts, not turns.
    struct BaseChat: ChatRenderer {
        var place = "base"
        var isMadeForChats: Bool { false }

        func render(_ turns: [(role: Prompt.Role, text: String)], opensAnswer: Bool) -> String {
            ToyChat().render(turns, opensAnswer: opensAnswer)
        }

        func endToken(of text: String) -> String? { ToyChat().endToken(of: text) }
    }

    private func run(_ chat: (any ChatRenderer)?) async throws -> (
        round: RoundRecord, asked: [String], events: [String]
    ) {
        var configuration = RoundRunnerTests.configuration
        configuration.prompt.format = .auto
        let engine = FakeEngine(chat: chat)
        let store = MemoryStore(RoundRunnerTests.questions)
        let runner = RoundRunner(engine: engine, store: store, clock: { 0 }, report: { _ in })
        let round = try await runner.begin(configuration: configuration, seed: 11)
        let ended = try await runner.run(round)
        let events = store.state.withLock { $0.events.map(\.message) }
        return (ended, engine.state.withLock { $0.prompts }, events)
    }

    @Test func `a model made for chats is asked in its template, and the round says chat`() async throws {
        let (round, asked, events) = try await run(ToyChat())

        #expect(round.configuration.prompt.format == .chat)
        #expect(!asked.isEmpty && asked.allSatisfy { $0.hasSuffix("</s><assistant>") })
        #expect(events.contains { $0.hasSuffix("prompt.format auto is chat") })
    }

    @Test(arguments: [nil, BaseChat()] as [BaseChat?])
    func `any other model is asked in plain text, and the round says plain`(chat: BaseChat?) async throws {
        let (round, asked, events) = try await run(chat)

        #expect(round.configuration.prompt.format == .plain)
        #expect(!asked.isEmpty && asked.allSatisfy { $0.hasPrefix("Q: ") })
        #expect(events.contains { $0.hasSuffix("prompt.format auto is plain") })
    }

    @Test func `a model that is not made for chats is still asked in its template where chat is written`()
        throws
    {
        var settings = PromptSettings()
        settings.format = .chat

        let prompts = try settings.writer(.standard.with(BaseChat()))

        #expect(prompts.answerHeader.text == "<assistant>")
    }

    @Test func `the defaults say plain, and a record of them has none of the newer keys`() throws {
        let text = try RecordedConfiguration.text(RoundConfiguration())

        for key in ["format", "answerPrefix", "thinking", "thinkingTokens", "shotsAs", "stopTolerance"] {
            #expect(!text.contains("\"\(key)\""), "\(key)")
        }
    }

    @Test func `lengths are measured in the format that auto means`() throws {
        var configuration = RoundConfiguration()
        (configuration.prompt.format, configuration.generate.maxNewTokens) = (.auto, 4)
        let ruler = PromptRuler(contextLength: 40, scoringLength: 40) { $0.text.utf8.count }
        let question = QuestionInput(text: "1 + 1?", split: .gate, origin: "gate.jsonl:1")

        let plain = try LengthCheck(configuration, ruler)
        let chat = try LengthCheck(configuration, ruler, formats: .standard.with(ToyChat()))

        #expect(plain.excessInEvaluation(question) == nil)
        #expect(chat.excessInEvaluation(question) == 14 + "<user>1 + 1?</s><assistant>".utf8.count)
    }
}
