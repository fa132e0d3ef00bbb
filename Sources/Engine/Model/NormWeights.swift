/// What a norm of the residual stream is computed with; always f32.
///
/// Without a bias it is an RMS norm; with one it is a LayerNorm, which subtracts the mean (Ba, Kiros and Hinton
/// 2016, arXiv 1607.06450).
struct NormWeights {
    /// [C].
    let weight: FloatBuffer
    /// [C]; nil for an RMS norm.
    let bias: FloatBuffer?

    /// Allocates a norm, all zero.
    init(size: Int, hasBias: Bool) throws {
        weight = try FloatBuffer(size)
        bias = hasBias ? try FloatBuffer(size) : nil
    }
}

/// A layer's norms; nil for those that it lacks.
struct LayerNorms {
    let attention: NormWeights?
    let attentionPost: NormWeights?
    let mlp: NormWeights?
    let mlpPost: NormWeights?

    /// Allocates norms; those before attention and MLP are LayerNorms if the layer says so, those after never.
    init(_ layer: LayerDescription, size: Int) throws {
        func norm(_ name: ModuleName?, hasBias: Bool) throws -> NormWeights? {
            name == nil ? nil : try NormWeights(size: size, hasBias: hasBias)
        }
        attention = try norm(layer.attentionNorm, hasBias: layer.hasLayerNorms)
        attentionPost = try norm(layer.attentionPostNorm, hasBias: false)
        mlp = try norm(layer.mlpNorm, hasBias: layer.hasLayerNorms)
        mlpPost = try norm(layer.mlpPostNorm, hasBias: false)
    }

    /// The tensors that are there.
    var all: [(LayerTensor, FloatBuffer)] {
        let norms: [(LayerTensor, FloatBuffer?)] = [
            (.attentionNorm, attention?.weight), (.attentionPostNorm, attentionPost?.weight),
            (.mlpNorm, mlp?.weight), (.mlpPostNorm, mlpPost?.weight),
            (.attentionNormBias, attention?.bias), (.mlpNormBias, mlp?.bias),
        ]
        return norms.compactMap { tensor, buffer in buffer.map { (tensor, $0) } }
    }
}
