import ControlAPI
import ControlCLI
import Foundation
import Testing

/// The verb that begins: files in, a folder with questions and a configuration out.
struct InitCommandTests {
    /// A folder with a file of labelled texts, and a model by its name.
    private static func folder() throws -> String {
        let directory = try TemporaryDirectory.make()
        let rows = (0..<90).map { "item number \($0),\(["good", "bad", "so so"][$0 % 3])" }
        let text = (["text,label"] + rows).joined(separator: "\n")
        try Data(text.utf8).write(to: URL(filePath: directory + "/data.csv"))
        try Data("GGUF".utf8).write(to: URL(filePath: directory + "/model.gguf"))
        return directory
    }

    private static func files(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    private static func arguments(_ directory: String, _ more: String...) -> [String] {
        ["init", directory + "/my", "--model", directory + "/model.gguf", "--data", directory + "/data.csv"]
            + more
    }

    @Test func `it writes questions and a configuration, and says what comes next`() async throws {
        let directory = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: directory) }

        let run = await Invocation.run(arguments: Self.arguments(directory))

        #expect(run.status == 0 && run.messages.isEmpty, "\(run.messages)")
        #expect(
            try Self.files(directory + "/my") == [
                "autodidact.yaml", "gate.jsonl", "import.json", "shots.txt", "test.jsonl", "train.jsonl",
                "valid.jsonl",
            ]
        )
        let text = try String(contentsOfFile: directory + "/my/autodidact.yaml", encoding: .utf8)
        #expect(
            text.contains("\nmodel: \"\(directory)/model.gguf\"  # a GGUF file, by its name\n"),
            "\(text)"
        )
        #expect(text.contains("  answerKind: label "))
        #expect(text.contains(#"  labels: ["good", "bad", "so so"]"#))
        // Each value is shown with its reason.
        #expect(run.output.contains("generate.candidates: 8\n    answers per question, which vote\n"))
        #expect(
            run.output.hasSuffix(
                """
                next:
                  autodidactd preflight --config \(directory)/my/autodidact.yaml
                  autodidactd --config \(directory)/my/autodidact.yaml
                  autodidact watch

                """
            )
        )
    }

    @Test func `as JSON it gives each choice`() async throws {
        let directory = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: directory) }

        let run = await Invocation.run(arguments: Self.arguments(directory, "--dry-run", "--json"))

        let printed = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? NSDictionary
        #expect(run.output.filter { $0 == "\n" }.count == 1)
        #expect(printed?["is_written"] as? Bool == false)
        let choices = try #require(printed?["choices"] as? [[String: String]])
        #expect(choices.contains { $0["path"] == "vote.answerKind" && $0["value"] == "label" })
        let questions = try #require(printed?["questions"] as? NSDictionary)
        #expect(
            questions["is_written"] as? Bool == false
                && (questions["answers"] as? [String: Any])?["kind"] as? String == "label"
        )
        #expect((printed?["next"] as? [String])?.count == 3)
        #expect(try Self.files(directory) == ["data.csv", "model.gguf"])
    }

    @Test(arguments: [("y", 0, true), ("n", 1, false)])
    func `on a terminal it asks`(answer: String, status: Int, isWritten: Bool) async throws {
        let directory = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: directory) }

        let run = await Invocation.run(
            arguments: Self.arguments(directory),
            width: 80,
            canAsk: true,
            answer: answer
        )

        #expect(run.status == Int32(status))
        #expect(run.messages.contains("write these to \(directory)/my? [y/N] "))
        #expect(run.output.ranges(of: "generate.candidates").count == 1)
        #expect(FileManager.default.fileExists(atPath: directory + "/my") == isWritten)
    }

    @Test func `nothing is overwritten`() async throws {
        let directory = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(
            atPath: directory + "/my",
            withIntermediateDirectories: false
        )
        try Data("mine".utf8).write(to: URL(filePath: directory + "/my/autodidact.yaml"))

        let run = await Invocation.run(arguments: Self.arguments(directory))

        #expect(run.status == 73)
        #expect(run.messages.contains("already has autodidact.yaml, and init overwrites nothing"))
        #expect(try Self.files(directory + "/my") == ["autodidact.yaml"])
        let text = try String(contentsOfFile: directory + "/my/autodidact.yaml", encoding: .utf8)
        #expect(text == "mine")
    }

    @Test(arguments: [
        ("/nonexistent/m.gguf", 66, "there is no model /nonexistent/m.gguf"),
        ("/usr", 65, "is no Hugging Face directory"), ("/etc/passwd", 65, "is no GGUF file by its name"),
    ])
    func `a model that is none is refused before anything is read`(
        model: String,
        status: Int,
        message: String
    ) async throws {
        let run = await Invocation.run(
            arguments: ["init", "/nonexistent/my", "--model", model, "--data", "/nonexistent/data"]
        )

        #expect(run.status == Int32(status) && run.output.isEmpty)
        #expect(run.messages.contains(message), "\(run.messages)")
    }

    @Test func `answers that need a program are left to a person, with the kinds named`() async throws {
        let directory = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let long = (0..<14).map { "word\($0)" }.joined(separator: " ")
        let rows = (0..<40).map { "text \($0),\(long) \($0)" }
        try Data((["text,label"] + rows).joined(separator: "\n").utf8)
            .write(to: URL(filePath: directory + "/data.csv"))

        let run = await Invocation.run(arguments: Self.arguments(directory))

        #expect(run.status == 65)
        #expect(run.messages.contains("judge") && run.messages.contains("code"), "\(run.messages)")
        #expect(try Self.files(directory) == ["data.csv", "model.gguf"])
    }

    @Test(arguments: [
        ["init"], ["init", "x"], ["init", "x", "--model", "m"], ["init", "x", "--data", "d"],
        ["init", "", "--model", "m", "--data", "d"],
        ["init", "x", "--model", "m", "--data", "d", "--kind", "poem"],
    ])
    func `wrong options are refused`(arguments: [String]) async {
        let run = await Invocation.run(arguments: arguments)

        #expect(run.status == 64 && run.output.isEmpty && !run.messages.isEmpty)
    }
}
