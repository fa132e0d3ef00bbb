import ControlAPI
import ControlCLI
import Foundation
import Testing

/// What `retire` sends, and which command lines it refuses.
struct RetireTests {
    private func body(_ arguments: [String]) async throws -> String? {
        let daemon = try StubDaemon { _ in (try? .fixture("retire")) ?? .none }
        defer { daemon.stop() }
        let run = await Invocation.run(arguments: ["retire"] + arguments, socket: daemon.socketPath)
        #expect(run.status == 0, "\(run.messages)")
        return daemon.requests.last?.body
    }

    @Test(
        arguments: [
            (["17", "18"], #"{"ids":[17,18],"is_back":false,"is_dry_run":false}"#),
            (["--back", "17"], #"{"ids":[17],"is_back":true,"is_dry_run":false}"#),
            (
                ["--file", "data/train.jsonl", "--split", "gate"],
                #"{"file":"train.jsonl","is_back":false,"is_dry_run":false,"split":"gate"}"#
            ),
            (
                ["--text", "What is 3 + 4?", "--all"],
                #"{"is_all":true,"is_back":false,"is_dry_run":false,"text":"What is 3 + 4?"}"#
            ),
            (["--file-gone", "--dry-run"], #"{"is_back":false,"is_dry_run":true,"is_gone":true}"#),
        ] as [([String], String)]
    )
    func `each way to say which is sent as it is`(arguments: [String], expected: String) async throws {
        #expect(try await body(arguments) == expected)
    }

    @Test func `of a file's lines only text and options are sent`() async throws {
        let directory = try TemporaryDirectory.make()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/bad.jsonl"
        try Data(#"{"question": "What is 3 + 4?", "answer": "8"}"#.utf8).write(to: URL(filePath: path))

        let sent = try await body(["--lines", path])

        #expect(
            sent == #"{"is_back":false,"is_dry_run":false,"lines":[{"line":1,"question":"What is 3 + 4?"}]}"#
        )
    }

    @Test(arguments: [
        [], ["17", "--file", "x"], ["--list", "17"], ["--all", "17"], ["0"], ["--file-gone", "--back"],
        ["--split", "gate"],
    ])
    func `a command line that says nothing or too much is refused`(arguments: [String]) async {
        let run = await Invocation.run(arguments: ["retire"] + arguments, socket: "/nonexistent/socket")

        #expect(run.status == 64, "\(run.messages)")
    }

    @Test func `the list asks for a split, and an empty one says so`() async throws {
        let daemon = try StubDaemon { _ in
            .json(#"{"schema_version":1,"questions":[],"total_count":0,"counts":{"train":2,"gate":1}}"#)
        }
        defer { daemon.stop() }

        let run = await Invocation.run("retire", "--list", "--split", "gate", socket: daemon.socketPath)

        #expect(run.output == "no question is out of use\nin use: 2 train, 1 gate\n")
        #expect(daemon.requests.last?.target == "/v1/retire?limit=20000&split=gate")
    }

    @Test func `a corrected answer is said line by line`() async throws {
        let daemon = try StubDaemon { _ in
            .json(
                #"""
                {"schema_version":1,"added_count":0,"ids":[],"corrected":[{"origin":"a.jsonl:1","question":18}]}
                """#
            )
        }
        defer { daemon.stop() }
        let directory = try TemporaryDirectory.make()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/a.jsonl"
        try Data(#"{"question": "What is 3 + 4?", "answer": "7"}"#.utf8).write(to: URL(filePath: path))

        let run = await Invocation.run("add", path, socket: daemon.socketPath)

        #expect(
            run.output == "added 0 questions to split train\n  a.jsonl:1 corrects the answer of question 18\n"
        )
    }
}
