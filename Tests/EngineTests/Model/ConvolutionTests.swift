import Engine
import Foundation
import Loop
import Testing

extension EngineSerial {
    /// A layer with a short convolution needs the last tokens of a text, wherever they were computed.
    @Suite struct ConvolutionTests {
        private func engine(
            _ family: FamilyRecording,
            _ precision: Precision,
            rows: Int,
            threads: Int = 2
        ) throws -> EmbeddedEngine {
            try EmbeddedEngine(
                modelPath: family.model,
                settings: EngineSettings(threads: threads, precision: precision, rows: rows)
            )
        }

        private func texts(
            _ engine: EmbeddedEngine,
            _ prefix: String,
            _ prompts: [(number: Int, text: String)]
        ) async throws -> [String] {
            var settings = GenerateSettings()
            settings.maxNewTokens = 40
            settings.temperature = 0.7
            return try await engine.generate(
                prompts.map {
                    GenerationRequest(
                        question: QuestionID(rawValue: $0.number),
                        prompt: PromptText(format: $0.text),
                        count: 2
                    )
                },
                prefix: PromptText(format: prefix),
                settings: settings,
                key: RandomKey(seed: 5, round: 1)
            ) { _ in }.map(\.text)
        }

        @Test(arguments: [Precision.f32, .automatic], [1, 3])
        func `prompts that take several passes give the same candidates with a shared prefix and alone`(
            _ precision: Precision,
            _ rows: Int
        ) async throws {
            let family = try FamilyRecording("lfm2")
            defer { withExtendedLifetime(family) {} }
            let engine = try engine(family, precision, rows: rows)
            // 408 tokens: more than one pass takes.
            let prefix = String(repeating: "Q: two and two and three A: seven\n", count: 17)
            let prompts = ["Q: one and four A:", "Q: nine less two A:", "A:"]

            let together = try await texts(
                engine,
                prefix,
                prompts.enumerated().map { (number: $0.offset, text: $0.element) }
            )
            var alone: [String] = []
            for (number, prompt) in prompts.enumerated() {
                alone += try await texts(engine, "", [(number: number, text: prefix + prompt)])
            }

            #expect(together.count == 6 && together == alone)
        }

        @Test(arguments: [Precision.f32, .automatic])
        func `a text scored beside others that begin alike has the loss that it has alone`(
            _ precision: Precision
        ) async throws {
            let family = try FamilyRecording("lfm2")
            defer { withExtendedLifetime(family) {} }
            let engine = try engine(family, precision, rows: 3)
            // Prompts shorter than the convolution, too: a branch then begins before its first token.
            let samples = ["Q: one and four A:", "Q", ""].flatMap { prompt in
                [" five", " nine less two and three", " x"].map {
                    TextSample(prompt: PromptText(format: prompt), completion: $0)
                }
            }

            let together = try await engine.score(samples) { _ in }
            var alone: [SampleScore] = []
            for sample in samples { alone += try await engine.score([sample]) { _ in } }

            #expect(together.map(\.tokenCount) == alone.map(\.tokenCount))
            #expect(together.map { $0.answerLoss.bitPattern } == alone.map { $0.answerLoss.bitPattern })
            #expect(together.map { $0.fullLoss.bitPattern } == alone.map { $0.fullLoss.bitPattern })
        }

        @Test func `a text has the same loss with one thread as with three`() async throws {
            let family = try FamilyRecording("lfm2")
            defer { withExtendedLifetime(family) {} }
            let samples = [
                TextSample(prompt: PromptText(format: "Q: one and four A:"), completion: " five and two"),
                TextSample(prompt: PromptText(format: "Q: nine less two A:"), completion: " seven"),
            ]
            var losses: [[UInt64]] = []

            for threads in [1, 3] {
                let engine = try engine(family, .f32, rows: 3, threads: threads)
                losses.append(try await engine.score(samples) { _ in }.map(\.fullLoss.bitPattern))
            }

            #expect(losses[0] == losses[1])
        }
    }
}
