import Foundation
import Glibc
import Testing

/// Names and paths that come from outside stay names: nothing is read, written or removed where it does not
/// belong.
@Suite(.serialized)
struct NameTests {
    /// A daemon whose two rounds are done, and that goes on to answer.
    private func restingRun() async throws -> (TinyRun, DaemonProcess) {
        let run = try TinyRun(rounds: 2)
        let daemon = try run.start([])
        let done = try await run.waitForStatus(seconds: 60) { $0["state"] as? String == "completed" }
        _ = try #require(done, "\(run.log)")
        return (run, daemon)
    }

    private func stop(_ run: TinyRun, _ daemon: DaemonProcess) async throws {
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
        try run.expectSound()
    }

    /// 198 names of exports.
    private static let exportNames: [String] = {
        let pieces = [
            "..", "/", "a/../b", "%2e%2e", "\\u0000", "․․", "．．", "A", " ", "\\n", "-x", ".hidden", "é", "~",
            "$HOME",
        ]
        let shapes = [
            "%", "%/x", "x/%", "/%", "%%", "x%", "%x", "../%", "%/../..", "/etc/%", "%.json", "x..%", "..x%",
        ]
        let long = [String(repeating: "a", count: 300), String(repeating: "a/", count: 150), ""]
        return pieces.flatMap { piece in shapes.map { $0.replacing("%", with: piece) } } + long
    }()

    @Test func `names of exports cannot leave their directory`() async throws {
        let (run, daemon) = try await restingRun()
        let beside = try FileManager.default.contentsOfDirectory(atPath: run.folder).sorted()
        let inside = try FileManager.default.contentsOfDirectory(atPath: run.state).sorted()

        var refused = 0
        for name in Self.exportNames {
            let body = #"{"format":"adapter","name":"\#(name.replacing("\"", with: ""))"}"#
            let reply = run.client.request("POST", "/v1/exports", body: body)
            let status = try #require(reply?.status, "\(name)")
            #expect((200..<500).contains(status), "\(name): \(reply?.body ?? "")")
            if status >= 400 { refused += 1 }
        }

        #expect(Self.exportNames.count == 198 && refused > Self.exportNames.count * 3 / 4)
        let exports = try FileManager.default.contentsOfDirectory(atPath: run.state + "/exports")
        #expect(
            exports.allSatisfy { $0.wholeMatch(of: /[a-z0-9][a-z0-9._-]*/) != nil && !$0.contains("..") },
            "\(exports)"
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: run.folder).sorted() == beside)
        #expect(try FileManager.default.contentsOfDirectory(atPath: run.state).sorted() == inside)
        try await stop(run, daemon)
    }

    @Test func `links where an export goes are not followed`() async throws {
        let (run, daemon) = try await restingRun()
        let outside = run.folder + "/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: false)
        try run.write("x", to: "outside/precious")
        let exports = run.state + "/exports/"
        symlink(outside + "/nothing", exports + "dangling")
        symlink(outside, exports + "full")
        symlink(outside, exports + ".tmp-good")

        for (name, wanted) in [("dangling", 409), ("full", 409), ("good", 200)] {
            let body = #"{"format":"adapter","name":"\#(name)"}"#
            let reply = run.client.request("POST", "/v1/exports", body: body)
            #expect(reply?.status == wanted, "\(name): \(reply?.body ?? "")")
        }

        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["precious"])
        #expect(try String(contentsOfFile: outside + "/precious", encoding: .utf8) == "x")
        let good = try FileManager.default.attributesOfItem(atPath: exports + "good")
        #expect(good[.type] as? FileAttributeType == .typeDirectory)
        for name in ["dangling", "full"] { unlink(exports + name) }
        try await stop(run, daemon)
    }

    /// Not a number, or none that a round, question or candidate could have.
    private static let numbers = [
        "..", "%2e%2e", "%2e%2e%2f", "%2e", "-1", "0x1", "1e3", "1.0", "%EF%BC%91", "%E0%A5%A7",
        "99999999999999999999", "9223372036854775807", "1%00", "1%2f..", "1%2f..%2f1", "%E2%80%AE1", "%201",
        "1%20", "1%0a", "%25", "~", "null", "NaN", "--1", "1,2", "*", "{round}",
        String(repeating: "a", count: 300),
    ]

    @Test func `numbers in paths and bodies are numbers or refused`() async throws {
        let (run, daemon) = try await restingRun()

        for number in Self.numbers {
            for path in [
                "/v1/rounds/\(number)", "/v1/rounds/\(number)/candidates",
                "/v1/rounds/1/candidates/\(number)/0",
                "/v1/rounds/1/candidates/1/\(number)",
            ] {
                let reply = run.client.request("GET", path)
                #expect((400..<500).contains(reply?.status ?? 0), "\(path): \(reply?.body ?? "no reply")")
            }
        }
        for value in [
            #""1""#, "-1", "1.5", "1e400", "99999999999999999999", "null", "[]", "{}", "true", #""..""#,
            #""1\u0000""#,
        ] {
            for (path, more) in [("/v1/rollback", ""), ("/v1/pin", #", "is_pinned": true"#)] {
                let reply = run.client.request("POST", path, body: "{\"round\": \(value)\(more)}")
                #expect((400..<500).contains(reply?.status ?? 0), "\(path) \(value): \(reply?.body ?? "")")
            }
        }
        try await stop(run, daemon)
    }

    /// Makes what a path of the configuration may meet instead of a file, and lists such paths.
    private func places(in run: TinyRun) throws -> [String] {
        mkfifo(run.folder + "/pipe", 0o600)
        symlink("loop", run.folder + "/loop")
        symlink(run.folder + "/nowhere", run.folder + "/dangling")
        try FileManager.default.createDirectory(
            atPath: run.folder + "/folder",
            withIntermediateDirectories: false
        )
        return [
            "../nothing", "/nonexistent/x", "a\\0b", "/a\\0b", String(repeating: "a", count: 300),
            String(repeating: "a/", count: 700), "․․/x", "．．/x", "%2e%2e/x", "~", "$HOME", "-x", " ",
            "\\u202e", "a\\nb", "folder", "loop", "dangling", "pipe", "/dev/zero", "/proc/self/mem",
        ]
    }

    @Test(arguments: ["model", "questions", "prompt"])
    func `paths that lead to no file are refused, naming the setting`(section: String) async throws {
        let run = try TinyRun(rounds: 1)
        let text = try String(contentsOfFile: run.folder + "/config.yaml", encoding: .utf8)
        for place in try places(in: run) {
            let (key, changed) =
                switch section {
                case "model": ("model", text.replacing(/model: .*/, with: "model: \"\(place)\""))
                case "questions": ("questions.train", text.replacing("train.jsonl", with: "\"\(place)\""))
                default: ("prompt.shots", text + "prompt: {shots: \"\(place)\"}\n")
                }
            try run.write(changed, to: "config.yaml")

            let status = try await run.start(["--check"]).wait(seconds: 10)

            #expect([.exited(69), .exited(77), .exited(78)].contains(status), "\(place): \(status)")
            #expect(run.log.contains("\(key):"), "\(place.prefix(40)): \(run.log.suffix(300))")
            try run.write("", to: "log")
        }
    }

    @Test(arguments: ["--state-dir", "--socket"])
    func `a place that cannot hold state or socket ends the start and is left alone`(option: String)
        async throws
    {
        let run = try TinyRun(rounds: 1)
        _ = try places(in: run)
        try run.write("x", to: "precious")
        for place in ["loop", "dangling", "pipe", "precious", "/dev/null", "/proc/self/mem", "/proc/1"] {
            let path = place.hasPrefix("/") ? place : run.folder + "/" + place

            let status = try await run.start(["--exit-when-complete", option, path]).wait(seconds: 20)

            let allowed: [DaemonProcess.Status] = [.exited(71), .exited(74), .exited(77), .exited(78)]
            #expect(allowed.contains(status), "\(place): \(status): \(run.log)")
        }
        #expect(try String(contentsOfFile: run.folder + "/precious", encoding: .utf8) == "x")
        #expect(!FileManager.default.fileExists(atPath: run.folder + "/nowhere"))
    }
}
