import Loop
import Testing

/// Which paraphrases are kept, as far as their texts say.
@Suite struct ParaphraseRuleTests {
    private static func question(_ text: String, _ split: Split = .train) -> QuestionInput {
        QuestionInput(text: text, answer: "7", split: split, origin: "\(split.rawValue).jsonl:1")
    }

    private static let own = question("Ann has 3 red pens and 4 blue pens. How many pens has she?")
    private static let rules = ParaphraseRules([
        own, question("Count 3 pens and 4 pens of Ann.", .gate), question("What do 4 pens and 3 pens make?"),
        question("Of the pens that Ann has got 3 are red and 4 are blue, so how many?", .test),
    ])

    private static func sorted(
        _ texts: [String],
        of question: QuestionInput = own,
        finish: FinishReason = .stop
    ) -> (texts: [String], refusals: [ParaphraseRefusal]) {
        let replies = texts.enumerated().map { index, text in
            GeneratedText(
                question: QuestionID(rawValue: 1),
                index: index,
                text: text,
                tokenCount: 5,
                meanLogProbability: -1,
                finish: finish
            )
        }
        return rules.sorted(replies, of: question) { $0.contains("endless") }
    }

    @Test(arguments: [
        ("", ParaphraseRefusal.empty), (" \"\" ", .empty),
        ("Ann has 3 red pens.\nShe has 4 blue ones.", .lines),
        ("ann has 3 red pens and 4 blue pens. How many pens has she", .repeated),
        ("Ann has 3 red pens and 5 blue ones. How many?", .numbers),
        ("Ann has three red pens and 4 blue ones. How many?", .numbers),
        ("Ann has 3 red pens, 4 blue ones and 4 others. How many?", .numbers),
        ("3 plus 4?", .length), ("3 and 4" + String(repeating: " and so on", count: 20), .length),
        ("What do 4 pens and 3 pens make?", .leaked), ("count 3 pens and 4 pens of Ann", .leaked),
        ("Of the pens that Ann has got 3 are red and 4 are blue, so how many pens?", .leaked),
        ("In an endless row Ann has 3 red pens and 4 blue ones.", .long),
    ])
    func `a text that does not ask the same is refused`(text: String, reason: ParaphraseRefusal) {
        let sorted = Self.sorted([text])

        #expect(sorted.texts.isEmpty && sorted.refusals == [reason])
    }

    @Test func `other words with the same numbers are kept, each once`() {
        let text = "How many pens has Ann with 4 blue and 3 red ones?"

        let sorted = Self.sorted([" \"\(text)\"", text.uppercased()])

        #expect(sorted.texts == [text] && sorted.refusals == [.repeated])
        #expect(Self.sorted([text], finish: .length).refusals == [.cut])
    }

    @Test func `a question of several lines and without numbers may have any`() {
        let question = Self.question("Read this:\nIs the sky blue?")

        #expect(Self.sorted(["Read:\nIs 1 sky blue?"], of: question).texts.count == 1)
        #expect(Self.sorted(["Read:\nIs\nthe sky blue?"], of: question).refusals == [.lines])
    }

    @Test func `numerals are read with their points and thousands`() {
        #expect(ParaphraseRules.numbers(in: "1,000.5 at 3,4 and 2.") == ["1000.5", "2", "3", "4"])
        #expect(ParaphraseRules.numbers(in: "v1.2.3, 1,0000") == ["0000", "1", "1.2", "3"])
        #expect(ParaphraseRules.numbers(in: "none").isEmpty)
    }
}
