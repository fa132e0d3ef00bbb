import Daemon
import Loop
import Testing

@Suite("Question files")
struct QuestionFileTests {
    private func read(_ text: String) throws -> [QuestionInput] {
        let directory = try TemporaryDirectory()
        return try QuestionFile.read(try directory.write("q.jsonl", text), split: .train)
    }

    @Test func `each line becomes a question that knows its place`() throws {
        let questions = try read(
            "{\"question\": \"What is 1 + 2?\", \"answer\": \"3\", \"id\": 7}\n{\"question\": \"Why?\"}\n"
        )

        #expect(questions.map(\.text) == ["What is 1 + 2?", "Why?"])
        #expect(questions.map(\.answer) == ["3", nil])
        #expect(questions.map(\.origin) == ["q.jsonl:1", "q.jsonl:2"])
    }

    @Test(arguments: [
        ("{\"question\": \"a\"", "q.jsonl:2: not JSON"),
        ("[1]", "q.jsonl:2: not a JSON object"),
        ("{\"answer\": \"3\"}", "q.jsonl:2: no \"question\""),
        ("{\"question\": \" \"}", "q.jsonl:2: \"question\" is \" \", without text"),
        ("{\"question\": 3}", "q.jsonl:2: \"question\" is 3"),
        ("{\"question\": \"a\", \"answer\": 3}", "q.jsonl:2: \"answer\" is 3"),
        ("{\"question\": \"a\", \"choices\": \"b\"}", "q.jsonl:2: \"choices\" is b"),
        ("", "q.jsonl:2: not JSON"),
    ])
    func `a bad line is refused with its number`(line: String, part: String) {
        let error = #expect(throws: DaemonError.self) { try read("{\"question\": \"ok\"}\n\(line)\n{}\n") }

        #expect(error?.message.contains(part) == true)
        #expect(error.map(ExitStatus.of) == 65)
    }

    @Test func `a line beyond the limit is refused with its size`() {
        let long = String(repeating: "x", count: QuestionFile.lineByteLimit)

        let error = #expect(throws: DaemonError.self) { try read("{\"question\": \"\(long)\"}\n") }

        #expect(error?.message.contains("q.jsonl:1: \(QuestionFile.lineByteLimit + 16) bytes") == true)
    }

    @Test func `questions that stand in the journal are skipped, changed and moved ones refused`() throws {
        let old = QuestionInput(text: "What is 1 + 2?", answer: "3", split: .test, origin: "t:1")
        let journal = [Question(id: QuestionID(rawValue: 1), content: old)]
        let fresh = QuestionInput(text: "What is 2 + 2?", answer: "4", split: .test, origin: "t:2")
        var changed = old
        changed.answer = "4"
        var moved = old
        moved.split = .train

        let added = try QuestionIntake.new(
            [old, fresh],
            journal: journal,
            configuration: RoundConfiguration()
        ).added

        #expect(added == [fresh])
        for bad in [changed, moved] {
            #expect(throws: DaemonError.self) {
                try QuestionIntake.new([bad], journal: journal, configuration: RoundConfiguration())
            }
        }
    }
}
