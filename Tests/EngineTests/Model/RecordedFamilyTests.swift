import Engine
import Foundation
import Loop
import Testing

extension EngineSerial {
    /// Every family against tiny models of its class that transformers and PEFT computed in f32.
    @Suite struct RecordedFamilyTests {
        @Test(arguments: FamilyRecording.names)
        func `logits are within 1e-3 of the recorded ones, greedy tokens equal`(_ name: String) throws {
            let family = try FamilyRecording(name)
            let probe = try ModelProbe(modelPath: family.model)

            for (index, prompt) in family.recording.prompts.enumerated() {
                let ours = try probe.logits(prompt, last: prompt.count).flatMap(Self.everyEighth)

                let recorded = try family.tensors.values("logits.\(index)")
                #expect(Self.largestDifference(ours, recorded) < 1e-3, "prompt \(index)")
                #expect(try probe.greedy(after: prompt, count: 64) == family.recording.greedy[index])
            }
        }

        @Test(arguments: FamilyRecording.names)
        func `losses and every LoRA gradient are the recorded ones`(_ name: String) throws {
            let family = try FamilyRecording(name)
            let probe = try ModelProbe(modelPath: family.model)

            for (index, sample) in family.recording.samples.enumerated() {
                for (span, recorded) in [
                    (LossSpan.answerOnly, family.recording.adapterLosses[index].answer),
                    (.fullSequence, family.recording.adapterLosses[index].full),
                ] {
                    let tokens = [(sample.ids, sample.promptTokenCount, 1.0)]
                    let loss = try probe.gradients(adapter: family.adapter, tokens: tokens, span: span).loss
                    #expect(abs(loss - recorded) < 2e-4, "sample \(index), \(span)")
                }
            }
            let (loss, ours) = try probe.gradients(
                adapter: family.adapter,
                tokens: family.samples(weights: family.recording.weights),
                span: .answerOnly
            )

            #expect(abs(loss - family.recording.gradientLoss) < 2e-4)
            let description = try ModelFiles.open(family.model).description
            let files = try Adapter(
                rank: 2,
                alpha: 4,
                usesRSLoRA: false,
                targetModules: Array(Set(ours.keys.map(\.module))),
                tensors: ours
            ).files(of: description, baseModelName: "")
            // Written as an adapter, gradients have the names that PEFT gave the recorded ones.
            let written = try #require(files.first { $0.name == "adapter_model.safetensors" })
            let gradients = try RecordedTensors(Data(written.bytes))
            let recorded = family.tensors.names.filter { $0.hasPrefix("gradient.") }
            #expect(Set(gradients.names.map { "gradient.\($0)" }) == Set(recorded))
            for key in gradients.names {
                let expected = try family.tensors.values("gradient.\(key)")
                let ours = try gradients.values(key)
                #expect(relativeDifference(ours, expected) < 1e-3, "\(key)")
            }
        }

        @Test(arguments: FamilyRecording.names)
        func `a ten-step curve is within 1e-3`(_ name: String) throws {
            let family = try FamilyRecording(name)
            let curve = family.recording.curve
            var settings = FinetuneSettings()
            settings.learningRate = curve.peakLearningRate
            settings.clip = curve.clipNorm
            settings.warmup = Double(curve.warmupSteps) / 10

            let losses = try ModelProbe(modelPath: family.model).curve(
                adapter: family.adapter,
                tokens: family.samples(weights: nil),
                stepCount: 10,
                settings: settings
            )

            #expect(losses.count == curve.losses.count)
            #expect(zip(losses, curve.losses).allSatisfy { abs($0 - $1) < 1e-3 }, "\(losses)")
        }

        @Test(arguments: FamilyRecording.names)
        func `exports in both formats, and in turn, compute the same`(_ name: String) throws {
            let scratch = try Scratch()
            let family = try FamilyRecording(name)
            let paths = ["/hf", "/gguf", "/gguf-hf", "/gguf-hf-gguf"].map { scratch.path + $0 }
            let file = "/" + ModelExport.ggufFile
            let model = try ModelFiles.open(family.model)
            try ModelExport.merged(model, adapter: nil, to: paths[0], isBF16: false)
            try ModelExport.gguf(model, adapter: nil, to: paths[1], isBF16: false)
            let second = try ModelFiles.open(paths[1] + file)
            try ModelExport.merged(second, adapter: nil, to: paths[2], isBF16: false)
            let third = try ModelFiles.open(paths[2])
            try ModelExport.gguf(third, adapter: nil, to: paths[3], isBF16: false)

            let prompt = family.recording.prompts[0]
            let logits = try [family.model, paths[0], paths[1] + file, paths[2], paths[3] + file].map {
                try ModelProbe(modelPath: $0).logits(prompt, last: prompt.count).flatMap { $0 }
            }

            #expect(logits[1] == logits[0])
            for other in logits.dropFirst(2) { #expect(Self.largestDifference(other, logits[0]) < 2e-4) }
            #expect(second.description.layers == model.description.layers || name.hasPrefix("llama-llama3"))
            #expect(third.description.huggingFace.settings == model.description.huggingFace.settings)
        }

        @Test(arguments: FamilyRecording.names)
        func `an adapter merged into either format computes what it does beside the weights`(
            _ name: String
        ) throws {
            let scratch = try Scratch()
            let family = try FamilyRecording(name)
            let model = try ModelFiles.open(family.model)
            let adapter = try Adapter.read(family.adapter, for: model.description)
            try ModelExport.merged(model, adapter: adapter, to: scratch.path + "/hf", isBF16: false)
            try ModelExport.gguf(model, adapter: adapter, to: scratch.path + "/gguf", isBF16: false)

            for path in [scratch.path + "/hf", scratch.path + "/gguf/" + ModelExport.ggufFile] {
                let probe = try ModelProbe(modelPath: path)
                for (index, sample) in family.recording.samples.enumerated() {
                    let loss = log(try probe.perplexity(sample.ids))
                    #expect(abs(loss - family.recording.adapterLosses[index].full) < 2e-4, "\(path) \(index)")
                }
            }
        }

        @Test(arguments: FamilyRecording.names, [Precision.f32, .automatic])
        func `candidates are the same with a shared prefix, in company, and alone`(
            _ name: String,
            _ precision: Precision
        ) async throws {
            let family = try FamilyRecording(name)
            let engine = try EmbeddedEngine(
                modelPath: family.model,
                settings: EngineSettings(threads: 1, precision: precision, rows: 3)
            )
            var settings = GenerateSettings()
            settings.maxNewTokens = 20
            settings.temperature = 0.7
            let prefix = "Q: two and two and three A: seven\n"
            func texts(_ prefix: PromptText, _ prompts: [(Int, PromptText)]) async throws -> [String] {
                try await engine.generate(
                    prompts.map {
                        GenerationRequest(question: QuestionID(rawValue: $0.0), prompt: $0.1, count: 2)
                    },
                    prefix: prefix,
                    settings: settings,
                    key: RandomKey(seed: 5, round: 1)
                ) { _ in }.map(\.text)
            }
            let prompts = ["Q: one and four A:", "Q: nine less two A:"]

            let together = try await texts(
                PromptText(format: prefix),
                prompts.enumerated().map { ($0.offset, PromptText(format: $0.element)) }
            )
            var alone: [String] = []
            for (index, prompt) in prompts.enumerated() {
                alone += try await texts("", [(index, PromptText(format: prefix + prompt))])
            }

            #expect(together.count == 4 && together == alone)
        }

        @Test(
            .enabled(if: ProcessInfo.processInfo.environment["AUTODIDACT_EXPORT_FAMILIES_TO"] != nil),
            arguments: FamilyRecording.names
        )
        func `exports where an outside judge can load them`(_ name: String) throws {
            let folder = try #require(ProcessInfo.processInfo.environment["AUTODIDACT_EXPORT_FAMILIES_TO"])
            let family = try FamilyRecording(name)
            let model = try ModelFiles.open(family.model)

            try ModelExport.merged(model, adapter: nil, to: "\(folder)/\(name)", isBF16: false)
            try ModelExport.gguf(model, adapter: nil, to: "\(folder)/\(name)-gguf", isBF16: false)
        }

        private static func everyEighth(_ row: [Float]) -> [Float] {
            stride(from: 0, to: row.count, by: 8).map { row[$0] }
        }

        private static func largestDifference(_ ours: [Float], _ recorded: [Float]) -> Float {
            guard ours.count == recorded.count else { return .infinity }
            return zip(ours, recorded).reduce(0) { max($0, abs($1.0 - $1.1)) }
        }
    }
}

/// A tiny model that scripts/record/families.py made, with what transformers and PEFT computed on it.
struct FamilyRecording {
    struct Sample: Decodable {
        var ids: [Int32]
        var promptTokenCount: Int
    }

    struct Losses: Decodable {
        var answer: Double
        var full: Double
    }

    struct Curve: Decodable {
        var peakLearningRate: Double
        var warmupSteps: Int
        var clipNorm: Double
        var losses: [Double]
    }

    struct Recording: Decodable {
        var prompts: [[Int32]]
        var greedy: [[Int32]]
        var samples: [Sample]
        var losses: [Losses]
        var adapterLosses: [Losses]
        var weights: [Double]
        var gradientLoss: Double
        var curve: Curve
    }

    let recording: Recording
    let tensors: RecordedTensors
    /// The model with a tokenizer beside it, which no recording has.
    let model: String
    let adapter: String
    private let scratch: Scratch
    private let name: String

    static let folder = TestFiles.fixtures + "/families"

    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

    init(_ name: String) throws {
        let files = FileManager.default
        let folder = "\(Self.folder)/\(name)"
        scratch = try Scratch()
        self.name = name
        model = scratch.path
        adapter = folder + "/adapter"
        for file in ["config.json", "model.safetensors"] {
            try files.copyItem(atPath: "\(folder)/\(file)", toPath: "\(model)/\(file)")
        }
        try files.copyItem(
            atPath: TestFiles.fixtures + "/tiny/tokenizer.json",
            toPath: model + "/tokenizer.json"
        )
        recording = try JSONDecoder().decode(
            Recording.self,
            from: Data(contentsOf: URL(filePath: folder + "/recording.json"))
        )
        tensors = try RecordedTensors(Data(contentsOf: URL(filePath: folder + "/recording.safetensors")))
    }

    func samples(weights: [Double]?) -> [(ids: [Int32], promptCount: Int, weight: Double)] {
        recording.samples.enumerated().map {
            ($0.element.ids, $0.element.promptTokenCount, weights?[$0.offset] ?? 1)
        }
    }
}
