import Engine
import Foundation
import Loop
import Testing

extension EngineSerial {
    /// Files and adapters of families with LayerNorms: StableLM and Phi-2.
    @Suite struct NormFamilyFileTests {
        private static let phi = [
            "phi2.attention.layer_norm_epsilon", "phi2.rope.dimension_count", "output_norm.bias",
            "output.weight", "output.bias", "blk.1.attn_norm.weight", "blk.1.attn_norm.bias",
            "blk.1.attn_q.weight", "blk.1.attn_q.bias", "blk.1.attn_k.bias", "blk.1.attn_v.bias",
            "blk.1.attn_output.bias", "blk.1.ffn_up.weight", "blk.1.ffn_up.bias", "blk.1.ffn_down.bias",
        ]
        private static let stable = [
            "stablelm.attention.layer_norm_epsilon", "stablelm.rope.dimension_count", "output_norm.bias",
            "blk.1.attn_norm.bias", "blk.1.ffn_norm.weight", "blk.1.ffn_norm.bias", "blk.1.ffn_gate.weight",
        ]

        @Test(
            arguments: [
                ("phi2", phi, ["ffn_norm", "ffn_gate", "rms_epsilon", "attn_qkv"]),
                (
                    "stablelm", stable + ["blk.2.attn_q.bias", "blk.2.attn_k.bias"],
                    ["rms_epsilon", "output.bias"]
                ),
                ("stablelm-3b", stable, ["rms_epsilon", "attn_q.bias", "attn_output.bias"]),
            ]
        )
        func `an exported GGUF file has the names that llama.cpp knows`(
            _ name: String,
            _ names: [String],
            _ others: [String]
        ) throws {
            let scratch = try Scratch()
            let family = try FamilyRecording(name)
            let model = try ModelFiles.open(family.model)

            try ModelExport.gguf(model, adapter: nil, to: scratch.path + "/gguf", isBF16: true)

            let path = "\(scratch.path)/gguf/\(ModelExport.ggufFile)"
            let file = try Data(contentsOf: URL(filePath: path))
            for name in names { #expect(file.range(of: Data(name.utf8)) != nil, "\(name)") }
            for name in others { #expect(file.range(of: Data(name.utf8)) == nil, "\(name)") }
        }

        @Test func `a Phi-2 file with query, key and value in one tensor computes the same`() throws {
            let scratch = try Scratch()
            let family = try FamilyRecording("phi2")
            let model = try ModelFiles.open(family.model)
            let path = try scratch.write("joined.gguf", Self.joined(model).bytes())
            let joined = try ModelFiles.open(path)
            let adapter = try Adapter.read(family.adapter, for: joined.description)
            try ModelExport.merged(joined, adapter: nil, to: scratch.path + "/hf", isBF16: false)
            try ModelExport.gguf(joined, adapter: adapter, to: scratch.path + "/gguf", isBF16: false)
            try ModelExport.merged(model, adapter: adapter, to: scratch.path + "/merged", isBF16: false)

            let (prompt, merged) = (family.recording.prompts[0], scratch.path + "/merged")
            let written = scratch.path + "/gguf/" + ModelExport.ggufFile
            func logits(_ path: String) throws -> [Float] {
                try ModelProbe(modelPath: path).logits(prompt, last: prompt.count).flatMap { $0 }
            }

            #expect(try adapter == Adapter.read(family.adapter, for: model.description))
            #expect(try ModelFiles.open(scratch.path + "/hf").description == model.description)
            #expect(try logits(path) == logits(family.model))
            #expect(try logits(scratch.path + "/hf") == logits(family.model))
            #expect(try logits(written) == logits(merged) && logits(merged) != logits(family.model))
        }

        @Test func `a model without a gate trains the layers that it has`() async throws {
            let family = try FamilyRecording("phi2")
            defer { withExtendedLifetime(family) {} }
            let engine = try EmbeddedEngine(
                modelPath: family.model,
                settings: EngineSettings(threads: 1, precision: .f32)
            )
            func files(_ modules: [TargetModule]) async throws -> [FileContent] {
                var settings = FinetuneSettings()
                settings.targetModules = modules
                settings.rank = 2
                settings.epochs = 1
                let job = FinetuneJob(
                    samples: [TextSample(prompt: "Q: one and four A:", completion: " five")],
                    settings: settings,
                    lossSpan: .answerOnly,
                    key: RandomKey(seed: 3, round: 1),
                    start: nil,
                    resumePath: nil,
                    baseModelName: "phi"
                )
                return try await engine.finetune(job, progress: { _ in }, save: { _ in }).files
            }

            let all = try await files(TargetModule.allCases)
            let written = try #require(all.first { $0.name == "adapter_config.json" })
            let error = await #expect(throws: EngineError.self) { try await files([.gate]) }

            let json = try JSONSerialization.jsonObject(with: Data(written.bytes)) as? [String: Any]
            let names = try #require(json?["target_modules"] as? [String])
            #expect(Set(names) == ["q_proj", "k_proj", "v_proj", "dense", "fc1", "fc2"])
            #expect(error?.code == .invalidRequest)
            #expect(error?.message.contains("finetune.targetModules is gate_proj") == true)
        }

        @Test func `a gate that a model lacks is not counted`() throws {
            let family = try FamilyRecording("phi2")
            defer { withExtendedLifetime(family) {} }
            let outline = try ModelOutline.read(family.model)
            func taken(_ modules: [TargetModule]) -> Int {
                var settings = FinetuneSettings()
                settings.targetModules = modules
                return outline.finetuningByteCount(settings, .f32)
            }

            let tensors = outline.description.tensorNames

            #expect(taken([.up, .gate]) == taken([.up]) && taken([.up, .down]) > taken([.up]))
            #expect(!tensors.contains(.layer(0, .gate)) && tensors.contains(.layer(1, .bias(.up))))
        }

        /// Changes to a tiny GGUF file of an architecture, and what its refusal says.
        private static let others: [(String, @Sendable (inout GGUFBuilder) -> Void, String)] = [
            (
                "stablelm",
                { builder in builder.tensors.removeAll { $0.name == "blk.0.ffn_norm.weight" } },
                "use_parallel_residual"
            ),
            (
                "stablelm",
                { builder in
                    builder.tensors.append(
                        .init(name: "blk.0.attn_q_norm.weight", dimensions: [4, 2], values: .ones(8))
                    )
                },
                "qk_layernorm"
            ),
            (
                "stablelm",
                { builder in builder.tensors.removeAll { $0.name == "output.weight" } },
                "tensor output.weight is missing"
            ),
            (
                "phi2",
                { builder in builder.tensors.removeAll { $0.name == "output.weight" } },
                "tensor output.weight is missing"
            ),
            (
                "phi2",
                { builder in builder.set("phi2.rope.dimension_count", .u32(3)) },
                "phi2.rope.dimension_count is 3"
            ),
            (
                "phi2",
                { builder in builder.set("phi2.use_parallel_residual", .bool(true)) },
                "phi2.use_parallel_residual is"
            ),
        ]

        @Test(arguments: others)
        func `a GGUF file of another form is refused by name`(
            _ architecture: String,
            _ change: @Sendable (inout GGUFBuilder) -> Void,
            _ words: String
        ) throws {
            let scratch = try Scratch()
            var builder = GGUFBuilder.tiny()
            builder.metadata = builder.metadata.map { key, value in
                (key.hasPrefix("llama.") ? architecture + key.dropFirst("llama".count) : key, value)
            }
            builder.set("general.architecture", .string(architecture))
            builder.set("\(architecture).attention.layer_norm_epsilon", .f32(1e-5))
            builder.tensors.append(.init(name: "output.weight", dimensions: [8, 6], values: .ones(48)))
            change(&builder)
            let path = try scratch.write("other.gguf", builder.bytes())

            let error = engineError { _ = try ModelFiles.open(path) }

            #expect(error?.code == .unsupportedArchitecture)
            #expect(error?.message.contains("other.gguf") == true)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
        }

        /// The same model as llama.cpp's converter of 2023 wrote it.
        private static func joined(_ model: ModelFiles) throws -> GGUFBuilder {
            let c = model.configuration
            var builder = GGUFBuilder.tiny()
            builder.metadata.removeAll { $0.0.hasPrefix("llama.") }
            builder.set("general.architecture", .string("phi2"))
            let numbers = [
                ("context_length", c.contextLength), ("embedding_length", c.hiddenSize),
                ("block_count", c.layerCount), ("feed_forward_length", c.intermediateSize),
                ("attention.head_count", c.headCount), ("attention.head_count_kv", c.keyValueHeadCount),
                ("rope.dimension_count", 6),
            ]
            for (key, number) in numbers { builder.set("phi2.\(key)", .u32(UInt32(number))) }
            builder.set("phi2.attention.layer_norm_epsilon", .f32(c.rmsNormEpsilon))
            let words = ["<|e|>", "<|s|>", "a", "b", "ab", "Ġ"]
            let more = (words.count..<c.vocabularyCount).map { "t\($0)" }
            builder.set("tokenizer.ggml.tokens", .strings(words + more))
            let types = (0..<c.vocabularyCount).map { Int32($0 < 2 ? 3 : 1) }
            builder.set("tokenizer.ggml.token_type", .i32s(types))
            builder.tensors = []
            func add(_ name: String, _ parts: [TensorName]) throws {
                let values = try parts.flatMap { try model.read($0) }
                let width = model.description.shape(of: parts[0]).dropFirst().map { UInt64($0) }
                let rows = UInt64(values.count) / (width.first ?? 1)
                builder.tensors.append(.init(name: name, dimensions: width + [rows], values: values))
            }
            func addLinear(_ name: String, _ layer: Int, _ modules: [TargetModule]) throws {
                try add("blk.\(layer).\(name).weight", modules.map { .layer(layer, $0.layerTensor) })
                try add("blk.\(layer).\(name).bias", modules.map { .layer(layer, .bias($0)) })
            }
            try add("token_embd.weight", [.embedding])
            try add("output_norm.weight", [.finalNorm])
            try add("output_norm.bias", [.finalNormBias])
            try add("output.weight", [.outputProjection])
            try add("output.bias", [.outputProjectionBias])
            for layer in 0..<c.layerCount {
                try add("blk.\(layer).attn_norm.weight", [.layer(layer, .attentionNorm)])
                try add("blk.\(layer).attn_norm.bias", [.layer(layer, .attentionNormBias)])
                try addLinear("attn_qkv", layer, [.query, .key, .value])
                try addLinear("attn_output", layer, [.output])
                try addLinear("ffn_up", layer, [.up])
                try addLinear("ffn_down", layer, [.down])
            }
            return builder
        }
    }
}

extension [Float] {
    fileprivate static func ones(_ count: Int) -> [Float] { [Float](repeating: 1, count: count) }
}
