import Daemon
import Loop
import Store
import Testing

/// Held-out questions among the worked examples.
@Suite("Worked examples", .timeLimit(.minutes(1)))
struct ShotsTests {
    private static let shots =
        "Q: What is 13 + 4?\nA: The answer is 17.\n\nQ: What is\n  1 + 2 ?\nA: The answer is 3.\n"

    private func question(_ text: String, _ split: Split, choices: [String] = []) -> QuestionInput {
        QuestionInput(
            text: text,
            choices: choices,
            answer: choices.isEmpty ? "3" : "A",
            rationale: "So.",
            split: split,
            origin: "\(split.rawValue).jsonl:7"
        )
    }

    @Test(arguments: [Split.gate, .test])
    func `a held-out question among them is an error that names its place`(split: Split) {
        let findings = ShotsCheck.findings(of: [question("what is 1 + 2", split)], in: Self.shots)

        #expect(findings.errors.map(\.code) == [.leak])
        #expect(findings.errors.first?.message.hasPrefix("\(split.rawValue).jsonl:7: ") == true)
        #expect(findings.errors.first?.message.contains("prompt.shots") == true)
    }

    @Test(arguments: [Split.train, .valid])
    func `a question to learn from among them is a warning`(split: Split) {
        let findings = ShotsCheck.findings(of: [question("What is 13 + 4?", split)], in: Self.shots)

        #expect(findings.errors.isEmpty && findings.warnings.count == 1)
    }

    @Test(arguments: ["3 + 4", "What is 1", "What is 1 + 25?", "-1 + 2", "at is 13 + 4?"])
    func `a part of a longer word or number, or another question, is none`(text: String) {
        let findings = ShotsCheck.findings(of: [question(text, .gate)], in: Self.shots)

        #expect(findings.errors.isEmpty == (text != "What is 1"))
    }

    @Test func `a question with options counts only with its options`() {
        let shots = "Q: Which one is true? A) snow is white B) snow is black\nA: The answer is A.\n"
        let same = question("Which one is true?", .gate, choices: ["snow is white", "snow is black"])
        let other = question("Which one is true?", .gate, choices: ["grass is green", "grass is red"])

        #expect(ShotsCheck.findings(of: [same], in: shots).errors.count == 1)
        #expect(ShotsCheck.findings(of: [other], in: shots).errors.isEmpty)
    }

    @Test func `questions that are added or known are held against them`() throws {
        var configuration = RoundConfiguration()
        configuration.prompt.shots = Self.shots
        let known = question("What is 1 + 2?", .gate)
        let journal = [Question(id: QuestionID(rawValue: 1), content: known)]

        for journal in [[], journal] {
            let error = #expect(throws: LoopError.self) {
                try QuestionIntake.new([known], journal: journal, configuration: configuration)
            }
            #expect(error?.code == .leak)
        }
    }
}
