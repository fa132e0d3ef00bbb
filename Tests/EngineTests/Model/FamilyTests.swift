import Engine
import Foundation
import Loop
import Testing

extension EngineSerial {
    /// A family that only this test target knows.
    @Suite struct FamilyTests {
        private static let tokens: [Int32] = [4, 2, 5, 3, 3, 4, 1, 2, 5, 0, 2]

        private func model(_ family: ToyFamily, _ scratch: Scratch) throws -> String {
            try scratch.write("toy.gguf", family.file().bytes())
        }

        @Test(arguments: [false, true])
        func `a family of one's own computes what its description says`(hasExtras: Bool) throws {
            let scratch = try Scratch()
            let family = ToyFamily(hasExtras: hasExtras)
            let path = try model(family, scratch)
            let plain = PlainModel(try ModelFiles.open(path, families: family.families))

            let logits = try ModelProbe(modelPath: path, families: family.families)
                .logits(Self.tokens, last: Self.tokens.count)

            let expected = try plain.logits(Self.tokens).map { $0.map { Float($0) } }
            KernelBench.expectClose(logits.flatMap { $0 }, expected.flatMap { $0 }, "logits", within: 1e-4)
        }

        @Test func `each extra part changes what is computed`() throws {
            let scratch = try Scratch()
            let family = ToyFamily()
            let whole = try ModelProbe(modelPath: model(family, scratch), families: family.families)
                .logits(Self.tokens, last: 2)
            for part in [
                "q.bias", "k.bias", "v.bias", "o.bias", "gate.bias", "up.bias", "down.bias", "qnorm", "knorm",
            ] {
                var builder = family.file()
                for place in builder.tensors.indices where builder.tensors[place].name.contains(part) {
                    builder.tensors[place].values = builder.tensors[place].values.map { 1 - 2 * $0 }
                }
                let path = try scratch.write("changed.gguf", builder.bytes())

                let changed = try ModelProbe(modelPath: path, families: family.families)
                    .logits(Self.tokens, last: 2)

                #expect(changed != whole, "\(part)")
            }
        }

        @Test func `it generates, and is refused where it is not registered`() async throws {
            let scratch = try Scratch()
            let family = ToyFamily()
            let path = try model(family, scratch)
            let engine = try EmbeddedEngine(
                modelPath: path,
                settings: EngineSettings(threads: 2, precision: .f32),
                families: family.families
            )
            var settings = GenerateSettings()
            settings.maxNewTokens = 12

            let texts = try await engine.generate(
                [GenerationRequest(question: QuestionID(rawValue: 1), prompt: "ab a", count: 3)],
                prefix: "",
                settings: settings,
                key: RandomKey(seed: 1, round: 1)
            ) { _ in }

            #expect(texts.count == 3 && engine.identity.architecture == "toy")
            let error = engineError { _ = try ModelFiles.open(path) }
            #expect(error?.code == .unsupportedArchitecture)
            #expect(error?.message.contains("is \"toy\", known are llama, qwen2,") == true)
        }

        @Test func `tokens one by one through the cache give the logits of one pass`() throws {
            let scratch = try Scratch()
            let family = ToyFamily()
            let probe = try ModelProbe(modelPath: model(family, scratch), families: family.families)
            let prompt: [Int32] = [4, 2, 5]

            let written = try probe.greedy(after: prompt, count: 8)

            let rows = try probe.logits(prompt + written.dropLast(), last: 8)
            #expect(written == rows.map { row in Int32(row.indices.max { row[$0] < row[$1] } ?? 0) })
        }

        @Test func `exports in both formats open as the same family and compute the same`() throws {
            let scratch = try Scratch()
            let family = ToyFamily()
            let path = try model(family, scratch)
            let files = try ModelFiles.open(path, families: family.families)
            try ModelExport.merged(files, adapter: nil, to: scratch.path + "/hf", isBF16: false)
            try ModelExport.gguf(files, adapter: nil, to: scratch.path + "/gguf", isBF16: false)

            let logits = try ["", "/hf", "/gguf/" + ModelExport.ggufFile].map { part in
                try ModelProbe(
                    modelPath: part.isEmpty ? path : scratch.path + part,
                    families: family.families
                ).logits(Self.tokens, last: 3)
            }

            #expect(logits[1] == logits[0] && logits[2] == logits[0])
            let config = try String(contentsOfFile: scratch.path + "/hf/config.json", encoding: .utf8)
            #expect(config.contains("\"ToyForCausalLM\"") && config.contains("\"toy_extras\": true"))
            #expect(!config.contains("attention_bias"))
        }

        @Test func `an adapter is written under the family's names and read back`() throws {
            let scratch = try Scratch()
            let family = ToyFamily()
            let model = try ModelFiles.open(model(family, scratch), families: family.families).description
            let adapter = Self.adapter(model)

            for file in try adapter.files(of: model, baseModelName: "toy") {
                _ = try scratch.write(file.name, file.bytes)
            }

            #expect(try Adapter.read(scratch.path, for: model) == adapter)
            let config = try String(contentsOfFile: scratch.path + "/adapter_config.json", encoding: .utf8)
            #expect(config.contains("\"gate_toy\"") && !config.contains("gate_proj"))
            let weights = try Data(contentsOf: URL(filePath: scratch.path + "/adapter_model.safetensors"))
            #expect(weights.range(of: Data("base_model.model.toy.layers.1.q_toy.lora_A.weight".utf8)) != nil)
        }

        @Test(arguments: TargetModule.allCases)
        func `gradients equal finite differences of the loss`(_ module: TargetModule) throws {
            let scratch = try Scratch()
            let family = ToyFamily()
            let path = try model(family, scratch)
            let description = try ModelFiles.open(path, families: family.families).description
            let probe = try ModelProbe(modelPath: path, families: family.families)
            let samples = [
                TextSample(prompt: "ab a", completion: "b ba ab"),
                TextSample(prompt: "ab a", completion: "a", weight: 2),
                TextSample(prompt: "b", completion: " ab ab"),
            ]
            func run(_ adapter: Adapter) throws -> (loss: Double, tensors: [AdapterKey: AdapterTensors]) {
                for file in try adapter.files(of: description, baseModelName: "toy") {
                    _ = try scratch.write(file.name, file.bytes)
                }
                return try probe.gradients(adapter: scratch.path, samples, span: .fullSequence)
            }
            let start = Self.adapter(description)
            let gradient = try run(start).tensors.filter { $0.key.module == module }
            let norm = gradient.values.reduce(0.0) { sum, pair in
                (pair.a + pair.b).reduce(sum) { $0 + Double($1) * Double($1) }
            }.squareRoot()

            // Along the gradient the loss must rise by its norm.
            let step = 0.01
            func moved(by distance: Double) -> Adapter {
                var adapter = start
                for (key, pair) in gradient {
                    let factor = Float(distance / norm)
                    let old = start.tensors[key] ?? pair
                    adapter.tensors[key] = AdapterTensors(
                        a: zip(old.a, pair.a).map { $0 + factor * $1 },
                        b: zip(old.b, pair.b).map { $0 + factor * $1 }
                    )
                }
                return adapter
            }
            let rise = try run(moved(by: step)).loss - run(moved(by: -step)).loss

            #expect(norm > 1e-3)
            // The loss is a sum in f32: some 1e-6 over the step, and the curve bends.
            #expect(abs(rise / (2 * step) - norm) < 0.02 * norm + 3e-4, "\(rise / (2 * step)), not \(norm)")
        }

        /// An adapter of rank 2 on every linear layer, none of its numbers zero.
        private static func adapter(_ model: ModelDescription) -> Adapter {
            var tensors: [AdapterKey: AdapterTensors] = [:]
            for layer in 0..<model.numbers.layerCount {
                for (place, module) in TargetModule.allCases.enumerated() {
                    let shape = model.shape(of: .layer(layer, module.layerTensor))
                    let stream = UInt32(300 + 20 * layer + 2 * place)
                    tensors[AdapterKey(layer: layer, module: module)] = AdapterTensors(
                        a: KernelBench.random(2 * shape[1], stream).map { $0 / 2 },
                        b: KernelBench.random(2 * shape[0], stream + 1).map { $0 / 2 }
                    )
                }
            }
            return Adapter(
                rank: 2,
                alpha: 2,
                usesRSLoRA: false,
                targetModules: TargetModule.allCases,
                tensors: tensors
            )
        }
    }
}
