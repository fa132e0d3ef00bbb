import Loop
import Testing

/// Fields that no layout knows: named by a person, or guessed by what they are called.
@Suite struct FieldMappingTests {
    private static func run(_ text: String, _ mapping: FieldMapping = FieldMapping()) throws -> ImportResult {
        var settings = ImportSettings()
        settings.mapping = mapping
        return try Importer.run([ImportSource(name: "data", bytes: Array(text.utf8))], settings)
    }

    @Test(arguments: [
        ("problem,solution\n1 + 1?,2\n", ["question": "problem", "answer": "solution"]),
        ("Id,Prompt,Completion\n1,1 + 1?,2\n", ["question": "Prompt", "answer": "Completion"]),
        (
            "question,final_answer,solution\n1 + 1?,2,It is 2.\n",
            ["question": "question", "answer": "final_answer", "rationale": "solution"]
        ),
        (
            "question,A,B,C,answer\nWhich?,x,y,z,B\n",
            ["question": "question", "answer": "answer", "choices": "A,B,C"]
        ),
    ])
    func `fields are guessed by their names, and said`(text: String, fields: [String: String]) throws {
        let result = try Self.run(text)

        #expect(result.sources.first?.fields == fields)
        #expect(result.questionCount == 1)
    }

    @Test func `named fields are taken`() throws {
        let result = try Self.run(
            "frage,antwort,weg,w1,w2\nWas?,eins,\"So. The answer is eins.\",eins,zwei\n",
            FieldMapping(question: "frage", answer: "antwort", rationale: "weg", choices: ["w1", "w2"])
        )

        let question = try #require(Split.allCases.flatMap { result.splits[$0, default: []] }.first)
        #expect(question.text == "Was?" && question.answer == "eins")
        #expect(question.choices == ["eins", "zwei"])
    }

    @Test(arguments: [
        ("a,b\n1,2\n", FieldMapping(), "no field of data looks like a question: \"a\", \"b\""),
        ("a,b\n1,2\n", FieldMapping(question: "a", answer: "c"), "data has no field \"c\""),
        ("question,answer\r2 + 2?,4\r", FieldMapping(), "data has no records with fields"),
    ])
    func `a field that is not there is named`(text: String, mapping: FieldMapping, message: String) {
        let fault = #expect(throws: QuestionFile.Fault.self) { try Self.run(text, mapping) }

        #expect(fault?.detail == message)
    }

    @Test(arguments: [
        ("0", "2", ["A", "C"]), ("1", "3", ["A", "C"]),
    ])
    func `numbers of options become letters`(first: String, last: String, letters: [String]) throws {
        let result = try Self.run(
            """
            {"question": "One?", "choices": ["x", "y", "z"], "answer": \(first)}
            {"question": "Two?", "choices": ["u", "v", "w"], "answer": \(last)}
            """
        )

        let answers = Split.allCases.flatMap { result.splits[$0, default: []] } + result.todo
        #expect(answers.sorted { $0.text < $1.text }.map(\.answer) == letters)
        #expect(result.notes.contains("answers are numbers of options that count from \(first)"))
    }

    @Test func `numbers that may count from 0 or 1 are refused`() {
        let fault = #expect(throws: QuestionFile.Fault.self) {
            try Self.run(#"{"question": "One?", "choices": ["x", "y", "z"], "answer": 1}"#)
        }

        #expect(fault?.detail.contains("count from 0 or from 1") == true)
    }

    @Test(arguments: [#"["x", "y"]"#, "x | y"]) func `a cell may hold all options`(cell: String) throws {
        let result = try Self.run(
            "question,options,answer\nWhich?,\"\(cell.replacing("\"", with: "\"\""))\",y\n"
        )

        let question = try #require(Split.allCases.flatMap { result.splits[$0, default: []] }.first)
        #expect(question.choices == ["x", "y"])
    }

    @Test func `an answer in GSM8K's form is taken apart in any field`() throws {
        let result = try Self.run("problem,output\n1 + 1?,\"1 + 1 = <<1+1=2>>2\n#### 2\"\n")

        let question = try #require(Split.allCases.flatMap { result.splits[$0, default: []] }.first)
        #expect(question.answer == "2")
        #expect(question.rationale?.hasPrefix("1 + 1 = 2. The answer is 2.") == true)
    }

    @Test func `what makes no question is counted, with the line of the first`() throws {
        let result = try Self.run(
            """
            question,answer
            1 + 1?,2
            ,3
            2 + 2?,about 4
            3 + 3?,6
            4 + 4?,8
            5 + 5?,10
            ,4
            """
        )

        #expect(
            result.drops.map { "\($0.count) \($0.origin) \($0.reason)" } == [
                "2 data:3 without a question", "1 data:4 that answer kind numeric does not take",
            ]
        )
        #expect(result.drops.last?.example.contains("about 4") == true)
    }

    @Test func `answers of another kind are kept and said`() throws {
        let long = (1...13).map { "word\($0)" }.joined(separator: " ")
        let result = try Self.run("text,label\nfine,good \(long)\npoor,bad \(long)\n")

        #expect(result.answers.name == "other" && result.answers.readCount == 0)
        #expect(result.questionCount == 2)
        let note = try #require(result.notes.first)
        #expect(note.hasPrefix("no answer kind reads these answers by itself"))
        #expect(note.contains("the longest has 14 words"))
        #expect(note.contains("vote.answerKind judge") && note.contains("code"))
    }

    @Test(arguments: [
        ("train=10,valid=2", [Split.train: SplitPlan.Size.count(10), .valid: .count(2)]),
        ("gate=10%,test=0.25", [.gate: .share(0.1), .test: .share(0.25)]),
    ])
    func `sizes are counts or shares`(text: String, sizes: [Split: SplitPlan.Size]) throws {
        #expect(try SplitPlan(text).sizes == sizes)
    }

    @Test(arguments: ["gate", "gate=x", "gate=-1", "dev=1", "gate=1,gate=2", "gate=80%,test=0.5", ""])
    func `wrong sizes are refused`(text: String) {
        #expect(throws: QuestionFile.Fault.self) { try SplitPlan(text) }
    }
}
