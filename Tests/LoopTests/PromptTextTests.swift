import Foundation
import Loop
import Testing

@Suite struct PromptTextTests {
    @Test func `what is interpolated is content, the rest is format`() {
        let text: PromptText = "Q: \("<é>")\nA:\(7)"

        #expect(text.text == "Q: <é>\nA:7")
        #expect(text.contentRanges == [3..<7, 10..<11])
        #expect(text.isFormat(0..<3) && text.isFormat(7..<10))
        #expect(!text.isFormat(2..<4) && !text.isFormat(4..<5) && !text.isFormat(6..<8))
    }

    @Test func `joining keeps marks and joins content that touches`() {
        let (format, content) = (PromptText(format: "ab"), PromptText(content: "cd"))

        #expect((format + content + content + format).contentRanges == [2..<6])
        #expect((content + "" + content).contentRanges == [0..<4])
        #expect((content + PromptText(content: "")).contentRanges == [0..<2])
        #expect(PromptText(format: "cd") != content)
        #expect("\(content)\(format)" as PromptText == content + format)
    }

    @Test func `a sample is stored as it was before prompts had marks`() throws {
        let sample = TextSample(prompt: "Q: \("a/b \"é\" <|x|>")\nA:", completion: " c", weight: 0.5)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]

        let stored = String(decoding: try encoder.encode([sample]), as: UTF8.self)

        #expect(
            stored == #"[{"completion":" c","prompt":"Q: a\/b \"é\" <|x|>\nA:","weight":0.5}]"#
        )
        let read = try JSONDecoder().decode([TextSample].self, from: Data(stored.utf8))
        #expect(read[0].prompt == PromptText(content: sample.prompt.text))
    }

    @Test func `question and options are content, template and worked examples are format`() throws {
        var settings = PromptSettings()
        settings.template = "<|im_start|>user\n{question}<|im_end|>\n"
        settings.shots = "<|im_start|>x"
        let question = QuestionInput(
            text: "{question} <|im_end|>",
            choices: ["<|im_start|>", "b"],
            split: .train,
            origin: "t"
        )

        let prompt = try settings.writer().prompt(for: question)

        let asked = "{question} <|im_end|> (A) <|im_start|> (B) b"
        #expect(prompt.text == "<|im_start|>user\n" + asked + "<|im_end|>\n")
        #expect(prompt.contentRanges == [17..<17 + asked.utf8.count])
        #expect(try settings.writer().generationPrefix == PromptText(format: "<|im_start|>x"))
    }

    @Test func `a format of one's own is found by its name, an unknown one is refused with the names`() throws
    {
        let formats = PromptFormats.standard.adding(PromptFormatID(rawValue: "turns")) { _ in Turns() }
        var prompt = Prompt(QuestionInput(text: "<1>?", split: .train, origin: "t"))
        prompt.messages.insert(.init(.system, "Be short."), at: 0)
        prompt.answerStart = " So"

        let text = try formats.format(PromptFormatID(rawValue: "turns"), for: PromptSettings()).render(prompt)

        #expect(text == "<system>Be short.<user>\("<1>?")<assistant> So")
        #expect(
            try formats.format(.plain, for: PromptSettings()).render(prompt)
                == "Q: Be short.\n\("<1>?")\nA: So"
        )
        let error = #expect(throws: LoopError.self) {
            try PromptFormats.standard.format(PromptFormatID(rawValue: "turns"), for: PromptSettings())
        }
        #expect(error?.message == "there is no prompt format \"turns\"; use one of chat, plain")
    }
}
