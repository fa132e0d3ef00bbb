import Engine
import Foundation
import Loop
import Testing

extension EngineSerial {
    /// Scores of texts under a second model.
    @Suite struct SmallModelTests {
        private static let samples: [TextSample] = [
            TextSample(prompt: "Q: 1 + 2?\nA:", completion: " It is 3."),
            TextSample(prompt: "Q: 1 + 2?\nA:", completion: " 3, since 2 comes after 1."),
            TextSample(prompt: "Q: 3 + 2?\nA:", completion: " It is 3."),
        ]

        private static func engine() throws -> EmbeddedEngine {
            try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: 2, precision: .f32)
            )
        }

        @Test func `losses and ranks are those of the model's logits`() async throws {
            let path = try ReferenceFixture.modelPath(.tiny)
            let probe = try ModelProbe(modelPath: path)
            let model = try BaseModel(path)

            let reply = try await Self.engine().tokenScores(of: Self.samples, under: path) { _ in }

            #expect(reply.texts.count == Self.samples.count)
            for (index, sample) in Self.samples.enumerated() {
                let tokenized = try model.tokenize(sample, index: index)
                let count = tokenized.tokens.count - tokenized.promptCount
                let rows = try probe.logits(Array(tokenized.tokens.dropLast()), last: count)
                let scores = reply.texts[index]
                try #require(scores.count == count)
                for (place, row) in rows.enumerated() {
                    let token = Int(tokenized.tokens[tokenized.promptCount + place])
                    let best = Double(row.max() ?? 0)
                    let sum = row.reduce(0.0) { $0 + exp(Double($1) - best) }
                    #expect(abs(scores[place].loss - (log(sum) + best - Double(row[token]))) < 1e-3)
                    // Logits of another batch differ in their last bits: a neighbour may change places.
                    let above = row.count { $0 > row[token] + 1e-4 }
                    let near = row.count { $0 > row[token] - 1e-4 }
                    #expect(above...near ~= scores[place].rank)
                }
            }
        }

        @Test func `the engine's own scores are the same before and after`() async throws {
            let engine = try Self.engine()
            let before = try await engine.score(Self.samples) { _ in }

            let reply = try await engine.tokenScores(
                of: Self.samples,
                under: try ReferenceFixture.modelPath(.tiny)
            ) { _ in }

            let after = try await engine.score(Self.samples) { _ in }
            #expect(before == after)
            // Its own model as the small one: the mean loss is that of the scores.
            for (tokens, score) in zip(reply.texts, after) {
                let mean = tokens.reduce(0) { $0 + $1.loss } / Double(tokens.count)
                #expect(tokens.count == score.answerTokenCount)
                #expect(abs(mean - score.answerLoss) < 1e-4)
            }
        }

        @Test func `a text that is too long has no tokens, and what is missing is named`() async throws {
            let engine = try Self.engine()
            let path = try ReferenceFixture.modelPath(.tiny)
            let long = TextSample(
                prompt: "Q",
                completion: String(repeating: " many words", count: try BaseModel(path).contextLength)
            )

            let reply = try await engine.tokenScores(of: [Self.samples[0], long], under: path) { _ in }

            #expect(!reply.texts[0].isEmpty && reply.texts[1].isEmpty)
            #expect(reply.digest == (try SmallModel(path)).digest)
            let error = await #expect(throws: EngineError.self) {
                try await engine.tokenScores(of: Self.samples, under: "/nonexistent.gguf") { _ in }
            }
            #expect(error?.code == .modelMissing)
        }
    }
}
