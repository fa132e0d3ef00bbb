import Foundation
import GRDB
import Glibc
import Testing

/// `autodidactd preflight` measures without a trace.
@Suite(.serialized)
struct PreflightTests {
    private func preflight(
        _ run: TinyRun,
        _ arguments: [String] = [],
        log: String = "log"
    ) throws -> DaemonProcess {
        try DaemonProcess(
            ["preflight", "--config", run.folder + "/config.yaml"] + arguments,
            environment: [:],
            log: run.folder + "/" + log
        )
    }

    /// The report as printed, without what depends on the machine's speed.
    private func report(_ run: TinyRun, _ log: String) throws -> NSDictionary {
        let text = try String(contentsOfFile: run.folder + "/" + log, encoding: .utf8)
        // Warnings about memory may come before.
        let line = try #require(text.split(separator: "\n").last { $0.hasPrefix("{") }, "\(text)")
        let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        var report = try #require(json?["report"] as? [String: Any])
        #expect(report.removeValue(forKey: "cost") != nil)
        return report as NSDictionary
    }

    @Test func `twice the same, and no state directory is made`() async throws {
        let run = try TinyRun()
        let before = try FileManager.default.contentsOfDirectory(atPath: run.folder).sorted()

        for log in ["first", "second"] {
            let process = try preflight(run, ["--json", "--sample", "12"], log: log)
            #expect(try await process.wait() == .exited(0), "\(run.log)")
        }

        #expect(try report(run, "first") == report(run, "second"))
        let after = try FileManager.default.contentsOfDirectory(atPath: run.folder)
        #expect(after.filter { !["first", "second"].contains($0) }.sorted() == before)
    }

    @Test func `a person gets a page that ends with verdict and advice`() async throws {
        let run = try TinyRun()

        let process = try preflight(run)

        #expect(try await process.wait() == .exited(0), "\(run.log)")
        let text = try String(contentsOfFile: run.folder + "/log", encoding: .utf8)
        for label in [
            "accuracy ", "vote shares ", "temperature ", "length ", "speed ", "memory ", "verdict ",
        ] {
            #expect(text.split(separator: "\n").contains { $0.hasPrefix(label) }, "\(label): \(text)")
        }
    }

    @Test(arguments: [
        ("model", "/nowhere/model"),
        ("questions", "{train: train.jsonl, valid: valid.jsonl, gate: none.jsonl}"),
        ("questions", "{train: train.jsonl}"), ("generate", "{candidates: 0}"),
    ])
    func `what a start refuses is refused, in one sentence`(section: String, value: String) async throws {
        let run = try TinyRun(settings: [section: value])

        let process = try preflight(run)

        #expect(try await process.wait() == .exited(78), "\(run.log)")
        #expect(run.log.split(separator: "\n").count == 1, "\(run.log)")
    }

    @Test func `Ctrl-C ends it at once`() async throws {
        let run = try TinyRun(settings: [
            "generate": "{candidates: 8, temperature: 0.8, maxNewTokens: 100, stop: [\"§\"]}"
        ])
        let process = try preflight(run)
        // Its own handler must be there: the default one would end it, too.
        while process.status() == nil, !catches(process.pid, SIGINT) {
            try await Task.sleep(for: .milliseconds(1))
        }

        process.signal(SIGINT)

        #expect(try await process.wait(seconds: 10) == .exited(130), "\(run.log)")
        #expect(!run.log.contains("verdict"))
    }

    /// A round large enough for preflight to come before it.
    private func largeRun(_ isWanted: Bool) throws -> TinyRun {
        try TinyRun(
            settings: [
                "generate":
                    "{candidates: 24, temperature: 0.8, maxNewTokens: 40, waveQuestions: 8, questionsPerRound: 0}",
                "loop": "{rounds: 1, seed: 5, preflight: \(isWanted)}",
            ]
        )
    }

    private func preflightCount(_ run: TinyRun) throws -> Int? {
        let queue = try DatabaseQueue(path: run.state + "/journal.sqlite")
        defer { try? queue.close() }
        return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM preflights") }
    }

    @Test func `a daemon measures before its first round, which is the same as without`() async throws {
        let without = try largeRun(false)
        try await without.finish()
        let run = try largeRun(true)

        try await run.finish()

        #expect(try preflightCount(without) == 0)
        #expect(try preflightCount(run) == 1, "\(run.log)")
        try run.expectSame(as: try without.dump(), "with preflight")
    }

    @Test func `SIGTERM ends it soon, and the next start begins it again`() async throws {
        let without = try largeRun(false)
        try await without.finish()
        let run = try largeRun(true)
        let daemon = try run.start()
        // The round may come before this has looked; then it is the round that is interrupted.
        var isBusy = false
        while !isBusy, daemon.status() == nil {
            let status = run.client.json("GET", "/v1/status")
            try await Task.sleep(for: .milliseconds(2))
            isBusy = (status?["detail"] as? String)?.hasPrefix("preflight") == true || status?["round"] != nil
        }

        daemon.signal(SIGTERM)

        #expect(try await daemon.wait(seconds: 20) == .exited(0), "\(run.log)")
        try await run.finish()
        #expect(try preflightCount(run) == 1)
        try run.expectSame(as: try without.dump(), "after SIGTERM")
    }

    private func catches(_ pid: pid_t, _ signal: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let mask = status.firstMatch(of: /SigCgt:\s*([0-9a-f]+)/).flatMap { UInt64($0.1, radix: 16) } ?? 0
        return mask & 1 << UInt64(signal - 1) != 0
    }
}
