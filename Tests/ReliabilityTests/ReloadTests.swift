import Foundation
import Glibc
import Testing

/// SIGHUP reads the configuration again: checked whole, taken by the next round, or refused with the reason.
@Suite(.serialized)
struct ReloadTests {
    private func lastEvent(_ kind: String, _ run: TinyRun) -> String? {
        let events = run.client.json("GET", "/v1/status")?["events"] as? [[String: Any]] ?? []
        return events.last { $0["kind"] as? String == kind }?["message"] as? String
    }

    private func change(_ run: TinyRun, _ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: run.folder + "/config.yaml", encoding: .utf8)
        try #require(text.contains(old))
        try run.write(text.replacing(old, with: new), to: "config.yaml")
    }

    @Test func `more rounds and another learning rate are taken without a restart`() async throws {
        let run = try TinyRun(rounds: 1)
        let daemon = try run.start([])
        let done = try await run.waitForStatus(seconds: 60) { $0["state"] as? String == "completed" }
        _ = try #require(done, "\(run.log)")
        try change(run, "rounds: 1", "rounds: 2")
        try change(run, "learningRate: 2.0e-3", "learningRate: 1.0e-3")
        daemon.signal(SIGHUP)
        let more = try await run.waitForStatus(seconds: 60) {
            $0["finished_round_count"] as? Int == 2 && $0["state"] as? String == "completed"
        }
        _ = try #require(more, "\(run.log)")
        #expect(run.log.contains("finetune.learningRate 0.002 → 0.001, loop.rounds 1 → 2"), "\(run.log)")
        let config = run.client.json("GET", "/v1/config")?["settings"] as? [String: Any]
        #expect(config?["finetune.learningRate"] as? String == "0.001")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
        try run.expectSound()
    }

    @Test func `a start names every wrong line of a question file`() async throws {
        let run = try TinyRun()
        try run.write("{\"question\": 1}\n{\"question\": \"x\"}\n[2]\n", to: "train.jsonl")

        #expect(try await run.start().wait() == .exited(65))

        #expect(run.log.contains("2 lines of "), "\(run.log)")
        for line in ["train.jsonl:1: the field \"question\"", "train.jsonl:3: the line is not a JSON object"]
        {
            #expect(run.log.contains("\n  \(run.folder)/\(line)"), "\(run.log)")
        }
    }

    @Test func `an adapter of another rank is refused with both values, before a round begins`() async throws
    {
        let run = try TinyRun(rounds: 1)
        let daemon = try run.start([])
        let done = try await run.waitForStatus(seconds: 60) { $0["state"] as? String == "completed" }
        _ = try #require(done, "\(run.log)")
        try change(run, "rank: 4", "rank: 2")
        try change(run, "rounds: 1", "rounds: 2")
        daemon.signal(SIGHUP)
        let refused = try await run.waitForStatus(seconds: 10) { _ in lastEvent("reload_refused", run) != nil
        }
        _ = try #require(refused, "\(run.log)")
        let message = lastEvent("reload_refused", run) ?? ""
        #expect(message.contains("finetune.rank 2 is asked for, its adapter was made with finetune.rank 4"))
        #expect(message.contains("finetune.startFrom to base"), "\(message)")

        try change(run, "epochs: 1", "epochs: 1, startFrom: base")
        daemon.signal(SIGHUP)
        let more = try await run.waitForStatus(seconds: 60) {
            $0["finished_round_count"] as? Int == 2 && $0["state"] as? String == "completed"
        }
        _ = try #require(more, "\(run.log)")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
        try run.expectSound()
    }

    @Test func `a bad configuration is refused whole, and the daemon goes on with the one before`()
        async throws
    {
        let run = try TinyRun(rounds: 1)
        let daemon = try run.start([])
        _ = try await run.waitForStatus(seconds: 60) { $0["state"] as? String == "completed" }
        try change(run, "rounds: 1", "rounds: 3, sed: 4")
        daemon.signal(SIGHUP)
        let refused = try await run.waitForStatus(seconds: 10) { _ in lastEvent("reload_refused", run) != nil
        }
        _ = try #require(refused, "\(run.log)")
        #expect(lastEvent("reload_refused", run)?.contains("loop.sed") == true)
        #expect(run.client.json("GET", "/v1/status")?["target_round_count"] as? Int == 1)
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
    }
}
