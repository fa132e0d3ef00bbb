import Loop
import Testing

@Suite struct AnswerExtractorTests {
    private func extractor(
        _ profile: ExtractorProfile,
        choices: [String] = [],
        marker: String? = "Q:"
    ) -> AnswerExtractor {
        let type: any AnswerKind.Type = choices.isEmpty ? NumericAnswer.self : ChoiceAnswer.self
        return AnswerExtractor(
            profile: profile,
            kind: type.init(
                QuestionInput(text: "", choices: choices, split: .train, origin: "t"),
                AnswerSettings()
            ),
            answerCue: "The answer is",
            questionMarker: marker
        )
    }

    @Test(arguments: [
        (" 3 + 5 = 8. The answer is 8.", "8"),
        ("The answer is 5.0.", "5"),
        ("The answer is 1/2.", "0.5"),
        ("The answer is 2 / 6", "1/3"),
        ("The answer is 1,234.", "1234"),
        ("The answer is 1,234,567.50", "1234567.5"),
        ("The answer is $5", "5"),
        ("The answer is -$5.25", "-5.25"),
        ("The answer is $-5", "-5"),
        ("The answer is 12%.", "12"),
        ("The answer is -6.", "-6"),
        ("The answer is \u{2212}6.", "-6"),
        ("The answer is +6.", "6"),
        ("The answer is .5", "0.5"),
        ("The answer is -0.", "0"),
        ("The answer is 007", "7"),
        ("the ANSWER is: **8** apples", "8"),
        ("The answer is $5/month", "5"),
        ("The answer is 8 and not 9", "8"),
        ("The answer is 5kg.", "5"),
        ("The answer is 8. The answer is 9.", "8"),
        ("The answer is 8.\nQ: What is 1 + 1?\nA: The answer is 2.", "8"),
        ("The answer is 123456789012345678901234567890", "123456789012345678901234567890"),
        ("The answer is eight.", "8"),
        ("The answer is 3 + 4 = 7", "7"),
        ("The answer is 1e3", "1000"),
    ])
    func `strict reads exact numbers`(text: String, expected: String) {
        #expect(extractor(.strict).answer(in: text)?.canonical == expected)
    }

    @Test(arguments: [
        "",
        "8",
        "3 cats and 7 dogs",
        "The answer is",
        "The answer is unknown. 5 is odd",
        "The answer is 3 - 4",
        "The answer is 10-6",
        "The answer is 3 * 4",
        "The answer is x5",
        "The answer is 1,23",
        "The answer is 1234,567",
        "The answer is 1.2.3",
        "The answer is 1/0",
        "The answer is 1/2/3",
        "The answer is\n8",
        "The answer is 1234567890123456789012345678901",
        "Q: again? The answer is 4",
        "no\nQ: What is 1 + 1?\nA: The answer is 2.",
    ])
    func `strict refuses what is not plainly one number`(text: String) {
        #expect(extractor(.strict).answer(in: text) == nil)
    }

    @Test(arguments: [
        ("The answer is -6.", "6"),
        ("The answer is 2.75", "2"),
        ("The answer is 3/4", "3"),
        ("The answer is 1e3", "1"),
        ("3 cats and 7 dogs", "3"),
        ("The answer is 8. The answer is 9.", "9"),
        ("The answer is 3 + 4 = 7", "7"),
        ("The answer is 1,234", "1234"),
        ("THE ANSWER IS 0050", "50"),
        ("The answer is 8.\nQ: What is 1 + 1?\nA: The answer is 2.", "2"),
    ])
    func `authors reproduces the released code's readings`(text: String, expected: String) {
        #expect(extractor(.authors).answer(in: text)?.canonical == expected)
    }

    @Test(arguments: ["", "The answer is six", "The answer is 1234567890123456789012345678901"])
    func `authors fails where the released code fails`(text: String) {
        #expect(extractor(.authors).answer(in: text) == nil)
    }

    @Test(arguments: [
        ("The answer is (B).", "B"),
        ("The answer is (b)", "B"),
        ("The answer is B.", "B"),
        ("The answer is B) a cat", "B"),
        ("The answer is option b", "B"),
        ("The answer is a cat.", "B"),
        ("The answer is (B) a cat", "B"),
        ("The answer is B. A would be wrong", "B"),
        ("The answer is A", "A"),
    ])
    func `strict reads options`(text: String, expected: String) {
        let extractor = extractor(.strict, choices: ["A dog", "a cat", "no pet"])

        #expect(extractor.answer(in: text)?.canonical == expected)
    }

    @Test(arguments: [
        "The answer is (A) or (B)",
        "The answer is (Z)",
        "The answer is D.",
        "The answer is a horse",
        "B",
        "The answer is A good friend",
    ])
    func `strict refuses what is no single option`(text: String) {
        let extractor = extractor(.strict, choices: ["A dog", "a cat", "no pet"])

        #expect(extractor.answer(in: text) == nil)
    }

    @Test(
        arguments: [
            ("The answer is (B).", "B"), ("The answer is (z)", "Z"), ("(c) first", "C"),
            ("The answer is B.", nil),
        ] as [(String, String?)]
    )
    func `authors wants brackets but no such option`(text: String, expected: String?) {
        let extractor = extractor(.authors, choices: ["yes", "no"])

        #expect(extractor.answer(in: text)?.canonical == expected)
    }

    @Test func `references need no cue`() {
        #expect(extractor(.strict).reference("1,200")?.canonical == "1200")
        #expect(extractor(.authors).reference("-6")?.canonical == "6")
        #expect(extractor(.strict, choices: ["yes", "no"]).reference("no")?.canonical == "B")
        #expect(extractor(.strict, choices: ["yes", "no"]).reference("(A)")?.canonical == "A")
        #expect(extractor(.strict, choices: ["yes", "no"]).reference("C") == nil)
    }

    @Test func `rightness compares values and is unknown without a reference`() {
        let strict = extractor(.strict)

        #expect(strict.isRight(strict.answer(in: "The answer is 0.50"), reference: "1/2") == true)
        #expect(strict.isRight(nil, reference: "1/2") == false)
        #expect(strict.isRight(Answer(canonical: "5"), reference: nil) == nil)
    }
}
