import Foundation
import Loop
import Testing

/// Where the answer is taken from.
@Suite struct AnswerPatternTests {
    private func reading(_ text: String, _ pattern: AnswerPattern, isCut: Bool = false) throws
        -> AnswerReading
    {
        var configuration = RoundConfiguration()
        configuration.answer.pattern = pattern
        let question = QuestionInput(text: "q", split: .train, origin: "t")
        return try AnswerExtractor(configuration: configuration, question: question).reading(
            of: text,
            isCut: isCut
        )
    }

    @Test(arguments: [
        ("I add them. The answer is 5.\nGood.", AnswerPattern.cue),
        ("So \\boxed{4} is wrong, \\boxed{5} it is.", .boxed),
        ("<answer>4</answer> no, <ANSWER>5</ANSWER>", .tag),
        ("2 + 3\n#### 5\nbye", .hashes),
        ("It is four.\n\n5\n  \n", .lastLine),
        (" 5 ", .text),
    ])
    func `each pattern finds its answer`(_ text: String, _ pattern: AnswerPattern) throws {
        #expect(try reading(text, pattern) == .answer(Answer(canonical: "5")))
    }

    @Test(arguments: AnswerPattern.allCases)
    func `a text without its place says so`(_ pattern: AnswerPattern) throws {
        guard case .none(let why) = try reading(" \n ", pattern) else { return #expect(Bool(false)) }

        #expect(why.contains("no answer followed") || why.contains("it holds no") || why == "it is empty")
    }

    @Test func `thinking in tags is not searched`() throws {
        let text = "<think>The answer is 4. \\boxed{4}\n#### 4\n</think>The answer is 5. \\boxed{5}\n#### 5"

        for pattern in [AnswerPattern.cue, .boxed, .hashes] {
            #expect(try reading(text, pattern).answer?.canonical == "5")
        }
        #expect(try reading("<think>The answer is 4.", .cue).answer == nil)
    }

    @Test func `a bracket that is not closed is no answer`() throws {
        #expect(try reading("\\boxed{5", .boxed).answer == nil)
        #expect(try reading("\\boxed{\\frac{10}{2}} and so on", .boxed).answer?.canonical == "5")
    }

    @Test func `records of rounds without these settings stay what they were`() throws {
        let text = String(decoding: try JSONEncoder().encode(RoundConfiguration()), as: UTF8.self)

        #expect(!text.contains("\"answer\""))
    }
}
