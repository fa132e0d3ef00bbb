import ControlAPI
import ControlCLI
import Foundation
import Testing

/// The verb around the import: files in, what is shown and asked, files out.
struct ImportCommandTests {
    /// A folder with one file in it.
    private static func folder(_ text: String, _ name: String = "data.jsonl") throws -> String {
        let directory = try TemporaryDirectory.make()
        try Data(text.utf8).write(to: URL(filePath: directory + "/" + name))
        return directory
    }

    private static func sums(_ count: Int) -> String {
        (0..<count).map { index in
            #"{"question": "What is \#(index) + 1000?", "answer": "\#(index) + 1000 = \#(index + 1000)\n#### \#(index + 1000)"}"#
        }.joined(separator: "\n")
    }

    private static func files(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    @Test func `without a terminal it shows what it does and writes`() async throws {
        let directory = try Self.folder(Self.sums(400))
        defer { try? FileManager.default.removeItem(atPath: directory) }

        let run = await Invocation.run("import", directory + "/data.jsonl", "--into", directory + "/my/data")

        #expect(run.status == 0 && run.messages.isEmpty, "\(run.messages)")
        #expect(run.output.contains("400 records · layout gsm8k"))
        #expect(run.output.contains("numeric (guessed) · 100.0 % of 400 references read"))
        #expect(
            run.output.contains(
                "wrote train.jsonl, valid.jsonl, gate.jsonl, test.jsonl, shots.txt, import.json"
            )
        )
        #expect(
            try Self.files(directory + "/my/data") == [
                "gate.jsonl", "import.json", "shots.txt", "test.jsonl", "train.jsonl", "valid.jsonl",
            ]
        )
        let attributes = try FileManager.default.attributesOfItem(atPath: directory + "/my/data")
        #expect(attributes[.posixPermissions] as? Int == 0o755)
        let shots = try String(contentsOfFile: directory + "/my/data/shots.txt", encoding: .utf8)
        #expect(shots.split(separator: "\n").count == 8 && shots.hasPrefix("Q: What is "))
    }

    @Test func `the record says where the questions come from`() async throws {
        let directory = try Self.folder(Self.sums(400))
        defer { try? FileManager.default.removeItem(atPath: directory) }

        let run = await Invocation.run(
            "import",
            directory + "/data.jsonl",
            "--into",
            directory + "/out",
            "--seed",
            "7",
            "--json"
        )

        let printed = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? NSDictionary
        let data = try Data(contentsOf: URL(filePath: directory + "/out/import.json"))
        let kept = try JSONSerialization.jsonObject(with: data) as? NSDictionary
        #expect(run.output.filter { $0 == "\n" }.count == 1)
        #expect(printed == kept)
        #expect(kept?["seed"] as? Int == 7 && kept?["is_written"] as? Bool == true)
        #expect(
            kept?["counts"] as? [String: Int] == ["train": 244, "valid": 32, "gate": 60, "test": 60]
        )
        let source = (kept?["sources"] as? [NSDictionary])?.first
        #expect(source?["layout"] as? String == "gsm8k" && source?["record_count"] as? Int == 400)
        #expect((source?["sha256"] as? String)?.count == 64)
    }

    @Test func `--dry-run writes nothing`() async throws {
        let directory = try Self.folder(Self.sums(400))
        defer { try? FileManager.default.removeItem(atPath: directory) }

        let run = await Invocation.run(
            "import",
            directory + "/data.jsonl",
            "--into",
            directory + "/out",
            "--dry-run"
        )

        #expect(run.status == 0 && run.output.hasSuffix("nothing written\n"))
        #expect(try Self.files(directory) == ["data.jsonl"])
    }

    @Test(arguments: [("y", 0, true), ("n", 1, false), ("", 1, false)])
    func `on a terminal it asks`(answer: String, status: Int, isWritten: Bool) async throws {
        let directory = try Self.folder(Self.sums(400))
        defer { try? FileManager.default.removeItem(atPath: directory) }

        let run = await Invocation.run(
            "import",
            directory + "/data.jsonl",
            "--into",
            directory + "/out",
            width: 80,
            canAsk: true,
            answer: answer
        )

        #expect(run.status == Int32(status))
        #expect(run.messages.contains("write these to \(directory)/out? [y/N] "))
        #expect(run.output.ranges(of: "QUESTIONS").count == 1)
        #expect(FileManager.default.fileExists(atPath: directory + "/out") == isWritten)
    }

    @Test func `nothing is overwritten`() async throws {
        let directory = try Self.folder(Self.sums(400))
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data("mine".utf8).write(to: URL(filePath: directory + "/gate.jsonl"))

        let run = await Invocation.run("import", directory + "/data.jsonl", "--into", directory)

        #expect(run.status == 73)
        #expect(run.messages.contains("already has gate.jsonl") && run.messages.contains("--into"))
        #expect(try Self.files(directory) == ["data.jsonl", "gate.jsonl"])
        #expect(try String(contentsOfFile: directory + "/gate.jsonl", encoding: .utf8) == "mine")
    }

    @Test(arguments: [
        ("a,b\n1,2\n1\n", 65, ":3: the row has 1 fields"),
        ("{\"question\": \"x\"}\n{", 65, ":2: not valid JSON"),
        ("question,answer\n,1\n", 65, "no question is left of 1 records"),
        ("", 65, "is empty"),
    ])
    func `a wrong file is refused with its line, and nothing is written`(
        text: String,
        status: Int,
        message: String
    ) async throws {
        let directory = try Self.folder(text, "data")
        defer { try? FileManager.default.removeItem(atPath: directory) }

        let run = await Invocation.run("import", directory + "/data", "--into", directory + "/out")

        #expect(run.status == Int32(status))
        #expect(run.messages.contains(message), "\(run.messages)")
        #expect(try Self.files(directory) == ["data"])
    }

    @Test(arguments: [
        (["import"], 64), (["import", "x"], 64), (["import", "--into", "y"], 64),
        (["import", "x", "--into", "y", "--shots", "-1"], 64),
        (["import", "x", "--into", "y", "--split", "dev=1"], 64),
        (["import", "x", "--into", "y", "--layout", "gsm"], 64),
        (["import", "x", "--into", "y", "--kind", "poem"], 64),
        (["import", "x", "--into", "y", "--layout", "gsm8k", "--question", "q"], 64),
        (["import", "/nonexistent/x", "--into", "/nonexistent/y"], 66),
    ])
    func `wrong options and missing files have their exit status`(arguments: [String], status: Int) async {
        let run = await Invocation.run(arguments: arguments)

        #expect(run.status == Int32(status) && run.output.isEmpty && !run.messages.isEmpty)
    }

    @Test func `a split's own file is taken as it is`() async throws {
        let directory = try Self.folder(Self.sums(400))
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let test = #"{"question": "What is 2 + 2?", "answer": "4"}"#
        try Data(test.utf8).write(to: URL(filePath: directory + "/t.jsonl"))

        let run = await Invocation.run(
            arguments: [
                "import", directory + "/data.jsonl", "--test", directory + "/t.jsonl", "--into",
                directory + "/out",
            ]
        )

        #expect(run.status == 0, "\(run.messages)")
        let written = try String(contentsOfFile: directory + "/out/test.jsonl", encoding: .utf8)
        #expect(written == test + "\n")
    }
}

/// gzip and Zstandard, unpacked by the programs of those names.
struct UnpackerTests {
    // The two lines of `text`.
    private static let gzip = packed(
        "H4sIAAAAAAAC/yssTS0uyczP00nMKy5PLeIKz0gsUcgsVjBU0FYwtNcx4gIAXrY0XiEAAAA="
    )
    private static let zstd = packed("KLUv/QRYCQEAcXVlc3Rpb24sYW5zd2VyCldoYXQgaXMgMSArIDE/LDIKAlAyhQ==")
    private static let text = "question,answer\nWhat is 1 + 1?,2\n"

    private static func packed(_ text: String) -> Data { Data(base64Encoded: text) ?? Data() }

    /// Whether a program is there, as gzip is everywhere.
    private static func has(_ program: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\(program)")
    }

    @Test(.enabled(if: has("gzip"))) func `gzip is unpacked, whatever the file is called`() throws {
        let bytes = try Unpacker(path: "/usr/bin", byteLimit: 1000).unpacked(Self.gzip, name: "data.csv")

        #expect(String(decoding: bytes, as: UTF8.self) == Self.text)
    }

    @Test(.enabled(if: has("zstd"))) func `Zstandard is unpacked`() throws {
        let bytes = try Unpacker(path: "/usr/bin", byteLimit: 1000).unpacked(Self.zstd, name: "data.csv")

        #expect(String(decoding: bytes, as: UTF8.self) == Self.text)
    }

    @Test func `what is not packed stays as it is`() throws {
        let bytes = try Unpacker(path: "", byteLimit: 1).unpacked(Data(Self.text.utf8), name: "data.gz")

        #expect(String(decoding: bytes, as: UTF8.self) == Self.text)
    }

    @Test(.enabled(if: has("gzip"))) func `a file that unpacks to more than can be used is refused`() {
        let problem = #expect(throws: Problem.self) {
            try Unpacker(path: "/usr/bin", byteLimit: 10).unpacked(Self.gzip, name: "data.csv")
        }

        #expect(problem?.name == .tooLarge)
    }

    @Test(.enabled(if: has("gzip"))) func `a file that is cut off is refused with what the program says`() {
        let problem = #expect(throws: Problem.self) {
            try Unpacker(path: "/usr/bin", byteLimit: 1000).unpacked(Self.gzip.dropLast(10), name: "data.gz")
        }

        #expect(problem?.detail.hasPrefix("gzip cannot unpack data.gz: ") == true)
    }

    @Test func `a missing program is named`() {
        let problem = #expect(throws: Problem.self) {
            try Unpacker(path: "/nonexistent", byteLimit: 1000).unpacked(Self.zstd, name: "data.zst")
        }

        #expect(problem?.name == .noInput)
        #expect(problem?.detail.contains("there is no program zstd in PATH") == true)
    }
}
