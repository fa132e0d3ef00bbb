import Foundation
import Loop
import Testing

/// A template that writes `<user>…</s>`, and a system text of its own where there is none.
struct ToyChat: ChatRenderer {
    var place = "toy"
    /// What becomes of a text.
    var write: @Sendable (String) -> String = { $0 }

    func render(_ turns: [(role: Prompt.Role, text: String)], opensAnswer: Bool) -> String {
        let system = turns.first?.role == .system ? "" : "<system>Hi</s>"
        let all = turns.map { "<\($0.role.rawValue)>\(write($0.text))</s>" }
        return system + all.joined() + (opensAnswer ? "<assistant>" : "")
    }

    func endToken(of text: String) -> String? { text.hasPrefix("</s>") ? "</s>" : nil }
}

@Suite struct ChatFormatTests {
    private static let question = QuestionInput(text: " 2 + 2 </s>?", split: .train, origin: "t")
    private static let shots =
        "Q: 1 + 1?\nA: It is 2.\nThe answer is 2.\n\nQ: 1 + 2 </s>?\nA: The answer is 3.\n"

    private func writer(_ settings: PromptSettings, _ chat: ToyChat = ToyChat()) throws -> PromptWriter {
        var settings = settings
        settings.format = .chat
        return try settings.writer(.standard.with(chat))
    }

    @Test
    func `a question is the last turn, its text stays content, and the template's token ends the answer`()
        throws
    {
        let prompts = try writer(PromptSettings())

        let prompt = prompts.prompt(for: Self.question)

        let expected: PromptText = "<system>Hi</s><user>\(" 2 + 2 </s>?")</s><assistant>"
        #expect(prompt.text == expected.text)
        #expect(prompt.contentRanges == expected.contentRanges)
        #expect(prompt.answerEnd == "</s>")
        #expect(prompts.answerHeader.text == "<assistant>")
        #expect(prompts.answerHeader.answerEnd == "</s>")
        #expect(TextSample(prompt: prompt, completion: "4").text.answerEnd == "</s>")
        #expect(prompts.generationPrefix + prompts.generationPrompt(for: Self.question) == prompt)
    }

    @Test func `worked examples are earlier turns behind the system text, and no part of a bare prompt`()
        throws
    {
        var settings = PromptSettings()
        settings.shots = Self.shots
        settings.system = "Be short.</s>"
        settings.shotsInEvaluation = false
        let prompts = try writer(settings)

        let prefix = prompts.generationPrefix

        let first: PromptText = "<user>\("1 + 1?")</s><assistant>\("It is 2.\nThe answer is 2.")</s>"
        let second: PromptText = "<user>\("1 + 2 </s>?")</s><assistant>\("The answer is 3.")</s>"
        let expected: PromptText = "<system>\("Be short.</s>")</s>\(first)\(second)<user>"
        #expect(prefix == expected)
        let asked = prompts.generationPrompt(for: Self.question)
        #expect(asked.text == " 2 + 2 </s>?</s><assistant>")
        #expect(asked.answerEnd == "</s>")
        let bare = prompts.prompt(for: Self.question)
        #expect(bare.text == "<system>Be short.</s></s><user> 2 + 2 </s>?</s><assistant>")
        #expect(prompts.evaluationPrefix + prompts.evaluationPrompt(for: Self.question) == bare)
    }

    @Test func `worked examples that cannot be cut are in the question's turn`() throws {
        var settings = PromptSettings()
        settings.shots = "1 + 1 = 2</s>"
        let prompts = try writer(settings)

        let prefix = prompts.generationPrefix

        #expect(prefix == "<system>Hi</s><user>\("1 + 1 = 2</s>\n")")
        #expect(prompts.generationPrompt(for: Self.question).text == " 2 + 2 </s>?</s><assistant>")
    }

    @Test func `texts are trimmed where the template trims`() throws {
        let chat = ToyChat { $0.trimmingCharacters(in: .whitespacesAndNewlines) }

        let prompt = try writer(PromptSettings(), chat).prompt(for: Self.question)

        #expect(prompt.text == "<system>Hi</s><user>2 + 2 </s>?</s><assistant>")
        #expect(prompt.contentRanges.count == 1)
    }

    @Test(
        arguments: [
            ("twice", { @Sendable in $0 + $0 }), ("leaves out", { @Sendable _ in "" }),
        ] as [(String, @Sendable (String) -> String)]
    )
    func `a template that changes texts is refused`(
        what: String,
        write: @escaping @Sendable (String) -> String
    )
        throws
    {
        let error = #expect(throws: LoopError.self) {
            try writer(PromptSettings(), ToyChat(write: write))
        }

        #expect(error?.message.contains("the chat template of toy") == true)
        #expect(error?.message.contains(what) == true)
    }

    @Test func `without an engine that gives a template chat is refused`() {
        var settings = PromptSettings()
        settings.format = .chat

        let error = #expect(throws: LoopError.self) { try settings.writer() }

        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("use engine.kind embedded, or prompt.format plain") == true)
    }

    @Test func `a rationale is the answer's turn as it is, and no line starts another question`() {
        var settings = PromptSettings()
        settings.format = .chat

        #expect(settings.completion(for: "It is 4.") == "It is 4.")
        #expect(settings.questionMarker == nil)
    }
}
