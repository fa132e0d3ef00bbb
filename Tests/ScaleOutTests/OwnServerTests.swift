import Foundation
import Glibc
import Loop
import ScaleOut
import Testing

@Suite struct OwnServerTests {
    /// A server in Python's standard library: answers the test of life and scores; counts its starts.
    private static let program = """
        import json, os, socketserver, sys
        from http.server import BaseHTTPRequestHandler

        class Handler(BaseHTTPRequestHandler):
            def address_string(self): return "unix"
            def log_message(self, *_): pass
            def send(self, value):
                body = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def do_GET(self): self.send({"data": [{"id": "base"}]})
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if os.path.exists(sys.argv[1] + "/die"):
                    os.remove(sys.argv[1] + "/die")
                    os._exit(9)
                self.send({"choices": [{"index": i, "text": "", "finish_reason": "length", "token_ids": [1],
                    "prompt_logprobs": [None] + [{str(t): {"logprob": -1 if asked["model"] == "base" else -2}} for t in prompt[1:]]}
                    for i, prompt in enumerate(asked.get("prompt", []))]})

        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            pass

        with open(sys.argv[1] + "/starts", "a") as file: file.write(" ".join(sys.argv[2:]) + "\\n")
        Server(sys.argv[sys.argv.index("--uds") + 1], Handler).serve_forever()

        """

    private let samples = [TextSample(prompt: "ab", completion: "cd")]

    private func settings(_ bench: Bench) throws -> ScaleOutSettings {
        var settings = bench.settings()
        let path = bench.directory + "/server.py"
        try Data(Self.program.utf8).write(to: URL(filePath: path))
        settings.server = ["python3", path, bench.directory, "{model}"]
        settings.lora.targetModules = ["q_proj", "v_proj"]
        settings.lora.rank = 12
        return settings
    }

    private func starts(_ bench: Bench) throws -> [String] {
        try String(contentsOfFile: bench.directory + "/starts", encoding: .utf8).split(separator: "\n").map(
            String.init
        )
    }

    @Test func `it is started once, with all that its behaviour depends on, and ended with the engine`()
        async throws
    {
        let bench = try Bench()
        let settings = try settings(bench)
        let engine = try bench.engine(settings)

        for _ in 0..<2 { #expect(try await engine.score(samples) { _ in }.map(\.answerLoss) == [1]) }
        let mark = ChildMark(value: "server:" + settings.directory)
        #expect(mark.processes().count == 1)
        await engine.stop()

        #expect(mark.processes() == [])
        let lines = try starts(bench)
        #expect(lines.count == 1)
        #expect(
            lines[0].hasPrefix(
                settings.directory
                    + "/model-abababab-f32 --uds \(bench.directory)/vllm.sock --served-model-name base"
            )
        )
        let options = [
            "--dtype float32", "--generation-config vllm", "--max-lora-rank 16",
            "--lora-target-modules q_proj v_proj",
        ]
        for option in options { #expect(lines[0].contains(option), "\(option)") }
    }

    @Test func `it is started again for an adapter that it would take only in part`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(try settings(bench))
        _ = try await engine.score(samples) { _ in }
        let adapter = try bench.adapter("large", sha256: "cccc")
        try Data(#"{"r": 64, "target_modules": ["o_proj", "q_proj"]}"#.utf8)
            .write(to: URL(filePath: adapter.path + "/adapter_config.json"))

        try await engine.activate(adapter)
        let scores = try await engine.score(samples) { _ in }
        try await engine.activate(nil)
        _ = try await engine.score(samples) { _ in }
        await engine.stop()

        #expect(scores.map(\.answerLoss) == [2])
        let lines = try starts(bench)
        #expect(lines.count == 2)
        #expect(lines[1].contains("--max-lora-rank 64 --lora-target-modules o_proj q_proj v_proj"))
    }

    @Test func `one that dies in the middle is started again`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(try settings(bench))
        _ = try await engine.score(samples) { _ in }
        _ = FileManager.default.createFile(atPath: bench.directory + "/die", contents: nil)

        let scores = try await engine.score(samples) { _ in }
        await engine.stop()

        #expect(scores.map(\.answerLoss) == [1])
        #expect(try starts(bench).count == 2)
    }

    @Test func `one that stands still is killed and started again`() async throws {
        let bench = try Bench()
        var settings = try settings(bench)
        settings.timeouts.request = .seconds(1)
        let engine = try bench.engine(settings)
        _ = try await engine.score(samples) { _ in }
        ChildMark(value: "server:" + settings.directory).send(SIGSTOP)

        let scores = try await engine.score(samples) { _ in }
        await engine.stop()

        #expect(scores.map(\.answerLoss) == [1])
        #expect(try starts(bench).count == 2)
    }

    @Test func `the oldest logs go, by their age and not by the round's number`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(try settings(bench))
        let (files, logs) = (FileManager.default, bench.directory + "/scaleout/logs")
        try files.createDirectory(atPath: logs, withIntermediateDirectories: true)
        let names =
            (1...44).map { "round-0000\($0 < 10 ? "0" : "")\($0)-server.log" } + ["round-000000-server.log"]
        for (age, name) in names.reversed().enumerated() {
            let date = Date(timeIntervalSinceNow: -60 * Double(age + 1))
            _ = files.createFile(
                atPath: "\(logs)/\(name)",
                contents: nil,
                attributes: [.modificationDate: date]
            )
        }

        _ = try await engine.score(samples) { _ in }
        await engine.stop()

        #expect(try Set(files.contentsOfDirectory(atPath: logs)) == Set(names.suffix(40)))
    }

    @Test func `what a killed daemon has left is ended by the next one`() async throws {
        let bench = try Bench()
        let settings = try settings(bench)
        let first = try bench.engine(settings)
        _ = try await first.score(samples) { _ in }
        let mark = ChildMark(value: "server:" + settings.directory)
        let left = mark.processes()
        #expect(left.count == 1)

        await (try bench.engine(settings)).stop()

        #expect(mark.processes() == [])
        await first.stop()
    }

    @Test func `one that cannot start is an error with its last words`() async throws {
        let bench = try Bench()
        var settings = try settings(bench)
        settings.server = ["python3", "-c", "raise ValueError('no such card')", "{model}"]
        let engine = try bench.engine(settings)

        let error = await #expect(throws: ScaleOutError.self) { _ = try await engine.score(samples) { _ in } }

        #expect(error?.code == .serverUnavailable)
        #expect(error?.message.contains("ValueError: no such card") == true)
        #expect(error?.message.contains("round-000000-server.log") == true)
    }

    @Test func `a program that is not there is named`() async throws {
        let bench = try Bench()
        var settings = try settings(bench)
        settings.server = ["no-such-program", "{model}"]
        let engine = try bench.engine(settings)

        let error = await #expect(throws: ScaleOutError.self) { _ = try await engine.score(samples) { _ in } }

        #expect(error?.message.contains("no-such-program cannot be started") == true)
    }
}
