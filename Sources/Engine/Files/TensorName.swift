package import Loop

/// One of the nine tensors of a layer.
package enum LayerTensor: Sendable, Hashable, CaseIterable {
    /// Weight of the norm before attention, [C].
    case attentionNorm
    /// Query projection, [H·D, C].
    case query
    /// Key projection, [K·D, C] with K key/value heads.
    case key
    /// Value projection, [K·D, C].
    case value
    /// Attention output projection, [C, H·D].
    case output
    /// Weight of the norm before the MLP, [C].
    case mlpNorm
    /// Gate projection, [F, C].
    case gate
    /// Up projection, [F, C].
    case up
    /// Down projection, [C, F].
    case down
}

/// A tensor of the model, whatever its file calls it.
package enum TensorName: Sendable, Hashable {
    /// Token embedding, [V, C].
    case embedding
    /// Weight of the last norm, [C].
    case finalNorm
    /// Output projection, [V, C]; absent when the model ties it to the embedding.
    case outputProjection
    /// A tensor of a layer, counted from 0.
    case layer(Int, LayerTensor)

    /// All tensors of a model, in file order of Hugging Face.
    package static func all(for configuration: ModelConfiguration) -> [TensorName] {
        var names: [TensorName] = [.embedding]
        for layer in 0..<configuration.layerCount {
            names += LayerTensor.allCases.map { .layer(layer, $0) }
        }
        names.append(.finalNorm)
        if !configuration.tiesEmbeddings { names.append(.outputProjection) }
        return names
    }

    /// Row-major shape: [out, in] for matrices, [C] for norms.
    package func shape(in configuration: ModelConfiguration) -> [Int] {
        let c = configuration.hiddenSize
        switch self {
        case .embedding, .outputProjection: return [configuration.vocabularyCount, c]
        case .finalNorm, .layer(_, .attentionNorm), .layer(_, .mlpNorm): return [c]
        case .layer(_, .query): return [configuration.queryWidth, c]
        case .layer(_, .key), .layer(_, .value): return [configuration.keyValueWidth, c]
        case .layer(_, .output): return [c, configuration.queryWidth]
        case .layer(_, .gate), .layer(_, .up): return [configuration.intermediateSize, c]
        case .layer(_, .down): return [c, configuration.intermediateSize]
        }
    }

    /// Its name in a Hugging Face file.
    package var huggingFaceName: String {
        switch self {
        case .embedding: "model.embed_tokens.weight"
        case .finalNorm: "model.norm.weight"
        case .outputProjection: "lm_head.weight"
        case .layer(let layer, .attentionNorm): "model.layers.\(layer).input_layernorm.weight"
        case .layer(let layer, .mlpNorm): "model.layers.\(layer).post_attention_layernorm.weight"
        case .layer(let layer, let tensor):
            "model.layers.\(layer).\(tensor.targetModule?.huggingFacePath ?? "").weight"
        }
    }

    /// Its name in a GGUF file.
    var ggufName: String {
        switch self {
        case .embedding: "token_embd.weight"
        case .finalNorm: "output_norm.weight"
        case .outputProjection: "output.weight"
        case .layer(let layer, let tensor): "blk.\(layer).\(tensor.ggufName).weight"
        }
    }
}

extension LayerTensor {
    /// The linear layer it is the weight of; nil for norms.
    package var targetModule: TargetModule? {
        switch self {
        case .attentionNorm, .mlpNorm: nil
        case .query: .query
        case .key: .key
        case .value: .value
        case .output: .output
        case .gate: .gate
        case .up: .up
        case .down: .down
        }
    }

    fileprivate var ggufName: String {
        switch self {
        case .attentionNorm: "attn_norm"
        case .query: "attn_q"
        case .key: "attn_k"
        case .value: "attn_v"
        case .output: "attn_output"
        case .mlpNorm: "ffn_norm"
        case .gate: "ffn_gate"
        case .up: "ffn_up"
        case .down: "ffn_down"
        }
    }
}

extension TargetModule {
    /// The weight it is about.
    package var layerTensor: LayerTensor {
        switch self {
        case .query: .query
        case .key: .key
        case .value: .value
        case .output: .output
        case .gate: .gate
        case .up: .up
        case .down: .down
        }
    }

    /// Its place in a Hugging Face layer, such as `self_attn.q_proj`.
    var huggingFacePath: String {
        switch self {
        case .query, .key, .value, .output: "self_attn.\(rawValue)"
        case .gate, .up, .down: "mlp.\(rawValue)"
        }
    }
}
