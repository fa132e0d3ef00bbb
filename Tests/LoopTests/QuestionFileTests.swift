import Foundation
import Loop
import Testing

struct QuestionFileTests {
    private func lines(_ text: String) throws(QuestionFile.Fault) -> [QuestionFile.Line] {
        try QuestionFile.lines(of: Data(text.utf8), name: "q.jsonl")
    }

    @Test func `lines become questions, blank ones are passed over`() throws {
        let lines = try lines(
            """
            {"question": "What is 1 + 1?", "answer": 2, "rationale": null}
             \t
            {"question": "Which?", "choices": ["one", "two"]}\r
            {"question": "What is 1 / 4?", "answer": 0.25}

            """
        )

        #expect(
            lines == [
                QuestionFile.Line(number: 1, question: "What is 1 + 1?", answer: "2"),
                QuestionFile.Line(number: 3, question: "Which?", choices: ["one", "two"]),
                QuestionFile.Line(number: 4, question: "What is 1 / 4?", answer: "0.25"),
            ]
        )
        #expect(try self.lines("") == [])
    }

    @Test(arguments: [
        ("0.00001", "0.00001"), ("0.1234567890123456789", "0.1234567890123456789"), ("1e-5", "1e-5"),
        ("123456789012345678901", "123456789012345678901"), ("-0.5", "-0.5"), ("0.50", "0.5"), ("7", "7"),
    ])
    func `an answer in digits is taken as it is written`(number: String, answer: String) throws {
        let lines = try lines(
            "{\"question\": \"x \\\"answer\\\": 3\", \"answer\": \(number), \"rationale\": \"3\"}"
        )

        #expect(lines.first?.answer == answer)
    }

    @Test func `an answer may be a JSON boolean`() throws {
        let lines = try lines(
            """
            {"question": "Is it?", "answer": true}
            {"question": "Is it?", "answer": false}
            """
        )

        #expect(lines.map(\.answer) == ["true", "false"])
    }

    @Test func `an answer that is JSON itself is taken as it is written`() throws {
        let read = try lines(
            #"""
            {"question": "x", "answer": {"a": [1.50, "}"], "answer": {}}, "rationale": "answer"}
            {"answer" : [1, {"b": "]"}], "question": "y"}
            """#
        )

        #expect(read.map(\.answer) == [#"{"a": [1.50, "}"], "answer": {}}"#, #"[1, {"b": "]"}]"#])
    }

    @Test(arguments: [
        (#"{"question": "x""#, #"not valid JSON: {"question": "x""#),
        (#"["x"]"#, "not a JSON object"),
        ("3", "not a JSON object"),
        (#"{"answer": "1"}"#, "the field \"question\" is missing or empty"),
        (#"{"question": " "}"#, "the field \"question\" is missing or empty"),
        (#"{"question": 3}"#, "the field \"question\" is not a text"),
        (#"{"question": "x", "rationale": 1}"#, "the field \"rationale\" is not a text"),
        (#"{"question": "x", "anwser": "1"}"#, "unknown field \"anwser\""),
        (#"{"question": "x", "choices": ["one"]}"#, "not a list of two or more"),
        (#"{"question": "x", "choices": "one"}"#, "not a list of two or more"),
        (#"{"question": "x", "level": "3"}"#, "the field \"level\" is not a whole number from 0 to 1000000"),
        (#"{"question": "x", "level": 2.5}"#, "the field \"level\" is not a whole number"),
        (#"{"question": "x", "level": -1}"#, "the level -1 is not a whole number from 0 to 1000000"),
        (#"{"question": "x", "level": 1000001}"#, "the level 1000001 is not"),
    ])
    func `a wrong line is named with its number`(line: String, message: String) {
        let fault = #expect(throws: QuestionFile.Fault.self) { try lines("{\"question\": \"x\"}\n\(line)") }

        #expect(fault?.detail.hasPrefix("q.jsonl:2: ") == true)
        #expect(fault?.detail.contains(message) == true, "\(fault?.detail ?? "")")
        #expect(fault?.hint.isEmpty == false)
        #expect(fault?.isTooLong == false)
    }

    @Test func `a level is read, and written by the import`() throws {
        let read = try lines(#"{"question": "x", "level": 3}"# + "\n" + #"{"question": "y", "level": null}"#)
        let question = QuestionInput(text: "x", level: 0, split: .train, origin: "")

        #expect(read.map(\.level) == [3, nil])
        #expect(QuestionFile.text(of: [question]) == #"{"question": "x", "level": 0}"# + "\n")
    }

    @Test func `every wrong line is named`() {
        let fault = #expect(throws: QuestionFile.Fault.self) {
            try lines("{\"question\": 1}\n{\"question\": \"x\"}\n[1]\n")
        }

        #expect(fault?.detail == "2 lines of q.jsonl are wrong")
        #expect(fault?.faults.map { String($0.prefix(10)) } == ["q.jsonl:1:", "q.jsonl:3:"])
    }

    @Test func `what is too long or not UTF-8 is refused`() {
        let question = String(repeating: "x", count: QuestionFile.questionByteLimit)
        #expect(throws: Never.self) { try lines("{\"question\": \"\(question)\"}") }
        let longer = #expect(throws: QuestionFile.Fault.self) {
            try lines("{\"question\": \"\(question)x\"}")
        }
        #expect(longer?.detail == "q.jsonl:1: the question has 16385 bytes, more than 16384")
        #expect(longer?.isTooLong == true)

        let rationale = String(repeating: "x", count: QuestionFile.lineByteLimit)
        let long = #expect(throws: QuestionFile.Fault.self) {
            try lines("{\"question\": \"x\", \"rationale\": \"\(rationale)\"}")
        }
        #expect(long?.detail.contains("the line has \(QuestionFile.lineByteLimit + 34) bytes") == true)

        let latin = Data([0x22, 0xE9, 0x22])
        let bad = #expect(throws: QuestionFile.Fault.self) {
            try QuestionFile.lines(of: latin, name: "q.jsonl")
        }
        #expect(bad?.detail == "q.jsonl:1: the line is not UTF-8")
    }
}
