import ControlAPI
import ControlCLI
import Foundation
import Loop
import Testing

struct InputFileTests {
    @Test(arguments: ["\n \n", "[1]\n"]) func `a file without questions or with wrong lines is not sent`(
        text: String
    )
        async throws
    {
        let directory = try TemporaryDirectory.make()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data(text.utf8).write(to: URL(filePath: directory + "/q.jsonl"))

        let run = await Invocation.run("add", directory + "/q.jsonl", socket: "/nonexistent/control.sock")

        #expect(run.status == 65)
        #expect(
            run.messages.contains(text == "[1]\n" ? "q.jsonl:1: " : "q.jsonl has no question"),
            "\(run.messages)"
        )
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
