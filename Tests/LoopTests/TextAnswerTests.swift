import Loop
import Testing

/// The kind `text`: short texts, equal or with enough words in common.
@Suite struct TextAnswerTests {
    private static func kind(overlap: Double = 1) -> TextAnswer {
        var settings = AnswerSettings()
        settings.overlap = overlap
        return TextAnswer(QuestionInput(text: "q", split: .train, origin: "t"), settings)
    }

    @Test(arguments: WordForms.text.read)
    func `a short text is normalised`(form: String, answer: String) {
        #expect(Self.kind().read(" \(form)"[...]) == .answer(Answer(canonical: answer)))
    }

    @Test(arguments: WordForms.text.refused)
    func `what is no short text gives none and says why`(form: String, why: String) {
        #expect(Self.kind().read(" \(form)"[...]) == .none(why))
    }

    @Test(
        arguments: [
            (" Paris", nil), (" Paris.", nil), (" Paris. It", "paris"), (" Paris because", "paris"),
            (" St. Lou", nil), (" St. ", nil), (" U.S. Sen", nil), (" Paris, France", nil), ("", nil),
        ] as [(String, String?)]
    )
    func `a cut text counts if something shows that it was whole`(form: String, answer: String?) {
        let reading = Self.kind().read(cut: form[...])

        #expect(reading == answer.map { .answer(Answer(canonical: $0)) } ?? .cutOff)
    }

    @Test(arguments: [
        ("Paris. It is large", "more follows the first sentence"),
        ("Paris because it is large", "\"because\" begins an explanation; give the answer alone"),
        ("one\ntwo", "more follows the first sentence"), ("", "the answer is empty"),
        ("Paris?", "the answer ends in a question mark: it is asked, not said"),
    ])
    func `a reference is nothing but the text`(text: String, why: String) {
        #expect(Self.kind().referenceReading(text) == .none(why))
    }

    @Test func `a reference is read as an answer is`() {
        #expect(Self.kind().referenceReading("The Eiffel Tower.").answer == Answer(canonical: "eiffel tower"))
        #expect(Self.kind().reference("J. K. Rowling", profile: .strict) == Answer(canonical: "j k rowling"))
        #expect(Self.kind().reference("Paris", profile: .authors) == nil)
    }

    @Test func `answers that overlap vote for the first of them`() {
        let answers = ["eiffel tower", "eiffel tower in paris", nil, "london", "tower", "eiffel tower"]

        // 2 of 2 and 4 words are 4/6, 1 of 1 and 2 words is 2/3.
        #expect(
            Self.kind(overlap: 0.6).voteKeys(answers)
                == ["eiffel tower", "eiffel tower", nil, "london", "eiffel tower", "eiffel tower"]
        )
        #expect(Self.kind(overlap: 0.7).voteKeys(answers) == answers)
        #expect(Self.kind().voteKeys(answers) == answers)
    }

    @Test func `a chain of small steps joins nothing`() {
        let keys = Self.kind(overlap: 0.5).voteKeys([
            "one two three four", "three four five six", "five six seven eight",
        ])

        // The third overlaps with the second, which is no first answer.
        #expect(keys == ["one two three four", "one two three four", "five six seven eight"])
    }

    @Test(arguments: [
        ("in 1990", "in 1991"), ("not a red car", "red car"), ("red car or bus", "red car bus"),
        ("room 5 left", "room left"), ("", ""), ("red", "blue"),
    ])
    func `other numbers, denials and words never overlap`(one: String, other: String) {
        let kind = Self.kind(overlap: 0.1)

        #expect(kind.voteKeys([one, other]) == [one, other])
        #expect(one == other || !kind.isRight(Answer(canonical: one), Answer(canonical: other)))
    }

    @Test func `an answer that overlaps with the reference is right where the settings say so`() throws {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .text
        let question = QuestionInput(text: "q", answer: "the Eiffel Tower", split: .gate, origin: "t")
        let strict = try AnswerExtractor(configuration: configuration, question: question)
        configuration.answer.overlap = 0.6
        let loose = try AnswerExtractor(configuration: configuration, question: question)
        let answer = loose.answer(in: " The answer is Eiffel Tower, Paris.")

        #expect(answer == Answer(canonical: "eiffel tower paris"))
        #expect(loose.isRight(answer, reference: question.answer) == true)
        #expect(strict.isRight(answer, reference: question.answer) == false)
        #expect(loose.isRight(nil, reference: question.answer) == false)
        #expect(loose.isRight(answer, reference: nil) == nil)
    }

    @Test func `odd Unicode never ends the program`() {
        var random = SystemRandomNumberGenerator()
        let parts = [
            ".", "?", "-", "\\", "\\boxed{", "}", "'", "$", "1", ",", "½", " ", "\n", "\r\n", "\u{200B}",
            "\u{301}", "\u{FDFA}", "👩‍👩‍👧", "İ", "ß", "U.S.", "A", ". ", "。", "because", "\u{0}", "\u{10FFFF}",
            "the",
        ]
        for _ in 0..<2000 {
            let count = Int.random(in: 0...12, using: &random)
            let text = (0..<count).compactMap { _ in parts.randomElement(using: &random) }.joined()

            _ = (Self.kind().read(text[...]), Self.kind().read(cut: text[...]))
            if case .none(let why) = Self.kind().referenceReading(text) { #expect(!why.isEmpty) }
        }
    }
}
