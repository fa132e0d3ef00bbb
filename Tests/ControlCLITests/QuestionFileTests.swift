import ControlAPI
import ControlCLI
import Foundation
import Loop
import Testing

struct QuestionFileTests {
    @Test func `lines become questions, empty ones are passed over`() throws {
        let text = """
            {"question": "What is 1 + 1?", "answer": 2}

            {"question": "Which?", "choices": ["one", "two"]}\r
            """

        let lines = try QuestionFile.lines(of: Data(text.utf8), name: "q.jsonl", split: .train)

        #expect(
            lines == [
                QuestionLine(question: "What is 1 + 1?", answer: "2", line: 1),
                QuestionLine(question: "Which?", choices: ["one", "two"], line: 3),
            ]
        )
    }

    @Test(arguments: [
        (#"{"question": "x""#, Split.train, "not valid JSON"),
        (#"["x"]"#, .train, "not a JSON object"),
        (#"{"question": " "}"#, .train, "the field \"question\" is missing or empty"),
        (#"{"question": 3}"#, .train, "the field \"question\" is not a text"),
        (#"{"question": "x", "anwser": "1"}"#, .train, "unknown field \"anwser\""),
        (#"{"question": "x"}"#, .gate, "the field \"answer\" is missing or empty, split gate needs it"),
        (#"{"question": "x", "answer": "1"}"#, .valid, "the field \"rationale\" is missing"),
        (#"{"question": "x", "choices": ["one"]}"#, .train, "not a list of two or more"),
    ])
    func `a wrong line is named with its number`(line: String, split: Split, message: String) throws {
        let good = #"{"question": "x", "answer": "1", "rationale": "r"}"#

        let problem = #expect(throws: Problem.self) {
            try QuestionFile.lines(of: Data("\(good)\n\(line)".utf8), name: "q.jsonl", split: split)
        }

        #expect(problem?.detail.hasPrefix("q.jsonl:2: ") == true)
        #expect(problem?.detail.contains(message) == true)
        #expect(problem?.hint != nil)
        #expect(problem?.exitStatus == 65)
    }

    @Test func `every wrong line is named`() {
        let text = """
            {"question": "x"}
            {"question": "x", "answer": 1}
            [1]
            """

        let problem = #expect(throws: Problem.self) {
            try QuestionFile.lines(of: Data(text.utf8), name: "q.jsonl", split: .gate)
        }

        #expect(problem?.detail == "2 lines of q.jsonl are wrong, so nothing was added")
        #expect(problem?.faults?.map { String($0.prefix(10)) } == ["q.jsonl:1:", "q.jsonl:3:"])
    }

    @Test func `an over-long line and an empty file are refused`() {
        let long =
            #"{"question": ""# + String(repeating: "x", count: ControlLimits.questionByteCount) + #""}"#

        #expect(throws: Problem.self) {
            try QuestionFile.lines(of: Data(long.utf8), name: "q.jsonl", split: .train)
        }
        #expect(throws: Problem.self) {
            try QuestionFile.lines(of: Data("\n".utf8), name: "q.jsonl", split: .train)
        }
    }

    @Test func `a pipe is read as a file is`() async throws {
        let daemon = try StubDaemon { _ in .json(#"{"schema_version":1,"added_count":1,"ids":[7]}"#) }
        defer { daemon.stop() }
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(#"{"question": "What is 1 + 1?"}"#.utf8))
        try pipe.fileHandleForWriting.close()
        // As the shell names it for "autodidact add <(…)".
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"

        let run = await Invocation.run("add", path, socket: daemon.socketPath)

        #expect(run.status == 0, "\(run.messages)")
        #expect(run.output == "added 1 question to split train\n")
        let body = daemon.requests.last?.body ?? ""
        #expect(body.contains("What is 1 + 1?") && body.contains(#""source":"pipe""#), "\(body)")
    }

    @Test(arguments: [("none.jsonl", "does not exist"), (".", "directory")])
    func `what cannot be read says why`(name: String, reason: String) async throws {
        let directory = try TemporaryDirectory.make()
        defer { try? FileManager.default.removeItem(atPath: directory) }

        let run = await Invocation.run("add", "\(directory)/\(name)", socket: directory + "/none.sock")

        #expect(run.status == 66)
        #expect(run.messages.lowercased().contains(reason), "\(run.messages)")
    }

    @Test func `a pipe that does not end is given up`() async throws {
        let run = await Invocation.run("add", "/dev/zero", socket: "/nonexistent/control.sock")

        #expect(run.status == 65)
        #expect(run.messages.contains("/dev/zero has more than 8388608 bytes"), "\(run.messages)")
    }
}
