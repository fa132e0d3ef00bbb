import Loop
import Testing

/// Which words of a question its candidates see.
@Suite struct QuestionViewTests {
    private static func question(_ text: String, variants: [String] = [], choices: [String] = [])
        -> QuestionInput
    {
        QuestionInput(
            text: text,
            choices: choices,
            split: .train,
            origin: "train.jsonl:1",
            variants: variants
        )
    }

    private static func wordings(_ question: QuestionInput, _ rule: ViewRule, _ count: Int = 6) -> [String] {
        var configuration = RoundConfiguration()
        (configuration.generate.views, configuration.generate.viewCount) = (rule, count)
        return configuration.wordings(of: question)
    }

    @Test func `the terms of a sum take every order, the own one first`() {
        let found = Self.wordings(Self.question("What is 3 + 4 + 15?"), .terms)

        #expect(
            found == [
                "What is 3 + 4 + 15?", "What is 3 + 15 + 4?", "What is 4 + 3 + 15?", "What is 4 + 15 + 3?",
                "What is 15 + 3 + 4?", "What is 15 + 4 + 3?",
            ]
        )
    }

    @Test func `a minus moves with its term and never comes first`() {
        let found = Self.wordings(Self.question("Compute 8 - 3 + 2 = "), .terms)

        #expect(
            found == [
                "Compute 8 - 3 + 2 = ", "Compute 8 + 2 - 3 = ", "Compute 2 + 8 - 3 = ",
                "Compute 2 - 3 + 8 = ",
            ]
        )
    }

    @Test func `factors move, decimals and thousands stay whole`() {
        #expect(Self.wordings(Self.question("2*3.5"), .terms) == ["2*3.5", "3.5*2"])
        #expect(
            Self.wordings(Self.question("Is it 1,000 + 2?"), .terms) == [
                "Is it 1,000 + 2?", "Is it 2 + 1,000?",
            ]
        )
        // Equal terms make equal texts, which count once.
        #expect(Self.wordings(Self.question("4 + 4"), .terms) == ["4 + 4"])
    }

    @Test(arguments: [
        "What is 2 * 3 + 4?", "What is (3 + 4) * 2?", "What is 2 * (3 + 4)?", "What is -3 + 4?",
        "What is 3 + 4 times 2?", "What is 10 - 3?", "On 2024-05-01?", "Add 3 + 4, then 5 + 6",
        "What is 3 + 4x?", "What is twice 3 + 4?", "What is half of 3 + 4?", "What is 3 + 4!", "How many?",
        "What is 3 / 4 + 1?", "What is 3 + 4 / 2?", "What is 3 + 4 - 5 * 2?", "Is 3 + 4,5 right?",
        "2 x 3 + 4", "3 + 4 x 2", "5 – 3 + 4", "3 + 4 : 2", "2:3 + 4", "2 \\cdot 3 + 4", "3 + 4 \\div 2",
        "2 ⋅ 3 + 4", "2 ∗ 3 + 4", "Start with 10, subtract 5 + 3", "What is the second term of 3 + 5 + 9?",
        "Subtract 3 + 4 from ten.", "Round 3 + 4.5 up.", "What is 3 + 4, in binary?",
    ])
    func `what may depend on the order is left alone`(text: String) {
        #expect(Self.wordings(Self.question(text), .terms) == [text])
    }

    @Test func `few orders of many are spread over all of them`() {
        let found = Self.wordings(Self.question("1 + 2 + 3 + 4 + 5"), .terms)

        #expect(found.count == 6 && Set(found).count == 6)
        #expect(Set(found.compactMap(\.first)) == ["1", "2", "3", "4", "5"])
        let longest = (1...16).map(String.init).joined(separator: " + ")
        #expect(Self.wordings(Self.question(longest), .terms, 64).count == 64)
        #expect(Self.wordings(Self.question(longest + " + 17"), .terms).count == 1)
    }

    @Test func `variants come before orders, and the limit counts the own words`() {
        let question = Self.question("What is 3 + 4?", variants: ["Add 3 and 4.", "Sum 3 and 4."])

        #expect(Self.wordings(question, .none) == ["What is 3 + 4?"])
        #expect(Self.wordings(question, .variants) == ["What is 3 + 4?", "Add 3 and 4.", "Sum 3 and 4."])
        #expect(
            Self.wordings(question, .all) == [
                "What is 3 + 4?", "Add 3 and 4.", "Sum 3 and 4.", "What is 4 + 3?",
            ]
        )
        #expect(Self.wordings(question, .all, 2) == ["What is 3 + 4?", "Add 3 and 4."])
    }

    @Test func `candidates are dealt over wordings first, then over orders of options`() {
        let question = Self.question("Which?", variants: ["Say which."], choices: ["a", "b", "c"])
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .choice
        (configuration.generate.views, configuration.generate.permuteOptions) = (.variants, true)

        let views = (0..<7).map { configuration.view(of: $0, for: question) }

        #expect(views.map(\.wording) == [0, 1, 0, 1, 0, 1, 0])
        #expect(views.map(\.order.rotation) == [0, 0, 1, 1, 2, 2, 0])
        #expect(Set(views.map(\.number)).count == 6)
        #expect(views[3].shown(question).text == "Say which.")
        #expect(views[3].shown(question).choices == ["b", "c", "a"])
        #expect(configuration.trainedView(of: 3, for: question).shown(question).text == "Which?")
        #expect(configuration.trainedView(of: 3, for: question).order.rotation == 1)
    }

    @Test func `one wording deals options as before`() {
        let question = Self.question("Which?", choices: ["a", "b", "c"])
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .choice
        configuration.generate.permuteOptions = true

        let found = (0..<5).map { configuration.optionOrder(of: $0, for: question).rotation }

        #expect(found == [0, 1, 2, 0, 1])
    }

    @Test func `what views are for and are not set is said`() {
        var configuration = RoundConfiguration()
        configuration.finetune.wording = .seen
        #expect(
            configuration.advice([.train: 100, .gate: 200]).contains {
                $0.hasPrefix("finetune.wording is set")
            }
        )
        configuration.generate.views = .terms
        configuration.generate.candidates = 8
        #expect(
            configuration.advice([.train: 100, .gate: 200]).contains {
                $0.contains("hardly a vote of its own")
            }
        )
    }
}
