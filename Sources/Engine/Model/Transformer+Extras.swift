import Glibc

/// What only some families have: biases, norms of heads, scales.
extension Transformer {
    /// Multiplies numbers by a factor; 1 leaves them alone.
    func scale(_ x: MutableFloats, count: Int, by factor: Float) {
        guard factor != 1 else { return }
        for index in 0..<count { x[index] *= factor }
    }

    /// Adds a bias to each row; nil adds nothing.
    func add(_ bias: FloatBuffer?, to y: MutableFloats, rows: Int) {
        guard let bias else { return }
        for row in 0..<rows {
            let target = y + row * bias.count
            for index in 0..<bias.count { target[index] += bias.pointer[index] }
        }
    }

    /// Normalises each query and key head of stacked rows [M, (H + 2G) D] in place.
    ///
    /// - Parameters:
    ///   - projected: The rows.
    ///   - layer: The layer's weights; a norm that it lacks changes nothing.
    ///   - rows: M.
    ///   - kept: Takes the heads as they were, for the backward pass.
    func normalizeHeads(
        _ projected: MutableFloats,
        _ layer: LayerWeights,
        rows: Int,
        keeping kept: (query: MutableFloats, key: MutableFloats)?
    ) {
        for part in headParts(layer, kept) {
            let (before, after) = (part.kept ?? workspace.heads.before.pointer, workspace.heads.after.pointer)
            gather(projected, part, rows: rows, into: before)
            CheckedKernels.normalize(
                before,
                weight: part.norm.pointer,
                into: after,
                rows: rows * part.headCount,
                size: configuration.headDimension,
                epsilon: configuration.rmsNormEpsilon
            )
            scatter(after, part, rows: rows, into: projected)
        }
    }

    /// Turns the gradient of normalised heads into that of the heads before, in place.
    ///
    /// - Parameters:
    ///   - gradient: The gradient [M, (H + 2G) D], not rotated.
    ///   - layer: The layer's weights.
    ///   - rows: M.
    ///   - kept: What `normalizeHeads` kept.
    func normalizeHeadsBackward(
        _ gradient: MutableFloats,
        _ layer: LayerWeights,
        rows: Int,
        kept: (query: MutableFloats, key: MutableFloats)?
    ) {
        for part in headParts(layer, kept) {
            guard let before = part.kept else { preconditionFailure("the tape has no heads") }
            let (dy, dx) = (workspace.heads.before.pointer, workspace.heads.after.pointer)
            gather(gradient, part, rows: rows, into: dy)
            memset(dx, 0, rows * part.headCount * configuration.headDimension * MemoryLayout<Float>.stride)
            CheckedKernels.normalizeBackward(
                before,
                weight: part.norm.pointer,
                dy: dy,
                addingTo: dx,
                rows: rows * part.headCount,
                size: configuration.headDimension,
                epsilon: configuration.rmsNormEpsilon
            )
            scatter(dx, part, rows: rows, into: gradient)
        }
    }

    /// Columns of stacked rows whose heads have a norm.
    private struct HeadPart {
        let norm: FloatBuffer
        let column: Int
        let headCount: Int
        let kept: MutableFloats?
    }

    private func headParts(
        _ layer: LayerWeights,
        _ kept: (query: MutableFloats, key: MutableFloats)?
    ) -> [HeadPart] {
        let c = configuration
        var parts: [HeadPart] = []
        if let norm = layer.queryNorm {
            parts.append(HeadPart(norm: norm, column: 0, headCount: c.headCount, kept: kept?.query))
        }
        if let norm = layer.keyNorm {
            let (column, count) = (c.queryWidth, c.keyValueHeadCount)
            parts.append(HeadPart(norm: norm, column: column, headCount: count, kept: kept?.key))
        }
        return parts
    }

    private func gather(_ stacked: Floats, _ part: HeadPart, rows: Int, into close: MutableFloats) {
        let width = part.headCount * configuration.headDimension
        for row in 0..<rows {
            memcpy(
                close + row * width,
                stacked + row * configuration.queryKeyValueWidth + part.column,
                width * MemoryLayout<Float>.stride
            )
        }
    }

    private func scatter(_ close: Floats, _ part: HeadPart, rows: Int, into stacked: MutableFloats) {
        let width = part.headCount * configuration.headDimension
        for row in 0..<rows {
            memcpy(
                stacked + row * configuration.queryKeyValueWidth + part.column,
                close + row * width,
                width * MemoryLayout<Float>.stride
            )
        }
    }
}
