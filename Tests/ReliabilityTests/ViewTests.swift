import Foundation
import GRDB
import Testing

/// Rounds whose candidates see their question in several wordings are the same whatever interrupts them.
@Suite(.serialized)
struct ViewTests {
    private static func run() throws -> TinyRun {
        let generate =
            "{candidates: 8, temperature: 0.8, maxNewTokens: 40, waveQuestions: 4, questionsPerRound: 12, "
            + "views: all, viewCount: 4}"
        let run = try TinyRun(
            rounds: 2,
            settings: [
                "generate": generate, "select": "{filters: [vote, ds], dsReference: own, lossFloor: 0.1}",
            ]
        )
        let path = run.folder + "/train.jsonl"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let varied = lines.enumerated().map { place, line -> String in
            guard place < 12, let end = line.firstIndex(of: "?") else { return String(line) }
            let text = line[..<end].replacing(#"{"question": ""#, with: "")
            return line.dropLast() + #", "variants": ["\#(text) = ?"]}"#
        }
        try run.write(varied.joined(separator: "\n") + "\n", to: "train.jsonl")
        return run
    }

    @Test func `kill -9 at random operations changes nothing, and each candidate keeps its view`()
        async throws
    {
        let whole = try Self.run()
        let counter = whole.folder + "/count"
        try await whole.finish(environment: whole.faults(["FAULTS_COUNT": counter]))
        try whole.expectSound()
        let text = try String(contentsOfFile: counter, encoding: .utf8)
        let total = try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        let expected = try whole.dump()
        #expect(expected.parts["variants"]?.count == 12)
        let queue = try DatabaseQueue(path: whole.state + "/journal.sqlite")
        let compared = try await queue.read { db in
            try Int.fetchOne(db, sql: "SELECT json_extract(report, '$.viewedCount') FROM rounds WHERE id = 1")
        }
        #expect(compared != nil)

        var random = SeededGenerator(seed: 21)
        for _ in 0..<TinyRun.count(2, soak: 60) {
            let run = try Self.run()
            for _ in 0..<4 {
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
}
