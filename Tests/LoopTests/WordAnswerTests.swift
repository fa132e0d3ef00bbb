import Loop
import Testing

/// The kinds `boolean` and `label`: one plain answer, or none with the reason.
@Suite struct WordAnswerTests {
    static let labels = [
        "positive", "negative", "mixed", "very positive", "New York", "half-true", "don't know", "C", "C++",
        "R&B", ">50K", "<=50K", "-1", "Straße", "U.S. politics",
    ]

    private static func settings(_ change: (inout AnswerSettings) -> Void = { _ in }) -> AnswerSettings {
        var settings = AnswerSettings()
        settings.trueWords.append("entailment")
        settings.falseWords.append("not entailment")
        settings.labels = labels
        change(&settings)
        return settings
    }

    private static func question(_ choices: [String] = []) -> QuestionInput {
        QuestionInput(text: "q", choices: choices, split: .train, origin: "t.jsonl:1")
    }

    private static let boolean = BooleanAnswer(question(), settings())
    private static let label = LabelAnswer(question(), settings())

    @Test(arguments: WordForms.boolean.read)
    func `a plain truth value is read`(form: String, answer: String) {
        #expect(Self.boolean.read(" \(form)"[...]) == .answer(Answer(canonical: answer)))
    }

    @Test(arguments: WordForms.boolean.refused)
    func `no plain truth value gives none and says why`(form: String, why: String) {
        #expect(Self.boolean.read(" \(form)"[...]) == .none(why))
    }

    @Test(arguments: WordForms.label.read)
    func `a plain label is read as the set spells it`(form: String, answer: String) {
        #expect(Self.label.read(" \(form)"[...]) == .answer(Answer(canonical: answer)))
    }

    @Test(arguments: WordForms.label.refused)
    func `no plain label gives none and says why`(form: String, why: String) {
        #expect(Self.label.read(" \(form)"[...]) == .none(why))
    }

    @Test(
        arguments: [
            (" yes", nil), (" yes.", "true"), (" Yes. It", "true"), (" yes, it is", "true"),
            (" yes because", nil),
            (" yes because it", "true"), (" yes it", nil), (" not", nil), (" no", nil), (" no ", nil),
            (" yes, no", nil), (" not entail", nil), (" yes-", nil), (" (no)", "false"), (" yes\n", "true"),
            (" maybe", nil), (" the answer is", nil), ("", nil),
        ] as [(String, String?)]
    )
    func `a cut truth value counts if something shows that it was whole`(form: String, answer: String?) {
        let reading = Self.boolean.read(cut: form[...])

        #expect(reading == answer.map { .answer(Answer(canonical: $0)) } ?? .cutOff)
    }

    @Test(
        arguments: [
            (" positive", nil), (" positive ", nil), (" positive.", "positive"), (" very", nil),
            (" very posi", nil), (" New Yo", nil), (" New York, ", "New York"), (" C", nil), (" C+", nil),
            (" C++", nil), (" U.S.", nil), (" U.S. politics,", "U.S. politics"), (" positive or", nil),
            (" positive, nega", nil), (" positive, the", "positive"),
        ] as [(String, String?)]
    )
    func `a cut label counts if something shows that it was whole`(form: String, answer: String?) {
        let reading = Self.label.read(cut: form[...])

        #expect(reading == answer.map { .answer(Answer(canonical: $0)) } ?? .cutOff)
    }

    @Test(arguments: [
        ("yes", "true"), ("No.", "false"), ("true", "true"), ("**FALSE**", "false"),
        ("not entailment", "false"),
    ])
    func `a reference is a word of the configuration`(text: String, answer: String) {
        #expect(Self.boolean.referenceReading(text) == .answer(Answer(canonical: answer)))
    }

    @Test(arguments: [
        ("yes, because it rains", "\"because\" is beside the truth value; give the truth value alone"),
        ("the answer is yes", "\"the\" is beside the truth value; give the truth value alone"),
        ("yes or no", "more than one truth value is given, yes and no"),
        ("maybe", "it names no truth value that there is"), ("", "it holds no truth value"),
        ("yes?", "the truth value is asked about, not named"),
    ])
    func `a reference is nothing but the truth value`(text: String, why: String) {
        #expect(Self.boolean.referenceReading(text) == .none(why))
    }

    @Test func `a JSON boolean is a reference whatever the words are`() {
        let german = BooleanAnswer(
            Self.question(),
            Self.settings { ($0.trueWords, $0.falseWords) = (["ja"], ["nein"]) }
        )

        #expect(german.referenceReading("true").answer == Answer(canonical: "true"))
        #expect(german.reference("nein", profile: .strict) == Answer(canonical: "false"))
        #expect(german.referenceReading("yes").answer == nil)
        #expect(german.shown(Answer(canonical: "false")) == "nein")
        #expect(german.referenceHint.contains("ja or nein"))
        #expect(german.read(" true"[...]).answer == nil)
    }

    @Test(arguments: [
        ("positive", "positive"), ("Very positive.", "very positive"), ("new york", "New York"),
        ("U.S. politics", "U.S. politics"), ("-1", "-1"), ("\"C++\"", "C++"),
    ])
    func `a reference is a label`(text: String, answer: String) {
        #expect(Self.label.referenceReading(text) == .answer(Answer(canonical: answer)))
    }

    @Test(arguments: [
        ("positive, because it is good", "\"because\" is beside the label; give the label alone"),
        ("a positive", "\"a\" is beside the label; give the label alone"),
        ("non-positive", "\"non\" is beside the label; give the label alone"),
        ("positive or negative", "more than one label is given, positive and negative"),
        ("neutral", "it names no label that there is"), ("", "it holds no label"),
        ("positive?", "the label is asked about, not named"),
    ])
    func `a reference is nothing but the label`(text: String, why: String) {
        #expect(Self.label.referenceReading(text) == .none(why))
    }

    @Test func `a question's own options are its labels`() {
        let label = LabelAnswer(Self.question(["cat", "dog"]), Self.settings())

        #expect(label.read(" dog."[...]).answer == Answer(canonical: "dog"))
        #expect(label.read(" positive"[...]).answer == nil)
        #expect(label.referenceHint == "one of cat, dog")
    }

    @Test func `a label of any marks is read where it is spelled exactly`() {
        let label = LabelAnswer(Self.question(["yes, but no", "because", "who?"]), Self.settings())

        #expect(label.read(" who?"[...]).answer == Answer(canonical: "who?"))
        #expect(label.read(" yes, but no"[...]).answer == Answer(canonical: "yes, but no"))
        #expect(label.referenceReading("because").answer == Answer(canonical: "because"))
    }

    @Test(arguments: [
        (["positive"], "there must be at least two"), (["New York", "new-york"], "read the same"),
        (["ok", "…"], "no letter, digit or sign"),
    ])
    func `labels that cannot be told apart are refused`(labels: [String], why: String) {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .label
        configuration.answer.labels = labels

        let error = #expect(throws: LoopError.self) { try configuration.validate() }

        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("answer.labels") == true)
        #expect(error?.message.contains(why) == true, "\(error?.message ?? "")")
    }

    @Test func `labels of which one is part of another are fine`() throws {
        try LabelAnswer.check(Self.settings())
    }

    @Test func `a question without labels is refused with its place`() {
        let question = Self.question()
        let error = #expect(throws: LoopError.self) {
            try LabelAnswer.check(question, AnswerSettings())
        }

        #expect(error?.message.hasPrefix("t.jsonl:1: answers are labels, but answer.labels is empty") == true)
    }

    @Test(
        arguments: [
            (["yes"], ["Yes!"], "both hold \"yes\""), ([], ["no"], "answer.trueWords is empty"),
            (["yes"], ["."], "answer.falseWords holds"),
        ] as [([String], [String], String)]
    )
    func `words that mean both or nothing are refused`(yes: [String], no: [String], why: String) {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .boolean
        (configuration.answer.trueWords, configuration.answer.falseWords) = (yes, no)

        let error = #expect(throws: LoopError.self) { try configuration.validate() }

        #expect(error?.message.contains(why) == true, "\(error?.message ?? "")")
    }

    @Test func `options fit no truth value`() {
        let question = Self.question(["a", "b"])

        #expect(throws: LoopError.self) { try BooleanAnswer.check(question, AnswerSettings()) }
    }

    @Test func `odd Unicode is read or refused, and never ends the program`() {
        var random = SystemRandomNumberGenerator()
        let parts = [
            ".", "?", "-", "—", "_", "*", "\\", "\\boxed{", "\\text", "}", "(", "'", "’", "$", "1", "½",
            "positive", "not", "yes", "no", " ", "\n", "\r\n", "\u{200B}", "\u{301}", "\u{FDFA}", "👩‍👩‍👧", "🇩🇪",
            "İ", "ß", "ﬁ", "U.S.", "。", "？", "because", "as", "\u{0}", "\u{FFFF}", "\u{10FFFF}", "ก็", "한",
            "ᄀ", ",", "/", "<", "=", "the", "C", "+",
        ]
        for _ in 0..<2000 {
            let count = Int.random(in: 0...12, using: &random)
            let text = (0..<count).compactMap { _ in parts.randomElement(using: &random) }.joined()

            for kind in [Self.boolean, Self.label] as [any StrictAnswerKind] {
                let readings = [
                    kind.read(text[...]), kind.read(cut: text[...]), kind.referenceReading(text),
                ]
                for case .none(let why) in readings { #expect(!why.isEmpty) }
            }
        }
    }

    @Test func `a long text is read in linear time`() {
        for part in ["yes ", "positive-", "because ", "not "] {
            let text = String(repeating: part, count: 20_000)

            _ = Self.boolean.read(cut: text[...])
            _ = Self.label.read(text[...])
        }
    }
}
