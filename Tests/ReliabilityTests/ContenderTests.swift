import Foundation
import GRDB
import Testing

/// Rounds that choose among contenders and ask for paraphrases are the same whatever interrupts them.
@Suite(.serialized)
struct ContenderTests {
    private static func run() throws -> TinyRun {
        let generate =
            "{candidates: 4, temperature: 0.8, maxNewTokens: 40, waveQuestions: 4, questionsPerRound: 12, "
            + "views: variants, paraphrases: 2}"
        let finetune =
            "{rank: 4, alpha: 8, learningRate: 2.0e-3, epochs: 2, batch: 8, saveEverySteps: 1, "
            + "contenders: [epochs, average]}"
        return try TinyRun(rounds: 2, settings: ["generate": generate, "finetune": finetune])
    }

    @Test func `kill -9 at random operations changes neither the choice nor what was paraphrased`()
        async throws
    {
        let whole = try Self.run()
        let counter = whole.folder + "/count"
        try await whole.finish(environment: whole.faults(["FAULTS_COUNT": counter]))
        try whole.expectSound()
        let text = try String(contentsOfFile: counter, encoding: .utf8)
        let total = try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        let expected = try whole.dump()
        #expect(expected.parts["paraphrases"]?.isEmpty == false)
        let queue = try DatabaseQueue(path: whole.state + "/journal.sqlite")
        let chosen = try await queue.read { db in
            try Int.fetchAll(
                db,
                sql: """
                    SELECT count(*) FROM rounds, json_each(report, '$.contenders')
                    WHERE json_extract(value, '$.isChosen') GROUP BY rounds.id
                    """
            )
        }
        #expect(chosen == [1, 1])
        try await expectExplained(whole)

        var random = SeededGenerator(seed: 22)
        for _ in 0..<TinyRun.count(3, soak: 60) {
            let run = try Self.run()
            for _ in 0..<6 {
                let place = Int.random(in: 1...max(2, total / 3), using: &random)
                let daemon = try run.start(
                    environment: run.faults(["FAULTS_AT": "\(place)", "FAULTS_DO": "kill"])
                )
                if try await daemon.wait() == .exited(0) { break }
            }
            try await run.finish()
            try run.expectSame(as: expected)
        }
    }

    /// `explain` says of a candidate what became of its question's paraphrases.
    private func expectExplained(_ run: TinyRun) async throws {
        let daemon = try run.start([])
        _ = try #require(try await run.waitForStatus { $0["state"] as? String == "completed" }, "\(run.log)")
        let list = try #require(run.client.request("GET", "/v1/rounds/1/candidates"))
        let parsed = try JSONSerialization.jsonObject(with: Data(list.body.utf8)) as? [String: Any]
        let first = try #require((parsed?["candidates"] as? [[String: Any]])?.first)
        let question = try #require(first["question"] as? Int)
        let reply = try #require(run.client.request("GET", "/v1/rounds/1/candidates/\(question)/0"))
        #expect(reply.status == 200 && reply.body.contains(#""paraphrases":{"refusals":"#), "\(reply)")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
    }
}
