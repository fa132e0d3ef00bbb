import ControlAPI
import ControlCLI
import Testing

struct ExportTests {
    private static func daemon(path: String, file: String, byteCount: Int) throws -> StubDaemon {
        let files =
            #"[{"name":"README.md","byte_count":2100},{"name":"\#(file)","byte_count":\#(byteCount)}]"#
        let reply = #"{"schema_version":1,"path":"\#(path)","checkpoint":2,"files":\#(files)}"#
        return try StubDaemon { _ in .json(reply) }
    }

    @Test(arguments: [
        (
            "adapter",
            "use it: vllm serve BASE --enable-lora --lora-modules checkpoint-2=/s/exports/x, where BASE is what "
                + "--format hf writes; in Python PeftModel.from_pretrained(base, \"/s/exports/x\")"
        ),
        (
            "merged",
            "use it: vllm serve /s/exports/x; in Python AutoModelForCausalLM.from_pretrained(\"/s/exports/x\")"
        ),
        ("gguf", "use it: llama-cli -m /s/exports/x/model.gguf"),
        ("hf", "use it: vllm serve /s/exports/x --enable-lora, or as the base model of a trainer"),
    ])
    func `an export says where it lies, how large it is and how to use it`(
        _ format: String,
        _ usage: String
    ) async throws {
        let daemon = try Self.daemon(path: "/s/exports/x", file: "model.bin", byteCount: 270_000_000)
        defer { daemon.stop() }

        let run = await Invocation.run("export", "--format", format, "--name", "x", socket: daemon.socketPath)

        #expect(
            run.output == """
                /s/exports/x  270.0 MB
                  README.md  2.1 kB
                  model.bin  270.0 MB
                \(usage)

                """
        )
        #expect(daemon.requests.map(\.body) == [#"{"format":"\#(format)","name":"x"}"#])
    }

    @Test func `a path with blanks and quotes is quoted for the shell`() async throws {
        let daemon = try Self.daemon(path: "/a b/it's", file: "model.gguf", byteCount: 9)
        defer { daemon.stop() }

        let run = await Invocation.run("export", "--format", "gguf", socket: daemon.socketPath)

        #expect(run.output.contains("llama-cli -m '/a b/it'\\''s/model.gguf'\n"))
    }

    @Test(arguments: [
        ["export", "--format", "hf", "--round", "2"], ["export", "--format", "onnx"],
        ["export", "--name", "A"],
    ])
    func `what no daemon could do ends with 64`(_ arguments: [String]) async {
        let run = await Invocation.run(arguments: arguments, socket: "/nonexistent/socket")

        #expect(run.status == 64)
        #expect(!run.messages.isEmpty)
    }
}
