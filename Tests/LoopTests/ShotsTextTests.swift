import Loop
import Testing

/// The worked examples reach the prompt as a person meant them, whatever editor wrote the file.
@Suite struct ShotsTextTests {
    private static let good = "Q: What is 1 + 2?\nA: The answer is 3.\n"

    @Test func `a good file stays as it is`() {
        let shots = ShotsText(Self.good, for: PromptSettings())

        #expect(shots.text == Self.good && shots.warnings.isEmpty)
        #expect(ShotsText("", for: PromptSettings()).warnings.isEmpty)
    }

    @Test(arguments: ["\r\n", "\r"]) func `line breaks of other systems become LF`(lineBreak: String) {
        let shots = ShotsText(Self.good.replacing("\n", with: lineBreak), for: PromptSettings())

        #expect(shots.text == Self.good)
        #expect(shots.warnings.count == 1 && shots.warnings.first?.contains("2 line breaks") == true)
    }

    @Test func `a byte order mark is left out`() {
        let shots = ShotsText("\u{FEFF}" + Self.good, for: PromptSettings())

        #expect(Array(shots.text.utf8) == Array(Self.good.utf8) && shots.warnings.count == 1)
    }

    @Test func `a missing last line break is added where the examples begin lines as the template does`() {
        let shots = ShotsText(String(Self.good.dropLast()), for: PromptSettings())

        #expect(shots.text == Self.good)
        #expect(shots.warnings.first?.contains("\"Q:\"") == true, "\(shots.warnings)")
    }

    @Test func `a start of the question's own line is left alone, with a warning`() {
        var prompt = PromptSettings()
        prompt.template = "{question}\n"
        let shots = ShotsText("Translate: ", for: prompt)
        prompt.template = "\nQ: {question}\nA:"
        let apart = ShotsText(String(Self.good.dropLast()), for: prompt)

        #expect(shots.text == "Translate: " && shots.warnings.count == 1)
        #expect(apart.text == String(Self.good.dropLast()) && apart.warnings.isEmpty)
    }
}
