import Loop
import Testing

/// What profile `strict` reads and refuses, form by form (docs/answers.md).
@Suite struct AnswerReadingTests {
    private static func extractor(
        _ profile: ExtractorProfile = .strict,
        choices: [String] = [],
        edition: Int = VoteSettings.Reading.newest
    ) -> AnswerExtractor {
        let question = QuestionInput(text: "", choices: choices, split: .train, origin: "t")
        return AnswerExtractor(
            profile: profile,
            kind: choices.isEmpty
                ? NumericAnswer(question, AnswerSettings()) : ChoiceAnswer(question, AnswerSettings()),
            answerCue: "The answer is",
            questionMarker: "Q:",
            edition: edition
        )
    }

    @Test func `every form that is plainly one number is read`() {
        let strict = Self.extractor()
        #expect(AnswerForms.read.count > 200)
        for (form, wanted) in AnswerForms.read {
            let reading = strict.reading(of: "The answer is \(form)")
            #expect(reading == .answer(Answer(canonical: wanted)), "\(form): \(reading)")
        }
    }

    @Test func `every other form gives no answer and says why`() {
        let strict = Self.extractor()
        #expect(AnswerForms.refused.count > 120)
        for (form, reason) in AnswerForms.refused {
            let reading = strict.reading(of: "The answer is \(form)")
            #expect(reading == .none(reason), "\(form): \(reading)")
        }
    }

    @Test(
        arguments: [
            ("–6", "-6", "6"), ("- 6", "-6", "6"), ("minus 6", "-6", "6"), ("-(6)", "-6", "6"),
            (#"\frac{3}{4}"#, "0.75", "3"), (#"\boxed{\frac{3}{4}}"#, "0.75", "3"), ("3⁄4", "0.75", "3"),
            (#"-\frac{3}{4}"#, "-0.75", "3"), ("2 1/2", "2.5", "2"), (#"2\frac{1}{2}"#, "2.5", "2"),
            ("2½", "2.5", "2"),
            ("1 000", "1000", "1"), ("1{,}000", "1000", "1"), (#"1\,000"#, "1000", "1"),
            (#"1.2 \times 10^3"#, "1200", "1"), ("1.2 x 10^3", "1200", "1"), ("2**3", "8", "2"),
            ("2³", "8", "2"),
            ("10^3", "1000", "10"), ("5 or 6", nil, "5"), ("5–6", nil, "5"), ("(5, 6)", nil, "5"),
            ("10:30", nil, "10"),
            ("not 5 but 6", nil, "5"), ("3 x 4 = 12", "12", "12"), ("5k", "5000", "5"),
            ("5 million", "5000000", "5"),
            ("A-12", nil, "12"),
        ] as [(String, String?, String)]
    )
    func `what 0.1.0 misread is right, and profile authors has not changed`(
        form: String,
        strict: String?,
        authors: String
    ) {
        let text = "The answer is \(form)"

        #expect(Self.extractor().answer(in: text)?.canonical == strict)
        #expect(Self.extractor(.authors).answer(in: text)?.canonical == authors)
    }

    @Test func `a cue that goes on as a denial gives no answer`() {
        #expect(
            Self.extractor().reading(of: "The answer isn't 8, it is 9")
                == .none("\"n't\" comes before the number")
        )
        #expect(Self.extractor().answer(in: "The answer isn’t 8. It is 9.") == nil)
    }

    @Test(
        arguments: [
            ("3", nil), ("3.", nil), ("3,", nil), ("3 ap", nil), ("3 apples", nil), ("3 mil", nil),
            (#"\boxed{3"#, nil),
            ("5 or", nil), ("3 x 4 = 12", nil), ("3%", nil), ("3. So", "3"), ("3 apples.", "3"),
            ("3 apples to", "3"),
            ("$3$", "3"), (#"\boxed{3}"#, "3"), ("**3**", "3"), ("(3)", "3"), ("3!", "3"),
            ("3 x 4 = 12. T", "12"),
            ("3\nA", "3"),
        ] as [(String, String?)]
    )
    func `a cut text gives an answer only where something shows that it was whole`(
        clause: String,
        wanted: String?
    ) {
        let reading = Self.extractor().reading(of: "The answer is \(clause)", isCut: true)

        #expect(reading.answer?.canonical == wanted)
        if wanted == nil { #expect(reading == .cutOff) }
    }

    @Test func `a candidate cut within its answer is truncated and does not vote`() {
        let text = GeneratedText(
            question: QuestionID(rawValue: 1),
            index: 0,
            text: " The answer is 3",
            tokenCount: 4,
            meanLogProbability: -1,
            finish: .length
        )
        var candidate = Candidate(text, round: RoundID(rawValue: 1))

        candidate.read(with: Self.extractor())
        #expect(candidate.answer == nil && candidate.reason == .truncated)

        candidate.read(with: Self.extractor(edition: VoteSettings.Reading.first))
        #expect(candidate.answer == "3" && candidate.reason == nil)
    }

    static let vitamins = ["Vitamin C", "Vitamin B", "Vitamin A"]
    static let things = ["a bird", "a stone", "a fish"]
    static let metals = ["Co", "CO", "NO"]
    static let cities = ["New York", "York", "Bath"]

    @Test(
        arguments: [
            (vitamins, "Vitamin C", "A"), (vitamins, "vitamin c.", "A"), (vitamins, "(A) Vitamin C", "A"),
            (vitamins, "(C) Vitamin C", nil), (vitamins, "Vitamin D", nil), (vitamins, "A", "A"),
            (things, "A or B", nil), (things, "A and not B", nil), (things, "A because it flies", "A"),
            (things, "not B", nil), (things, "n't B, it is C", nil), (things, "A, not B", nil),
            (things, "A is correct", "A"), (things, "A is not correct", nil), (things, "both A and B", nil),
            (things, "either A or B", nil), (things, "neither A nor B", nil), (things, "A/B", nil),
            (things, "**A**", "A"), (things, "**(B)**", "B"), (things, #"\boxed{B}"#, "B"),
            (things, "b", "B"),
            (things, "(B) because A is wrong", "B"), (things, "the stone", nil),
            (things, "a stone because it sinks", "B"), (things, "choice B", "B"), (things, "B: a stone", "B"),
            (things, "anything but B", nil), (things, "I doubt B", nil), (things, "B if it sinks", nil),
            (things, "¬B", nil), (things, "~B", nil), (things, "Ｂ", "B"), (things, "（Ｂ）", "B"),
            (things, "'B'", "B"), (things, "'B' is right", "B"), (things, "a stone (B)", "B"),
            (things, "a stone (C)", nil), (things, "B, a fish", nil), (things, "B - a stone", "B"),
            (things, "B - a fish", nil), (things, "B because a fish swims", "B"),
            (["3", "4", "7"], "C, 3 + 4 = 7", "C"), (["3", "4", "7"], "C, 4", nil),
            (cities, "A, New York", "A"), (cities, "B, New York", nil), (cities, "A is York", nil),
            (things, "A-12", nil), (things, "plan B", nil), (things, "B?", nil), (things, "A. a stone", nil),
            (["a dog", "no pet"], "(B) no pet", "B"), (["yes", "no"], "No.", "B"),
            (metals, "Co", "A"), (metals, "CO", "B"), (metals, "co", nil), (["a", "A"], "A", nil),
            (["a", "A"], "(A)", "A"), (["B", "A"], "A", nil), (["a", "b"], "b", "B"),
        ] as [([String], String, String?)]
    )
    func `an option is named by its letter or its own text, plainly`(
        choices: [String],
        form: String,
        wanted: String?
    ) {
        let extractor = Self.extractor(choices: choices)

        #expect(extractor.answer(in: "The answer is \(form)")?.canonical == wanted)
    }

    @Test(
        arguments: [
            ("36", "36"), ("He bought 3 boxes … #### 36", "36"), ("He has 36", nil), ("36. Or 37", nil),
            ("36, 37", nil),
            ("8 and not 9", nil), ("8 because 3 + 5", nil), ("eight", "8"), (" 36\n", "36"), ("36\n37", nil),
            ("x = 12", "12"), ("36 apples", "36"), ("USD 5", "5"), ("about 5", nil), ("", nil),
            ("~6", nil), ("≈ 6", nil), ("6!", nil), ("8-ish", nil),
            ("0.00001", "0.00001"),
            ("#### 3 #### 4", nil), ("#### 3 or 4", nil),
        ] as [(String, String?)]
    )
    func `a reference is one answer and nothing else`(text: String, wanted: String?) {
        #expect(Self.extractor().reference(text)?.canonical == wanted)
        #expect(Self.extractor().referenceReading(text).answer?.canonical == wanted)
    }

    @Test func `options that differ in case are two, the same one twice is refused`() {
        func fault(_ choices: [String]) -> String? {
            do {
                try ChoiceAnswer.check(
                    QuestionInput(text: "q", choices: choices, split: .train, origin: "t"),
                    AnswerSettings()
                )
                return nil
            } catch {
                return "\(error)"
            }
        }

        #expect(fault(["Co", "CO"]) == nil)
        #expect(fault(["a  b", "a b"])?.contains("is there twice") == true)
    }

    @Test func `a round that began with the first rules ends with them`() {
        let first = Self.extractor(edition: VoteSettings.Reading.first)

        #expect(first.answer(in: "The answer is 5 or 6")?.canonical == "5")
        #expect(first.answer(in: "The answer is 3", isCut: true)?.canonical == "3")
        #expect(first.reference("He bought 3 boxes #### 36")?.canonical == "3")
        #expect(
            Self.extractor(choices: Self.things, edition: 1).answer(in: "The answer is not B")?.canonical
                == "B"
        )
    }

    @Test func `records keep the edition of the rules, and those of 0.1.0 their bytes`() throws {
        var configuration = RoundConfiguration()
        #expect(configuration.vote.reading == 2)
        #expect(try RecordedConfiguration.text(configuration).contains(#""reading":2"#))

        configuration.vote.reading = 1
        let released = try RecordedConfiguration.text(configuration)
        #expect(!released.contains("reading"))

        let read = try RecordedConfiguration.value(released)
        #expect(read.vote.reading == 1 && read.undeclared.isEmpty)
        #expect(try RecordedConfiguration.text(read) == released)
        #expect(!RoundConfiguration.settings.contains { $0.path == "vote.reading" })
        #expect(try RecordedConfiguration.value("{}").vote.reading == 1)
    }

    @Test(arguments: [
        "(", "-", "$", "**", "1 ", "1,", "9^", #"\frac{"#, "one ", "= ", "not ", "{", "a ", "1/",
    ])
    func `a long clause is read in time that grows with its length`(part: String) {
        let text = "The answer is " + String(repeating: part, count: 20_000)
        let clock = ContinuousClock()

        let time = clock.measure { _ = Self.extractor().reading(of: text) }

        #expect(time < .seconds(10))
    }
}
