import Engine
import Foundation
import Loop
import Testing

extension EngineSerial {
    /// Mean hidden states of completions.
    @Suite struct HiddenStateTests {
        private static let samples: [TextSample] = [
            TextSample(prompt: "ab a", completion: " ba"),
            TextSample(prompt: "ab a", completion: "b ab ba a"),
            TextSample(prompt: "b", completion: "aa"),
            TextSample(prompt: "b", completion: ""),
            TextSample(prompt: "ab a", completion: " a"),
            TextSample(prompt: "", completion: "abba"),
        ]

        private static let sentences: [TextSample] = [
            TextSample(prompt: "Q: 1 + 2?\nA:", completion: " It is 3."),
            TextSample(prompt: "Q: 1 + 2?\nA:", completion: " 3, since 2 comes after 1."),
            TextSample(prompt: "Q: 1 + 2?\nA:", completion: " I do not know."),
            TextSample(prompt: "Q: 3 + 2?\nA:", completion: " It is 3."),
            TextSample(prompt: "Q: 3", completion: " It is 3."),
        ]

        private static func tiny(threads: Int, _ precision: Precision) throws -> EmbeddedEngine {
            try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: threads, precision: precision)
            )
        }

        private static func engine(_ scratch: Scratch) throws -> (EmbeddedEngine, path: String) {
            let family = ToyFamily()
            let path = try scratch.write("toy.gguf", family.file().bytes())
            let engine = try EmbeddedEngine(
                modelPath: path,
                settings: EngineSettings(threads: 2, precision: .f32),
                families: family.families
            )
            return (engine, path)
        }

        @Test func `they are the mean over the completion's tokens, at unit length`() async throws {
            let scratch = try Scratch()
            let (engine, path) = try Self.engine(scratch)
            let families = ToyFamily().families
            let plain = PlainModel(try ModelFiles.open(path, families: families))
            let model = try BaseModel(path, families: families)

            let states = try await engine.hiddenStates(of: Self.samples)

            #expect(states.count == Self.samples.count)
            for (index, sample) in Self.samples.enumerated() {
                let tokenized = try model.tokenize(sample, index: index)
                let rows = try plain.hiddenStates(Array(tokenized.tokens.dropLast()))
                    .dropFirst(tokenized.promptCount)
                guard let first = rows.first else {
                    #expect(states[index].isEmpty, "sample \(index)")
                    continue
                }
                let sum = rows.dropFirst().reduce(first) { zip($0, $1).map(+) }
                let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
                KernelBench.expectClose(
                    states[index],
                    sum.map { Float($0 / length) },
                    "sample \(index)",
                    within: 1e-4
                )
            }
        }

        @Test func `a completion without tokens has none`() async throws {
            let scratch = try Scratch()
            let (engine, _) = try Self.engine(scratch)

            #expect(try await engine.hiddenStates(of: []) == [])
            #expect(try await engine.hiddenStates(of: [Self.samples[3]]) == [[]])
            #expect(engine.givesHiddenStates)
        }

        @Test(arguments: [Precision.f32, .automatic])
        func `their bits depend on nothing that shares the call, nor on threads`(precision: Precision)
            async throws
        {
            let samples = Self.sentences
            let engine = try Self.tiny(threads: 2, precision)
            let together = try await engine.hiddenStates(of: samples)
            let reversed = try await engine.hiddenStates(of: samples.reversed())
            let many = try await engine.hiddenStates(of: (0..<40).flatMap { _ in samples })
            var alone: [[Float]] = []
            for sample in samples { alone += try await engine.hiddenStates(of: [sample]) }
            let onOneThread = try await Self.tiny(threads: 1, precision).hiddenStates(of: samples)

            #expect(Set(together).count == samples.count)
            #expect(alone == together)
            #expect(Array(reversed.reversed()) == together)
            #expect(many == (0..<40).flatMap { _ in together })
            #expect(onOneThread == together)
        }

        @Test func `they are those of the active adapter`() async throws {
            let reference = try ReferenceFixture.load(.tiny)
            let engine = try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: 2, precision: .f32)
            )
            let samples = reference.textSamples([0])

            let base = try await engine.hiddenStates(of: samples)
            try await engine.activate(AdapterLocation(path: reference.adapterPath(), sha256: ""))
            let adapted = try await engine.hiddenStates(of: samples)

            #expect(base != adapted)
            #expect(base[0].count == adapted[0].count && !base[0].isEmpty)
            let length = adapted[0].reduce(0) { $0 + Double($1) * Double($1) }
            #expect(abs(length - 1) < 1e-5)
        }
    }
}
