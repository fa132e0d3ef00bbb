import Engine
import Loop

/// A family of a test's own: names that no other has, and every part that a description may ask for.
///
/// Its second layer has no rotation, so that layers differ.
struct ToyFamily: ModelFamily {
    let ggufArchitectures = ["toy"]
    let huggingFaceNames = ["ToyForCausalLM"]
    /// Whether it has biases, norms of heads and scales; without, it is Llama under other names.
    var hasExtras = true

    func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        describe(
            try metadata.checked(
                ModelConfiguration(
                    hiddenSize: try metadata.integer("embedding_length"),
                    layerCount: try metadata.integer("block_count"),
                    headCount: try metadata.integer("attention.head_count"),
                    keyValueHeadCount: try metadata.integer("attention.head_count_kv"),
                    headDimension: try metadata.integer("attention.key_length"),
                    intermediateSize: try metadata.integer("feed_forward_length"),
                    vocabularyCount: metadata.rowCount(of: "words.weight"),
                    rmsNormEpsilon: Float(try metadata.double("attention.layer_norm_rms_epsilon")),
                    ropeTheta: Float(try metadata.double("rope.freq_base")),
                    contextLength: try metadata.integer("context_length"),
                    tiesEmbeddings: !metadata.hasTensor("speak.weight")
                )
            )
        )
    }

    func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        describe(
            try config.checked(
                ModelConfiguration(
                    hiddenSize: try config.integer("hidden_size"),
                    layerCount: try config.integer("num_hidden_layers"),
                    headCount: try config.integer("num_attention_heads"),
                    keyValueHeadCount: try config.integer("num_key_value_heads"),
                    headDimension: try config.integer("head_dim"),
                    intermediateSize: try config.integer("intermediate_size"),
                    vocabularyCount: try config.integer("vocab_size"),
                    rmsNormEpsilon: Float(try config.double("rms_norm_eps")),
                    ropeTheta: Float(config.rotationBase ?? 10_000),
                    contextLength: try config.integer("max_position_embeddings"),
                    tiesEmbeddings: config.bool("tie_word_embeddings") ?? false
                )
            )
        )
    }

    func describe(_ n: ModelConfiguration) -> ModelDescription {
        ModelDescription(
            architecture: "toy",
            huggingFace: HuggingFaceIdentity(
                architecture: "ToyForCausalLM",
                modelType: "toy",
                settings: ["toy_extras": .bool(hasExtras)]
            ),
            numbers: n,
            embedding: ModuleName(gguf: "words", huggingFace: "toy.words"),
            embeddingScale: hasExtras ? 1.5 : 1,
            layers: (0..<n.layerCount).map { layer($0, n) },
            finalNorm: ModuleName(gguf: "last_norm", huggingFace: "toy.last_norm"),
            head: ModuleName(gguf: "speak", huggingFace: "toy.speak"),
            logitScale: hasExtras ? 0.75 : 1
        )
    }

    private func layer(_ index: Int, _ n: ModelConfiguration) -> LayerDescription {
        func name(_ word: String) -> ModuleName {
            ModuleName(gguf: "l\(index).\(word)", huggingFace: "toy.layers.\(index).\(word)_toy")
        }
        func linear(_ word: String) -> LinearDescription {
            LinearDescription(name(word), hasBias: hasExtras)
        }
        let hasRotation = !hasExtras || index == 0
        return LayerDescription(
            attentionNorm: name("norm1"),
            mixer: .attention(
                AttentionDescription(
                    query: linear("q"),
                    key: linear("k"),
                    value: linear("v"),
                    output: linear("o"),
                    queryNorm: hasExtras ? name("qnorm") : nil,
                    keyNorm: hasExtras ? name("knorm") : nil,
                    rotation: hasRotation
                        ? RotationDescription(base: n.ropeTheta, isInterleavedInGGUF: false) : nil,
                    scale: hasExtras ? 0.6 : 1 / Float(n.headDimension).squareRoot()
                )
            ),
            mlpNorm: name("norm2"),
            mlp: GatedMLPDescription(
                gate: linear("gate"),
                up: linear("up"),
                down: linear("down"),
                activation: .silu
            )
        )
    }

    /// The registry with this family in it.
    var families: Families { Families.standard.adding(self) }

    /// C = 16, two query heads of width 8 over one key head, F = 24, V = 6, two layers; random weights.
    func file() -> GGUFBuilder {
        var builder = GGUFBuilder.tiny()
        builder.metadata.removeAll { $0.0.hasPrefix("llama.") }
        builder.set("general.architecture", .string("toy"))
        let numbers: [(String, UInt32)] = [
            ("context_length", 64), ("embedding_length", 16), ("block_count", 2),
            ("feed_forward_length", 24), ("attention.head_count", 2), ("attention.head_count_kv", 1),
            ("attention.key_length", 8),
        ]
        for (key, number) in numbers { builder.set("toy.\(key)", .u32(number)) }
        builder.set("toy.attention.layer_norm_rms_epsilon", .f32(1e-5))
        builder.set("toy.rope.freq_base", .f32(500))
        builder.tensors = []
        func add(_ name: String, _ dimensions: [UInt64], around middle: Float = 0) {
            let count = Int(dimensions.reduce(1, *))
            let values = KernelBench.random(count, UInt32(100 + builder.tensors.count)).map {
                middle + $0 / 2
            }
            builder.tensors.append(.init(name: name, dimensions: dimensions, values: values))
        }
        add("words.weight", [16, 6])
        add("speak.weight", [16, 6])
        add("last_norm.weight", [16], around: 1)
        for layer in 0..<2 {
            let linears: [(String, UInt64, UInt64)] = [
                ("q", 16, 16), ("k", 16, 8), ("v", 16, 8), ("o", 16, 16), ("gate", 16, 24), ("up", 16, 24),
                ("down", 24, 16),
            ]
            for (word, inputs, outputs) in linears {
                add("l\(layer).\(word).weight", [inputs, outputs])
                if hasExtras { add("l\(layer).\(word).bias", [outputs]) }
            }
            for word in ["norm1", "norm2"] { add("l\(layer).\(word).weight", [16], around: 1) }
            if hasExtras {
                for word in ["qnorm", "knorm"] { add("l\(layer).\(word).weight", [8], around: 1) }
            }
        }
        return builder
    }
}
