import Glibc
import Kernels

/// Letters: M rows, N outputs, K inputs, C hidden size, F MLP size, V vocabulary.
extension CheckedKernels {
    /// y = x / rms(x) · weight, row by row.
    static func normalize(
        _ x: Floats,
        weight: Floats,
        into y: MutableFloats,
        rows: Int,
        size: Int,
        epsilon: Float
    ) {
        var job = ad_rmsnorm(
            rows: Int64(rows),
            c: Int64(size),
            x: x,
            weight: weight,
            dy: nil,
            y: y,
            epsilon: epsilon
        )
        ad_rmsnorm_f32(&job)
    }

    /// dx += gradient of `normalize` with respect to x.
    static func normalizeBackward(
        _ x: Floats,
        weight: Floats,
        dy: Floats,
        addingTo dx: MutableFloats,
        rows: Int,
        size: Int,
        epsilon: Float
    ) {
        var job = ad_rmsnorm(
            rows: Int64(rows),
            c: Int64(size),
            x: x,
            weight: weight,
            dy: dy,
            y: dx,
            epsilon: epsilon
        )
        ad_rmsnorm_f32(&job)
    }

    /// Rotates heads by their row's position; `sign` −1 undoes it.
    static func rotate(
        _ x: MutableFloats,
        _ stride: Int,
        heads: Int,
        headSize: Int,
        positions: UnsafePointer<Int32>,
        rows: Int,
        table: Floats,
        sign: Float = 1
    ) {
        var job = ad_rope(
            rows: Int64(rows),
            heads: Int64(heads),
            d: Int64(headSize),
            x: x,
            ldx: Int64(stride),
            positions: positions,
            table: table,
            sign: sign
        )
        ad_rope_f32(&job)
    }

    /// out [M, F] = activation(x[:, 0..<F]) · x[:, F..<2F].
    static func gate(
        _ x: Floats,
        _ activation: Activation,
        into out: MutableFloats,
        rows: Int,
        size: Int
    ) {
        var job = ad_swiglu(
            rows: Int64(rows),
            f: Int64(size),
            activation: number(of: activation),
            x: x,
            out: out,
            dout: nil,
            dx: nil
        )
        ad_swiglu_f32(&job)
    }

    /// dx [M, 2F] = gradient of `gate`.
    static func gateBackward(
        _ x: Floats,
        _ activation: Activation,
        dout: Floats,
        into dx: MutableFloats,
        rows: Int,
        size: Int
    ) {
        var job = ad_swiglu(
            rows: Int64(rows),
            f: Int64(size),
            activation: number(of: activation),
            x: x,
            out: nil,
            dout: dout,
            dx: dx
        )
        ad_swiglu_f32(&job)
    }

    /// The kernels' number of an activation.
    static func number(of activation: Activation) -> Int32 {
        switch activation {
        case .silu: Int32(AD_SILU)
        case .geluTanh: Int32(AD_GELU_TANH)
        }
    }

    /// x = cap · tanh(x / cap).
    static func softCap(_ x: MutableFloats, count: Int, cap: Float) {
        var job = ad_softcap(count: Int64(count), x: x, dy: nil, cap: cap)
        ad_softcap_f32(&job)
    }

    /// Turns the gradient of capped numbers into that of the numbers before; `x` is not changed.
    static func softCapBackward(_ x: MutableFloats, dy: MutableFloats, count: Int, cap: Float) {
        var job = ad_softcap(count: Int64(count), x: x, dy: dy, cap: cap)
        ad_softcap_f32(&job)
    }

    /// Cross-entropy of each logits row; with coefficients the logits become gradients.
    static func crossEntropy(
        _ logits: MutableFloats,
        targets: UnsafePointer<Int32>,
        coefficients: Floats?,
        losses: MutableFloats,
        rows: Int,
        vocabulary: Int
    ) {
        var job = ad_cross_entropy(
            rows: Int64(rows),
            v: Int64(vocabulary),
            logits: logits,
            targets: targets,
            coefficients: coefficients,
            losses: losses
        )
        ad_cross_entropy_f32(&job)
    }

    /// One draw per entry of `rowOf`; a token of −1 means the row was not finite.
    static func sample(
        _ logits: Floats,
        vocabulary: Int,
        rowOf: [Int32],
        uniforms: [Float],
        settings: (temperature: Float, topP: Float, topK: Int),
        scratch: MutableFloats
    ) -> (tokens: [Int32], logProbabilities: [Float]) {
        var tokens = [Int32](repeating: -1, count: rowOf.count)
        var logProbabilities = [Float](repeating: 0, count: rowOf.count)
        rowOf.withUnsafeBufferPointer { rows in
            uniforms.withUnsafeBufferPointer { uniforms in
                tokens.withUnsafeMutableBufferPointer { tokens in
                    logProbabilities.withUnsafeMutableBufferPointer { logs in
                        guard let rows = rows.baseAddress, let uniforms = uniforms.baseAddress,
                            let out = tokens.baseAddress, let logs = logs.baseAddress
                        else { return }
                        var job = ad_sample(
                            rows: Int64(rowOf.count),
                            v: Int64(vocabulary),
                            logits: logits,
                            row_of: rows,
                            uniforms: uniforms,
                            temperature: settings.temperature,
                            top_p: settings.topP,
                            top_k: Int64(settings.topK),
                            scratch: scratch,
                            tokens: out,
                            log_probabilities: logs
                        )
                        ad_sample_f32(&job)
                    }
                }
            }
        }
        return (tokens, logProbabilities)
    }

    /// One AdamW step over `count` parameters.
    static func adamW(
        _ weights: MutableFloats,
        momentum: MutableFloats,
        variance: MutableFloats,
        gradient: Floats,
        count: Int,
        rate: Float,
        decay: Float,
        gradientScale: Float,
        step: Int
    ) {
        var job = ad_adamw(
            count: Int64(count),
            w: weights,
            m: momentum,
            v: variance,
            gradient: gradient,
            gradient_scale: gradientScale,
            rate: rate,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            decay: decay,
            correction1: Float(1 - pow(0.9, Double(step))),
            correction2: Float(1 - pow(0.999, Double(step)))
        )
        ad_adamw_f32(&job)
    }
}
