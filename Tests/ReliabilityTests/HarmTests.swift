import Foundation
import GRDB
import Testing

/// What makes the model worse is not promoted, however it came about.
@Suite(.serialized)
struct HarmTests {
    @Test(arguments: [5, 11, 17])
    func `a round fine-tuned on shuffled answers is rejected in that same round`(stride: Int) async throws {
        let run = try TinyRun(
            rounds: 1,
            settings: [
                // Takes for right whatever equals the reference, and that is another question's answer.
                "select": "{policy: oracle}",
                "generate":
                    "{candidates: 16, temperature: 1.0, maxNewTokens: 40, waveQuestions: 16, questionsPerRound: 0}",
                "finetune":
                    "{rank: 4, alpha: 8, learningRate: 1.0e-2, epochs: 6, batch: 8, saveEverySteps: 8}",
                "gate": "{patience: 1000}",
            ]
        )
        let train = (0..<48).map { TinyRun.question($0, answerOf: ($0 + stride) % 48) }
        try run.write(train.joined(separator: "\n") + "\n", to: "train.jsonl")
        let gate = (200..<240).map { TinyRun.question($0) }
        try run.write(gate.joined(separator: "\n") + "\n", to: "gate.jsonl")

        try await run.finish()

        try run.expectSound()
        let queue = try DatabaseQueue(path: run.state + "/journal.sqlite")
        let (outcome, stepCount, current) = try await queue.read { db in
            (
                try String.fetchOne(db, sql: "SELECT outcome FROM rounds WHERE id = 1"),
                try Int.fetchOne(
                    db,
                    sql: "SELECT json_extract(report, '$.stepCount') FROM rounds WHERE id = 1"
                ),
                try Int.fetchOne(db, sql: "SELECT current FROM control")
            )
        }
        try queue.close()
        #expect(outcome == "rejected", "\(run.log)")
        #expect((stepCount ?? 0) > 0, "it was trained")
        #expect(current == 0)
    }
}
