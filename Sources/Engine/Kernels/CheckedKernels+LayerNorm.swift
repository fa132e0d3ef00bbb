import Kernels

/// Norms of either kind, and MLPs without a gate; letters: M rows, C hidden size, F MLP size.
extension CheckedKernels {
    /// y = norm(x), row by row: an RMS norm, or a LayerNorm where the weights have a bias.
    static func normalize(
        _ x: Floats,
        _ norm: NormWeights,
        into y: MutableFloats,
        rows: Int,
        size: Int,
        epsilon: Float
    ) {
        guard let bias = norm.bias else {
            return normalize(
                x,
                weight: norm.weight.pointer,
                into: y,
                rows: rows,
                size: size,
                epsilon: epsilon
            )
        }
        layerNorm(x, (norm.weight.pointer, bias.pointer), dy: nil, into: y, rows, size, epsilon)
    }

    /// dx += gradient of `normalize` with respect to x.
    static func normalizeBackward(
        _ x: Floats,
        _ norm: NormWeights,
        dy: Floats,
        addingTo dx: MutableFloats,
        rows: Int,
        size: Int,
        epsilon: Float
    ) {
        guard let bias = norm.bias else {
            return normalizeBackward(
                x,
                weight: norm.weight.pointer,
                dy: dy,
                addingTo: dx,
                rows: rows,
                size: size,
                epsilon: epsilon
            )
        }
        layerNorm(x, (norm.weight.pointer, bias.pointer), dy: dy, into: dx, rows, size, epsilon)
    }

    private static func layerNorm(
        _ x: Floats,
        _ norm: (weight: MutableFloats, bias: MutableFloats),
        dy: Floats?,
        into y: MutableFloats,
        _ rows: Int,
        _ size: Int,
        _ epsilon: Float
    ) {
        var job = ad_layernorm(
            rows: Int64(rows),
            c: Int64(size),
            x: x,
            weight: norm.weight,
            bias: norm.bias,
            dy: dy,
            y: y,
            epsilon: epsilon
        )
        ad_layernorm_f32(&job)
    }

    /// out [M, F] = activation(x).
    static func activate(
        _ x: Floats,
        _ activation: Activation,
        into out: MutableFloats,
        rows: Int,
        size: Int
    ) {
        var job = ad_activation(
            rows: Int64(rows),
            f: Int64(size),
            activation: number(of: activation),
            x: x,
            out: out,
            dout: nil,
            dx: nil
        )
        ad_activation_f32(&job)
    }

    /// dx [M, F] = gradient of `activate`.
    static func activateBackward(
        _ x: Floats,
        _ activation: Activation,
        dout: Floats,
        into dx: MutableFloats,
        rows: Int,
        size: Int
    ) {
        var job = ad_activation(
            rows: Int64(rows),
            f: Int64(size),
            activation: number(of: activation),
            x: x,
            out: nil,
            dout: dout,
            dx: dx
        )
        ad_activation_f32(&job)
    }
}
