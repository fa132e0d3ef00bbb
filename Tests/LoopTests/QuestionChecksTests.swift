import Loop
import Testing

@Suite struct QuestionChecksTests {
    private func question(
        _ text: String,
        _ split: Split = .train,
        line: Int = 1,
        answer: String? = "8",
        rationale: String? = nil,
        choices: [String] = []
    ) -> QuestionInput {
        QuestionInput(
            text: text,
            choices: choices,
            answer: answer,
            rationale: rationale,
            split: split,
            origin: "\(split.rawValue).jsonl:\(line)"
        )
    }

    private func fault(_ question: QuestionInput, kind: AnswerKindID = .numeric) -> String? {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = kind
        do {
            try QuestionValidation.check(question, configuration: configuration)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        "What is 3 + 5?", "  what is\t3 + 5 ", "WHAT IS 3 + 5?!", "\u{201C}What is 3 + 5?\u{201D}",
    ])
    func `a question in two splits is an error that names both origins`(text: String) {
        let questions = [question("What is 3 + 5?", .train, line: 7), question(text, .test, line: 2)]

        let error = #expect(throws: LoopError.self) { try LeakCheck.check(questions) }

        #expect(error?.code == .leak)
        #expect(error?.message.contains("train.jsonl:7") == true)
        #expect(error?.message.contains("test.jsonl:2") == true)
    }

    @Test func `composed and decomposed letters are the same question`() {
        let questions = [question("caf\u{E9} or tea?"), question("cafe\u{301} or tea?", .gate)]

        #expect(throws: LoopError.self) { try LeakCheck.check(questions) }
    }

    @Test func `a sign makes another question`() throws {
        let questions = [question("-3 + 4?"), question("3 + 4?", .test)]

        #expect(try LeakCheck.check(questions) == [])
    }

    @Test func `a repeated train question is an error that names both lines`() {
        let questions = [question("a?", line: 1), question("b?", line: 2), question("A", line: 3)]

        let error = #expect(throws: LoopError.self) { try LeakCheck.check(questions) }

        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("train.jsonl:3") == true)
        #expect(error?.message.contains("train.jsonl:1") == true)
    }

    @Test func `every fault of new questions is found, none of those before them`() {
        let known = [question("a?", line: 1), question("b?", .test, line: 2), question("a", .gate, line: 3)]
        let added = [question("B", line: 4), question("c?", .gate, line: 5), question("A", line: 6)]

        let findings = LeakCheck.findings(in: known + added, from: known.count)

        #expect(findings.errors.map(\.code) == [.leak, .invalidData])
        #expect(findings.errors[0].message.contains("train.jsonl:4"))
        #expect(findings.errors[0].message.contains("test.jsonl:2"))
        #expect(findings.errors[1].message.contains("train.jsonl:6") && findings.warnings.isEmpty)
    }

    @Test func `a repetition within a held-out split is reported`() throws {
        let questions = [question("a?", .test, line: 1), question("a?", .test, line: 2)]

        #expect(try LeakCheck.check(questions).count == 1)
    }

    @Test func `good questions pass`() {
        let rationale = " 3 + 5 = 8. The answer is 8."

        #expect(fault(question("What is 3 + 5?")) == nil)
        #expect(fault(question("no answer", answer: nil)) == nil)
        #expect(fault(question("What is 3 + 5?", .valid, rationale: rationale)) == nil)
        #expect(fault(question("Pet?", answer: "cat", choices: ["dog", "cat"]), kind: .choice) == nil)
        #expect(fault(question("Pet?", answer: "B", choices: ["dog", "cat"]), kind: .choice) == nil)
    }

    @Test func `a reference that is not plainly one answer is refused with the reason`() {
        #expect(fault(question("q", answer: "eight")) == nil)
        #expect(fault(question("q", answer: "He bought 3 boxes of 12.\n#### 36")) == nil)
        #expect(fault(question("q", answer: "Co", choices: ["Co", "CO"]), kind: .choice) == nil)
        let several = fault(question("q", answer: "He bought 3 boxes of 12"))
        #expect(
            several?.contains(
                "\"He bought 3 boxes of 12\" is not one of the question's answers: more than one number"
            )
                == true
        )
        #expect(fault(question("q", answer: "He has 36"))?.contains("words come before the number") == true)
        #expect(
            fault(question("q", .valid, rationale: "The answer is 8 or 9."))?
                .contains("reads as no answer (\"or\" after the number leaves no plain number)") == true
        )
    }

    @Test func `each fault names its origin`() {
        let faults = [
            fault(question("  \n")),
            fault(question("q", answer: "many")),
            fault(question("q", answer: "5 or 6")),
            fault(question("q", .gate, answer: nil)),
            fault(question("q", .valid)),
            fault(question("q", .valid, rationale: "The answer is 9.")),
            fault(question("q", .valid, rationale: "so it is 8")),
            fault(question("q", choices: ["a", "b"])),
            fault(question("q", answer: "A"), kind: .choice),
            fault(question("q", answer: "C", choices: ["a", "b"]), kind: .choice),
            fault(question("q", answer: "A", choices: ["a", "A"]), kind: .choice),
            fault(question("q", answer: "A", choices: ["a", " "]), kind: .choice),
        ]

        #expect(faults.allSatisfy { $0?.contains(".jsonl:1: ") == true && $0?.contains("; ") == true })
    }
}
