import Engine
import Foundation
import Testing

/// Files of known families that say something which the family's reference does not read as it seems.
@Suite struct FamilyFileTests {
    /// A recorded model with another config.json.
    private func changed(
        _ name: String,
        _ change: (inout [String: Any]) -> Void
    ) throws -> FamilyRecording {
        let family = try FamilyRecording(name)
        let file = URL(fileURLWithPath: "\(family.model)/config.json")
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        var config = try #require(json as? [String: Any])
        change(&config)
        try JSONSerialization.data(withJSONObject: config).write(to: file)
        return family
    }

    /// The small Llama under the name of another family.
    private func renamed(_ architecture: String) -> GGUFBuilder {
        var builder = GGUFBuilder.tiny()
        builder.metadata = builder.metadata.map { key, value in
            (key.hasPrefix("llama.") ? architecture + key.dropFirst("llama".count) : key, value)
        }
        builder.set("general.architecture", .string(architecture))
        return builder
    }

    private static func attention(_ model: ModelFiles, _ layer: Int) throws -> AttentionDescription {
        var found: AttentionDescription?
        if case .attention(let attention) = model.description.layers[layer].mixer { found = attention }
        return try #require(found)
    }

    // MARK: config.json

    @Test(
        arguments: [
            (["rope_type": "linear", "factor": 2], "factor is 4.0 and 2.0"),
            (["type": "dynamic", "factor": 4], "rope_type is \"linear\" and \"dynamic\""),
            (["type": "linear", "factor": 4, "rope_theta": 500], "rope_theta is 10000.0 and 500.0"),
        ] as [([String: any Sendable], String)]
    )
    func `two descriptions of rotary positions that differ are refused`(
        _ old: [String: any Sendable],
        _ words: String
    ) throws {
        let family = try changed("llama-linear") { $0["rope_scaling"] = old }

        let error = engineError { _ = try ModelFiles.open(family.model) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
    }

    @Test func `two descriptions of rotary positions that are equal are read`() throws {
        let family = try changed("llama-linear") { $0["rope_scaling"] = ["type": "linear", "factor": 4] }

        let attention = try Self.attention(ModelFiles.open(family.model), 0)

        #expect(attention.rotation?.scaling == .linear(factor: 4))
    }

    @Test func `Gemma 3 takes rope_scaling over what its layers' own object says`() throws {
        let family = try changed("gemma3") { $0["rope_scaling"] = ["rope_type": "linear", "factor": 8] }

        // The last of three layers sees all positions.
        let model = try ModelFiles.open(family.model)

        #expect(try Self.attention(model, 2).rotation?.scaling == .linear(factor: 8))
        #expect(try Self.attention(model, 2).rotation?.base == 1_000_000)
        #expect(try Self.attention(model, 0).rotation?.scaling == RotationScaling.none)
    }

    @Test(
        arguments: [
            (["rope_type": "linear", "factor": 8], "rope_parameters."),
            (["rope_type": "default", "rope_theta": 500], "rope_parameters.rope_theta"),
        ] as [([String: any Sendable], String)]
    )
    func `rotary positions of Gemma 3 that are not those of a kind of layer are refused`(
        _ parameters: [String: any Sendable],
        _ words: String
    ) throws {
        let family = try changed("gemma3") { $0["rope_parameters"] = parameters }

        let error = engineError { _ = try ModelFiles.open(family.model) }

        #expect(error?.code == .unsupportedArchitecture && error?.message.contains(words) == true)
    }

    @Test func `a cap on scores is Gemma 2's alone`() throws {
        let third = try changed("gemma3") { $0["attn_logit_softcapping"] = 5 }
        let second = try changed("gemma2") { $0["attn_logit_softcapping"] = 5 }

        #expect(try Self.attention(ModelFiles.open(third.model), 0).softCap == nil)
        #expect(try Self.attention(ModelFiles.open(second.model), 0).softCap == 5)
    }

    @Test func `every second layer of Gemma 2 has a window, whatever sliding_window_pattern says`() throws {
        let family = try changed("gemma2") {
            $0["layer_types"] = nil
            $0["sliding_window_pattern"] = 3
        }

        let model = try ModelFiles.open(family.model)

        #expect(try (0..<3).map { try Self.attention(model, $0).window } == [6, nil, 6])
    }

    @Test(arguments: ["granite", "smollm3", "mistral", "gemma3_text"])
    func `a class and a model_type that are not one family are refused`(_ type: String) throws {
        let family = try changed("llama-linear") {
            $0["architectures"] = ["LlamaForCausalLM"]
            $0["model_type"] = type
        }

        let error = engineError { _ = try ModelFiles.open(family.model) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains("model_type is \"\(type)\", which is another family") == true)
    }

    @Test(arguments: [
        ("llama-linear", "LlamaForCausalLM"), ("mistral", "MistralForCausalLM"),
        ("qwen2", "Qwen2ForCausalLM"),
        ("qwen3", "Qwen3ForCausalLM"), ("gemma2", "Gemma2ForCausalLM"), ("gemma3", "Gemma3ForCausalLM"),
        ("smollm3", "SmolLM3ForCausalLM"), ("granite", "GraniteForCausalLM"), ("olmo2", "Olmo2ForCausalLM"),
        ("granitehybrid", "GraniteMoeHybridForCausalLM"), ("lfm2", "Lfm2ForCausalLM"),
        ("exaone4", "Exaone4ForCausalLM"), ("ernie4_5", "Ernie4_5ForCausalLM"),
        ("hunyuan-dense", "HunYuanDenseV1ForCausalLM"), ("minicpm", "MiniCPMForCausalLM"),
        ("mistral3", "Ministral3ForCausalLM"), ("phi3", "Phi3ForCausalLM"),
        ("stablelm", "StableLmForCausalLM"), ("phi2", "PhiForCausalLM"),
    ]) func `a class beside its own model_type is read`(_ name: String, _ architecture: String) throws {
        let family = try changed(name) { $0["architectures"] = [architecture] }

        #expect(try ModelFiles.open(family.model).description.huggingFace.architecture == architecture)
    }

    @Test func `Hunyuan's dynamic rotary positions are a larger base if they have alpha`() throws {
        let family = try FamilyRecording("hunyuan-dense")
        defer { withExtendedLifetime(family) {} }
        let with = try ModelFiles.open(family.model)
        let without = try changed("hunyuan-dense") {
            $0["rope_parameters"] = ["rope_type": "dynamic", "rope_theta": 10000, "factor": 2]
        }

        let error = engineError { _ = try ModelFiles.open(without.model) }

        let base = try #require(try Self.attention(with, 0).rotation?.base)
        #expect(abs(base / Float(10_000 * pow(50.0, 16.0 / 14)) - 1) < 1e-6)
        #expect(error?.message.contains("rope_parameters has type \"dynamic\"") == true)
    }

    @Test(arguments: [
        ("hunyuan-dense", "attention_bias"), ("ernie4_5", "use_bias"), ("minicpm", "num_experts"),
        ("minicpm", "sparse_config"), ("mistral3", "sliding_window"),
        ("phi3", "lm_head_bias"), ("lfm2", "conv_bias"), ("lfm2", "sliding_window"),
        ("stablelm", "use_parallel_residual"), ("stablelm", "qk_layernorm"),
        ("stablelm", "tie_word_embeddings"), ("phi2", "qk_layernorm"), ("phi2", "tie_word_embeddings"),
    ]) func `what a family computes only in other models is refused by name`(_ name: String, _ key: String)
        throws
    {
        let isFlag = key == "tie_word_embeddings"
        let family = try changed(name) { $0[key] = isFlag ? true : 4 }

        let error = engineError { _ = try ModelFiles.open(family.model) }

        #expect(error?.code == .unsupportedArchitecture)
        let words = "\(key) is \(isFlag ? "true" : "4")"
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
    }

    @Test(
        arguments: [
            (["attention", "mamba", "attention"], "layer_types holds \"mamba\" for layer 1"),
            (
                ["attention", "attention", "linear_attention"],
                "layer_types holds \"linear_attention\" for layer 2"
            ),
            (["attention"], "layer_types has 1 entries for 3 layers"),
        ] as [([String], String)]
    )
    func `a Granite 4 with layers other than attention is refused by layer`(
        _ types: [String],
        _ words: String
    ) throws {
        let family = try changed("granitehybrid") { $0["layer_types"] = types }

        let error = engineError { _ = try ModelFiles.open(family.model) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
    }

    @Test(arguments: [4, nil] as [Int?])
    func `a Granite 4 with experts is refused, and without a count it has eight`(_ count: Int?) throws {
        let family = try changed("granitehybrid") { $0["num_local_experts"] = count }

        let error = engineError { _ = try ModelFiles.open(family.model) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains("num_local_experts is \(count ?? 8), expected 0") == true)
    }

    @Test func `a Granite 4 without rotary positions is read, with one kind of layer names as with another`()
        throws
    {
        let rotated = try changed("granitehybrid") {
            $0["layer_types"] = ["attention", "attention", "attention"]
        }
        let family = try FamilyRecording("granitehybrid-nope")
        defer { withExtendedLifetime(family) {} }

        #expect(try Self.attention(ModelFiles.open(rotated.model), 0).rotation?.base == 10_000)
        #expect(try Self.attention(ModelFiles.open(family.model), 0).rotation == nil)
    }

    @Test func `an LFM2's layers and MLP are the same in the older words of its files`() throws {
        let family = try FamilyRecording("lfm2")
        defer { withExtendedLifetime(family) {} }
        let model = try ModelFiles.open(family.model)
        let older = try changed("lfm2") {
            $0["layer_types"] = nil
            $0["full_attn_idxs"] = [2]
            $0["block_ff_dim"] = 60
            $0["intermediate_size"] = 77
            $0["tie_embedding"] = true
            $0["tie_word_embeddings"] = nil
        }

        let read = try ModelFiles.open(older.model)

        // Two thirds of 60 are 40, a multiple of 8.
        #expect(read.configuration.intermediateSize == 40)
        #expect(read.description == model.description)
    }

    @Test(
        arguments: [
            ("layer_types", ["conv", "conv", "mamba", "conv"], "layer_types holds \"mamba\" for layer 2"),
            ("conv_L_cache", 17, "conv_L_cache is 17, expected 2...16"),
            ("conv_L_cache", 1, "conv_L_cache is 1, expected 2...16"),
        ] as [(String, any Sendable, String)]
    )
    func `an LFM2 with another mixer, or a convolution of another length, is refused by name`(
        _ key: String,
        _ value: any Sendable,
        _ words: String
    ) throws {
        let family = try changed("lfm2") { $0[key] = value }

        let error = engineError { _ = try ModelFiles.open(family.model) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
    }

    @Test func `a Ministral 3 must say how its queries grow`() throws {
        let family = try changed("mistral3") {
            var parameters = $0["rope_parameters"] as? [String: Any] ?? [:]
            parameters["llama_4_scaling_beta"] = nil
            $0["rope_parameters"] = parameters
        }

        let error = engineError { _ = try ModelFiles.open(family.model) }

        #expect(error?.message.contains("rope_parameters.llama_4_scaling_beta") == true)
    }

    // MARK: GGUF

    @Test func `a MiniCPM of 2024 without its factors is refused`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("minicpm.gguf", renamed("minicpm").bytes())

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains("minicpm.embedding_scale is missing") == true)
    }

    @Test func `a mistral3 file without a temperature is a Mistral`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("small.gguf", renamed("mistral3").bytes())

        let model = try ModelFiles.open(path)

        #expect(model.description.huggingFace.architecture == "MistralForCausalLM")
        #expect(try Self.attention(model, 0).temperature == nil)
    }

    @Test func `a GGUF file of Gemma 3 without a window has one base in all layers`() throws {
        let scratch = try Scratch()
        var builder = renamed("gemma3")
        builder.set("gemma3.rope.freq_base", .f32(1_000_000))
        for (name, width) in [
            ("attn_q_norm", 4), ("attn_k_norm", 4), ("post_attention_norm", 8), ("post_ffw_norm", 8),
        ] {
            builder.tensors.append(
                .init(
                    name: "blk.0.\(name).weight",
                    dimensions: [UInt64(width)],
                    values: [Float](repeating: 1, count: width)
                )
            )
        }

        let model = try ModelFiles.open(scratch.write("gemma3.gguf", builder.bytes()))

        let attention = try Self.attention(model, 0)
        #expect(attention.window == nil && attention.rotation?.base == 1_000_000)
    }

    @Test func `another rotary base in Gemma 2's layers with a window is refused`() throws {
        let scratch = try Scratch()
        var builder = renamed("gemma2")
        builder.set("gemma2.rope.freq_base_swa", .f32(500))
        let path = try scratch.write("gemma2.gguf", builder.bytes())

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains("gemma2.rope.freq_base_swa is 500.0") == true)
    }

    @Test func `a Granite without rotary positions is refused`() throws {
        let scratch = try Scratch()
        var builder = renamed("granite")
        builder.set("granite.rope.scaling.finetuned", .bool(false))
        let path = try scratch.write("granite.gguf", builder.bytes())

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains("granite.rope.scaling.finetuned is false") == true)
    }

    @Test(arguments: ["granite", "granitehybrid"])
    func `a GGUF file of Granite 4's dense kind is read under either name, as llama.cpp writes it`(
        _ architecture: String
    ) throws {
        let scratch = try Scratch()
        var builder = renamed(architecture)
        builder.set("\(architecture).attention.head_count_kv", .i32s([1]))
        builder.set("\(architecture).ssm.conv_kernel", .u32(4))
        builder.set("\(architecture).expert_count", .u32(0))
        builder.set("\(architecture).rope.scaling.finetuned", .bool(true))

        let model = try ModelFiles.open(scratch.write("granite.gguf", builder.bytes()))

        #expect(model.description.huggingFace.architecture == "GraniteMoeHybridForCausalLM")
        #expect(model.description.architecture == "granite")
    }

    @Test func `a GGUF file of Granite 4 with a Mamba layer is refused by layer`() throws {
        let scratch = try Scratch()
        var builder = renamed("granitehybrid")
        builder.set("granitehybrid.block_count", .u32(2))
        builder.set("granitehybrid.attention.head_count_kv", .i32s([1, 0]))
        let path = try scratch.write("granite.gguf", builder.bytes())

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains("granitehybrid.attention.head_count_kv is 0 for layer 1") == true)
    }

    @Test func `layers of LFM2 with two counts of key and value heads are refused`() throws {
        let scratch = try Scratch()
        var builder = renamed("lfm2")
        builder.set("lfm2.block_count", .u32(3))
        builder.set("lfm2.attention.head_count_kv", .i32s([2, 0, 1]))
        let path = try scratch.write("lfm2.gguf", builder.bytes())

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(
            error?.message.contains("lfm2.attention.head_count_kv is 1 for layer 2, expected 2 or 0") == true
        )
    }

    @Test func `an EXAONE 4 of 64 layers is the one with windows`() throws {
        let scratch = try Scratch()
        var builder = renamed("exaone4")
        builder.set("exaone4.block_count", .u32(64))
        let path = try scratch.write("exaone4.gguf", builder.bytes())

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains("exaone4.block_count is 64") == true)
    }

    @Test func `a factor on cosines and sines is refused where none is read`() throws {
        let scratch = try Scratch()
        var builder = GGUFBuilder.tiny()
        builder.set("llama.rope.scaling.attn_factor", .f32(1.5))
        let path = try scratch.write("factor.gguf", builder.bytes())

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains("llama.rope.scaling.attn_factor is 1.5") == true)
    }

    @Test func `divisors of LongRoPE without their factor are refused`() throws {
        let scratch = try Scratch()
        var builder = GGUFBuilder.tiny()
        for name in ["rope_factors_short.weight", "rope_factors_long.weight"] {
            builder.tensors.append(.init(name: name, dimensions: [2], values: [1, 2]))
        }
        let path = try scratch.write("long.gguf", builder.bytes())

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.message.contains("llama.rope.scaling.attn_factor is missing") == true)
    }
}
