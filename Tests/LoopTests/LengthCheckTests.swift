import Loop
import Synchronization
import Testing

/// Questions that are longer than the model takes: a token is a word here.
@Suite struct LengthCheckTests {
    static func ruler(_ contextLength: Int) -> PromptRuler {
        PromptRuler(contextLength: contextLength) { $0.text.split(whereSeparator: \.isWhitespace).count }
    }

    private static func question(_ words: Int, _ split: Split, rationale: String? = nil) -> QuestionInput {
        QuestionInput(
            text: Array(repeating: "w", count: words).joined(separator: " "),
            answer: "3",
            rationale: rationale,
            split: split,
            origin: "\(split.rawValue).jsonl:7"
        )
    }

    private static var configuration: RoundConfiguration {
        var configuration = RoundConfiguration()
        configuration.prompt.shots = "Q: a b\nA: c\n"
        configuration.generate.maxNewTokens = 20
        return configuration
    }

    // Five tokens of worked examples, two of the template.
    @Test(arguments: [Split.train, .gate, .test])
    func `prompt, worked examples and new tokens must fit together`(split: Split) throws {
        let check = try LengthCheck(Self.configuration, Self.ruler(100))

        #expect(check.fault(of: Self.question(73, split)) == nil)
        let fault = check.fault(of: Self.question(74, split))
        #expect(fault?.code == .invalidData)
        #expect(
            fault?.message.hasPrefix("\(split.rawValue).jsonl:7: the prompt has 81 tokens (5 of them") == true
        )
        #expect(fault?.message.contains("that is 101; the model takes 100") == true)
    }

    @Test func `an answer and its end must fit behind a train question's prompt in fine-tuning`() throws {
        var configuration = Self.configuration
        configuration.finetune.maxTokens = 12
        let check = try LengthCheck(configuration, Self.ruler(100))

        #expect(check.fault(of: Self.question(8, .train)) == nil)
        #expect(
            check.fault(of: Self.question(9, .train))?.message.contains("finetune.maxTokens is 12") == true
        )
        #expect(check.fault(of: Self.question(9, .gate)) == nil)
    }

    @Test func `a valid question's worked answer is scored, and asked where it serves as gate`() throws {
        var configuration = Self.configuration
        configuration.generate.maxNewTokens = 60
        let check = try LengthCheck(configuration, Self.ruler(100))
        let long = Self.question(90, .valid, rationale: " a b c d e f g h")
        let middle = Self.question(50, .valid, rationale: " a")

        #expect(check.fault(of: long)?.message.contains("prompt and rationale have 101 tokens") == true)
        #expect(check.fault(of: middle) == nil)
        #expect(check.fault(of: middle, isGate: true)?.message.contains("generate.maxNewTokens 60") == true)
    }

    @Test func `settings that leave no room for any question are refused`() throws {
        var configuration = Self.configuration
        #expect(try LengthCheck(configuration, Self.ruler(28)).settingsFault == nil)
        let full = try LengthCheck(configuration, Self.ruler(27)).settingsFault
        configuration.generate.maxNewTokens = 27
        let more = try LengthCheck(configuration, Self.ruler(27)).settingsFault

        #expect(full?.message.contains("prompt.shots") == true)
        #expect(more?.message.hasPrefix("generate.maxNewTokens is 27") == true)
    }
}

/// A journal of before may hold questions that are too long: they stop no round.
@Suite struct LongQuestionTests {
    /// A prompt above 30 words is refused, as a real engine does.
    private static func engine() -> FakeEngine { FakeEngine(ruler: LengthCheckTests.ruler(50)) }

    private static var configuration: RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.generate.maxNewTokens = 20
        return configuration
    }

    private static func long(_ split: Split) -> QuestionInput {
        let text = "What is 1 + 2" + String(repeating: " w", count: 60) + "?"
        let rationale = split == .valid ? " The answer is 3." : nil
        return QuestionInput(
            text: text,
            answer: "3",
            rationale: rationale,
            split: split,
            origin: "old.jsonl:9"
        )
    }

    @Test func `a train question that is too long is left out of the round and named once`() async throws {
        let (engine, store) = (Self.engine(), MemoryStore(RoundRunnerTests.questions + [Self.long(.train)]))
        let (other, without) = (Self.engine(), MemoryStore(RoundRunnerTests.questions))

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration)
        let same = try await RoundRunnerTests.runRound(other, without, Self.configuration)

        #expect(round.outcome == .promoted && round.report.generatedCount == 40)
        let told = store.state.withLock { $0.events.filter { $0.kind == .warning } }
        #expect(told.count == 1 && told.first?.message.contains("old.jsonl:9") == true)
        #expect(store.state.withLock(\.candidates) == without.state.withLock(\.candidates))
        #expect(round.report == same.report)
    }

    @Test(arguments: [Split.valid, .gate, .test])
    func `a held-out question that is too long fails no round`(split: Split) async throws {
        let (engine, store) = (Self.engine(), MemoryStore(RoundRunnerTests.questions + [Self.long(split)]))

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration)

        #expect(round.outcome == .promoted)
        #expect(round.report.validCount == 8)
        #expect(round.report.gate?.after.count == (split == .gate ? 13 : 12))
        #expect(round.report.gate?.after.rightCount == 12)
    }

    @Test func `a round that drew such a question before goes on with empty candidates for it`() async throws
    {
        let store = MemoryStore(RoundRunnerTests.questions + [Self.long(.train)])
        let begun = try await RoundRunnerTests.runner(FakeEngine(), store)
            .begin(configuration: Self.configuration, seed: 11)

        let round = try await RoundRunnerTests.runner(Self.engine(), store).run(begun)

        #expect(round.outcome == .promoted && round.report.generatedCount == 44)
        #expect(round.report.truncatedCount == 4)
    }

    @Test func `no round begins when all train questions are too long`() async throws {
        let held = RoundRunnerTests.questions.filter { $0.split != .train }
        let store = MemoryStore(held + [Self.long(.train)])

        let error = await #expect(throws: LoopError.self) {
            try await RoundRunnerTests.runRound(Self.engine(), store, Self.configuration)
        }

        #expect(error?.message.contains("old.jsonl:9") == true)
    }
}
