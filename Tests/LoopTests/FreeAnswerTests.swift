import Loop
import Testing

/// The kind `free`: texts without one right form.
@Suite struct FreeAnswerTests {
    private static func kind(overlap: Double = 0.5) -> FreeAnswer {
        var settings = AnswerSettings()
        settings.overlap = overlap
        return FreeAnswer(QuestionInput(text: "q", split: .train, origin: "t"), settings)
    }

    private static func extractor(_ pattern: AnswerPattern) throws -> AnswerExtractor {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .free
        configuration.answer.pattern = pattern
        return try AnswerExtractor(
            configuration: configuration,
            question: QuestionInput(text: "q", split: .train, origin: "t")
        )
    }

    @Test func `the whole text is the answer, in every language`() throws {
        let extractor = try Self.extractor(.text)

        #expect(
            extractor.answer(in: " One line.\nAnother. \n")
                == Answer(canonical: "One line.\nAnother.")
        )
        #expect(extractor.answer(in: "天気は晴れです。") == Answer(canonical: "天気は晴れです。"))
        #expect(extractor.answer(in: "<think>Hm.</think> Yes.") == Answer(canonical: "Yes."))
        #expect(extractor.answer(in: "<think>Hm, this has no") == nil)
    }

    @Test func `after a cue the answer goes on to the end of the text`() throws {
        let extractor = try Self.extractor(.cue)

        #expect(
            extractor.answer(in: " I think. The answer is Take a walk.\nThen rest.")
                == Answer(canonical: "Take a walk.\nThen rest.")
        )
        #expect(extractor.answer(in: " I think.") == nil)
    }

    @Test(arguments: [
        ("", "it is empty"), ("  \n", "it is empty"), (" … \n ?!", "the answer has no word"),
    ])
    func `a text without a word gives none and says why`(text: String, why: String) throws {
        #expect(try Self.extractor(.text).reading(of: text) == .none(why))
    }

    @Test func `a text that the token limit cut off gives none`() throws {
        #expect(try Self.extractor(.text).reading(of: " Take a walk. Then", isCut: true) == .cutOff)
        #expect(
            try Self.extractor(.tag).reading(of: "<answer>Take a walk.</answer> And", isCut: true)
                == .answer(Answer(canonical: "Take a walk."))
        )
    }

    @Test(
        arguments: [
            ("Take a long walk.", "take a long walk", true), ("Take a walk.", "Go for a walk!", false),
            ("Take a walk now.", "Take a walk.", true), ("Sleep.", "Take a walk.", false),
            ("今日は晴れです", "今日は雨です", true), ("今日は晴れです", "雪が降る", false),
        ] as [(String, String, Bool)]
    )
    func `it is right if it has enough words in common with the reference`(
        text: String,
        reference: String,
        isRight: Bool
    ) throws {
        let kind = Self.kind(overlap: 0.6)
        let wanted = try #require(kind.reference(reference, profile: .strict))

        #expect(kind.isRight(Answer(canonical: text), wanted) == isRight)
    }

    @Test func `words that come twice count twice`() throws {
        let (twice, once) = (Answer(canonical: "so so so so"), Answer(canonical: "so good"))

        // One word in common of four and two: F1 is a third.
        #expect(Self.kind(overlap: 0.33).isRight(twice, once))
        #expect(!Self.kind(overlap: 0.34).isRight(twice, once))
    }

    @Test func `kind free wants an overlap below 1, and no options`() throws {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .free

        #expect(throws: LoopError.self) { try configuration.validate() }
        configuration.answer.overlap = 0.5
        #expect(throws: Never.self) { try configuration.validate() }
        let question = QuestionInput(text: "q", choices: ["a", "b"], split: .train, origin: "t")
        #expect(throws: LoopError.self) { try FreeAnswer.check(question, configuration.answer) }
    }

    @Test func `settings of other kinds are warned about, its own are not`() {
        var configuration = RoundConfiguration()
        configuration.answer.similarity = 0.8
        let counts: [Split: Int] = [.train: 100, .valid: 50, .gate: 50]
        func named() -> Bool {
            configuration.advice(counts).contains {
                $0.hasPrefix("answer.similarity is set, but only kind free")
            }
        }

        #expect(named())
        configuration.vote.answerKind = .free
        #expect(!named())
    }

    @Test func `one candidate can have no majority`() {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .free
        configuration.answer.overlap = 0.5
        configuration.generate.candidates = 1

        let error = #expect(throws: LoopError.self) { try configuration.checkSense() }
        #expect(error?.message.contains("two candidates that agree") == true)
    }
}
