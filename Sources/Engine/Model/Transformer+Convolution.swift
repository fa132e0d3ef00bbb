import Glibc

/// Short convolutions, forward and backward.
///
/// For each row r, channel by channel, with B, C and x from `projected` [M, 3C] and u = B · x:
///
///     y[r] = C[r] · Σ w[L − 1 − t] u[t tokens before r]
///
/// The sum goes from the token furthest back to the own one, whatever shares the batch.
extension Transformer {
    /// attended = C · conv(B · x); keeps B · x for later passes.
    ///
    /// - Parameters:
    ///   - projected: B, C and x [M, 3C].
    ///   - batch: The rows.
    ///   - layer: The layer's weights.
    ///   - paths: Where the tokens before each row are.
    ///   - state: What earlier passes left; takes what this one leaves.
    ///   - attended: The result [M, C].
    func convolve(
        _ projected: Floats,
        _ batch: TokenBatch,
        _ layer: LayerWeights,
        _ paths: ConvolutionPaths,
        _ state: ConvolutionState,
        into attended: MutableFloats
    ) {
        guard let kernel = layer.kernel else { return }
        let size = configuration.hiddenSize
        let gated = workspace.gated.values.pointer
        multiplyGates(projected, rows: batch.count, into: gated)
        for row in 0..<batch.count {
            let (out, gate) = (attended + row * size, projected + row * 3 * size + size)
            sum(row, paths, kernel, gated, into: out) { state.slot($0, layer: layer.convolutionIndex) }
            for index in 0..<size { out[index] *= gate[index] }
        }
        // Rows of a block are in the order of their slots, so that the last ones stay.
        for (row, slot) in batch.slots.enumerated() {
            memcpy(
                state.slot(slot, layer: layer.convolutionIndex),
                gated + row * size,
                size * MemoryLayout<Float>.stride
            )
        }
    }

    /// Gradients of `convolve` with respect to B, C and x.
    ///
    /// - Parameters:
    ///   - projected: B, C and x as the forward pass left them.
    ///   - rows: M; all tokens of their paths are in the batch.
    ///   - layer: The layer's weights.
    ///   - paths: Where the tokens before each row are.
    ///   - dAttended: The gradient of the result [M, C]; is overwritten.
    ///   - dProjected: Takes the gradients [M, 3C].
    func convolveBackward(
        _ projected: Floats,
        rows: Int,
        _ layer: LayerWeights,
        _ paths: ConvolutionPaths,
        _ dAttended: MutableFloats,
        into dProjected: MutableFloats
    ) {
        guard let kernel = layer.kernel else { return }
        let size = configuration.hiddenSize
        let (gated, dGated) = (workspace.gated.values.pointer, workspace.gated.gradient.pointer)
        multiplyGates(projected, rows: rows, into: gated)
        memset(dGated, 0, rows * size * MemoryLayout<Float>.stride)
        for row in 0..<rows {
            let (gradient, gate) = (dAttended + row * size, projected + row * 3 * size + size)
            let dGate = dProjected + row * 3 * size + size
            sum(row, paths, kernel, gated, into: dGate) { _ in nil }
            for index in 0..<size {
                dGate[index] *= gradient[index]
                gradient[index] *= gate[index]
            }
            for back in (0...paths.count).reversed() {
                guard let from = source(row, back, paths, dGated, { _ in nil }) else { continue }
                let weight = kernel.pointer + (paths.count - back) * size
                let target = MutableFloats(mutating: from)
                for index in 0..<size { target[index] += weight[index] * gradient[index] }
            }
        }
        for row in 0..<rows {
            let (from, to) = (projected + row * 3 * size, dProjected + row * 3 * size)
            let gradient = dGated + row * size
            for index in 0..<size {
                to[index] = gradient[index] * from[2 * size + index]
                to[2 * size + index] = gradient[index] * from[index]
            }
        }
    }

    /// gated [M, C] = B · x.
    private func multiplyGates(_ projected: Floats, rows: Int, into gated: MutableFloats) {
        let size = configuration.hiddenSize
        for row in 0..<rows {
            let (from, to) = (projected + row * 3 * size, gated + row * size)
            for index in 0..<size { to[index] = from[index] * from[2 * size + index] }
        }
    }

    /// out [C] = Σ of weights and tokens, from the furthest back to the own one.
    private func sum(
        _ row: Int,
        _ paths: ConvolutionPaths,
        _ kernel: FloatBuffer,
        _ gated: Floats,
        into out: MutableFloats,
        earlier: (Int) -> MutableFloats?
    ) {
        let size = configuration.hiddenSize
        memset(out, 0, size * MemoryLayout<Float>.stride)
        for back in (0...paths.count).reversed() {
            guard let from = source(row, back, paths, gated, earlier) else { continue }
            let weight = kernel.pointer + (paths.count - back) * size
            for index in 0..<size { out[index] += weight[index] * from[index] }
        }
    }

    /// The numbers of the token `back` places before a row; nil before the text.
    private func source(
        _ row: Int,
        _ back: Int,
        _ paths: ConvolutionPaths,
        _ gated: Floats,
        _ earlier: (Int) -> MutableFloats?
    ) -> Floats? {
        let size = configuration.hiddenSize
        guard back > 0 else { return gated + row * size }
        return switch paths.place(row, back: back) {
        case .before: nil
        case .row(let other): gated + other * size
        case .slot(let slot): earlier(slot).map { Floats($0) }
        }
    }
}
