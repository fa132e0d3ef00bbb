package import Loop

/// One of the tensors of a layer.
package enum LayerTensor: Sendable, Hashable {
    /// Weight of the norm before attention, [C].
    case attentionNorm
    /// Weight of the norm after attention, [C].
    case attentionPostNorm
    /// Query projection, [H·D, C].
    case query
    /// Key projection, [G·D, C].
    case key
    /// Value projection, [G·D, C].
    case value
    /// Attention output projection, [C, H·D].
    case output
    /// Weight of the norm of each query head, [D], or of all queries, [H·D].
    case queryNorm
    /// Weight of the norm of each key head, [D], or of all keys, [G·D].
    case keyNorm
    /// Weight of the norm before the MLP, [C].
    case mlpNorm
    /// Weight of the norm after the MLP, [C].
    case mlpPostNorm
    /// Gate projection, [F, C].
    case gate
    /// Up projection, [F, C].
    case up
    /// Down projection, [C, F].
    case down
    /// Weight of a convolution, [C, L].
    case kernel
    /// Bias of a linear layer, [out].
    case bias(TargetModule)
    /// Bias of the norm before attention, [C]; only LayerNorms have one.
    case attentionNormBias
    /// Bias of the norm before the MLP, [C].
    case mlpNormBias
}

/// A tensor of the model, whatever its file calls it; a `ModelDescription` knows its names and shape.
package enum TensorName: Sendable, Hashable {
    /// Token embedding, [V, C].
    case embedding
    /// Weight of the last norm, [C].
    case finalNorm
    /// Output projection, [V, C]; absent when the model ties it to the embedding.
    case outputProjection
    /// Bias of the last norm, [C]; only a LayerNorm has one.
    case finalNormBias
    /// Bias of the output projection, [V].
    case outputProjectionBias
    /// A tensor of a layer, counted from 0.
    case layer(Int, LayerTensor)
}

extension LayerTensor {
    /// The linear layer it is the weight of; nil for norms, convolutions and biases.
    package var targetModule: TargetModule? {
        switch self {
        case .attentionNorm, .attentionPostNorm, .mlpNorm, .mlpPostNorm, .queryNorm, .keyNorm, .kernel, .bias:
            nil
        case .attentionNormBias, .mlpNormBias: nil
        case .query: .query
        case .key: .key
        case .value: .value
        case .output: .output
        case .gate: .gate
        case .up: .up
        case .down: .down
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
}
