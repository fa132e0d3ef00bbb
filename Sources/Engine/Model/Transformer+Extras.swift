import Glibc

/// What only some families have: biases, norms of heads and of what a layer adds, scales.
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

    /// workspace.activated [M, F] = activation(gate) · up, or activation(up) without a gate.
    func activate(_ gateUp: Floats, _ layer: LayerWeights, rows: Int) {
        let (size, activation) = (configuration.intermediateSize, layer.description.mlp.activation)
        let out = workspace.activated.pointer
        if configuration.hasGate {
            CheckedKernels.gate(gateUp, activation, into: out, rows: rows, size: size)
        } else {
            CheckedKernels.activate(gateUp, activation, into: out, rows: rows, size: size)
        }
    }

    /// `dGateUp` = gradient of gate and up, from `dActivated`.
    func activateBackward(_ gateUp: Floats, _ layer: LayerWeights, _ g: GradientWorkspace, rows: Int) {
        let (size, activation) = (configuration.intermediateSize, layer.description.mlp.activation)
        let (dout, dx) = (g.dActivated.pointer, g.dGateUp.pointer)
        if configuration.hasGate {
            CheckedKernels.gateBackward(gateUp, activation, dout: dout, into: dx, rows: rows, size: size)
        } else {
            CheckedKernels.activateBackward(gateUp, activation, dout: dout, into: dx, rows: rows, size: size)
        }
    }

    /// x += s · norm(what a product gives), or x += the product where a layer has neither.
    ///
    /// - Parameters:
    ///   - rows: M.
    ///   - x: The residual stream [M, C].
    ///   - layer: The layer's weights.
    ///   - norm: The norm.
    ///   - kept: Takes what the product gives, for the backward pass.
    ///   - product: Writes it, or adds it to what is there if it is told so.
    func addBranch(
        rows: Int,
        to x: MutableFloats,
        _ layer: LayerWeights,
        _ norm: NormWeights?,
        keeping kept: MutableFloats?,
        _ product: (_ target: MutableFloats, _ isAdding: Bool) -> Void
    ) {
        let factor = layer.description.residualScale
        guard norm != nil || factor != 1 else { return product(x, true) }
        let (branch, count) = (kept ?? workspace.branch.pointer, rows * configuration.hiddenSize)
        product(branch, false)
        var added = branch
        if let norm {
            added = workspace.h.pointer
            CheckedKernels.normalize(
                branch,
                norm,
                into: added,
                rows: rows,
                size: configuration.hiddenSize,
                epsilon: configuration.rmsNormEpsilon
            )
        }
        for index in 0..<count { x[index] += factor * added[index] }
    }

    /// The gradient of what a product gave, from that of the residual stream.
    ///
    /// - Parameters:
    ///   - g: `dx` holds the stream's gradient and is not changed; `dh` and `dBranch` are overwritten.
    ///   - rows: M.
    ///   - layer: The layer's weights.
    ///   - norm: The norm.
    ///   - kept: What `addBranch` kept.
    /// - Returns: The gradient [M, C]: `dx` itself where a layer has neither norm nor factor.
    func branchGradient(
        _ g: GradientWorkspace,
        rows: Int,
        _ layer: LayerWeights,
        _ norm: NormWeights?,
        kept: MutableFloats?
    ) -> MutableFloats {
        let (factor, count) = (layer.description.residualScale, rows * configuration.hiddenSize)
        guard norm != nil || factor != 1 else { return g.dx.pointer }
        let (scaled, branch) = (norm == nil ? g.dBranch.pointer : g.dh.pointer, g.dBranch.pointer)
        for index in 0..<count { scaled[index] = factor * g.dx.pointer[index] }
        guard let norm else { return scaled }
        guard let kept else { preconditionFailure("the tape has no branches") }
        g.dBranch.clear()
        CheckedKernels.normalizeBackward(
            kept,
            norm,
            dy: scaled,
            addingTo: branch,
            rows: rows,
            size: configuration.hiddenSize,
            epsilon: configuration.rmsNormEpsilon
        )
        return branch
    }

    /// Norms and positions of query and key heads of stacked rows, in place and in the layer's order.
    func placeHeads(
        _ projected: MutableFloats,
        _ batch: TokenBatch,
        _ layer: LayerWeights,
        keeping kept: (query: MutableFloats, key: MutableFloats)?
    ) {
        let isNormLast = layer.description.attention?.isNormAfterRotation == true
        if isNormLast { rotate(projected, batch, layer, sign: 1) }
        normalizeHeads(projected, layer, rows: batch.count, keeping: kept)
        if !isNormLast { rotate(projected, batch, layer, sign: 1) }
    }

    /// Turns the gradient of placed heads into that of the heads before, in place.
    func placeHeadsBackward(
        _ gradient: MutableFloats,
        _ batch: TokenBatch,
        _ layer: LayerWeights,
        kept: (query: MutableFloats, key: MutableFloats)?
    ) {
        let isNormLast = layer.description.attention?.isNormAfterRotation == true
        if !isNormLast { rotate(gradient, batch, layer, sign: -1) }
        normalizeHeadsBackward(gradient, layer, rows: batch.count, kept: kept)
        if isNormLast { rotate(gradient, batch, layer, sign: -1) }
    }

    /// Multiplies queries, or their gradients, by the factor of their position.
    func warmQueries(_ projected: MutableFloats, _ batch: TokenBatch, _ layer: LayerWeights) {
        guard let temperature = layer.description.attention?.temperature else { return }
        for (row, position) in batch.positions.enumerated() {
            let factor = temperature.factor(Int(position))
            scale(
                projected + row * configuration.queryKeyValueWidth,
                count: configuration.queryWidth,
                by: factor
            )
        }
    }

    /// `rotate` where a pair is two neighbours: Q and K of stacked rows [M, (H + 2G) D] in place.
    func rotateNeighbours(
        _ projected: MutableFloats,
        _ batch: TokenBatch,
        _ table: RotaryTable,
        sign: Float
    ) {
        let c = configuration
        let half = table.dimension / 2
        for (row, position) in batch.positions.enumerated() {
            let angles = table.pointer + Int(position) * table.dimension
            for head in 0..<c.headCount + c.keyValueHeadCount {
                let x = projected + row * c.queryKeyValueWidth + head * c.headDimension
                for pair in 0..<half {
                    let (cosine, sine) = (angles[pair], sign * angles[half + pair])
                    let (first, second) = (x[2 * pair], x[2 * pair + 1])
                    x[2 * pair] = first * cosine - second * sine
                    x[2 * pair + 1] = second * cosine + first * sine
                }
            }
        }
    }

    /// Normalises each query and key head, or all of them together, of stacked rows [M, (H + 2G) D] in place.
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
                rows: rows * part.width / part.norm.count,
                size: part.norm.count,
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
            memset(dx, 0, rows * part.width * MemoryLayout<Float>.stride)
            CheckedKernels.normalizeBackward(
                before,
                weight: part.norm.pointer,
                dy: dy,
                addingTo: dx,
                rows: rows * part.width / part.norm.count,
                size: part.norm.count,
                epsilon: configuration.rmsNormEpsilon
            )
            scatter(dx, part, rows: rows, into: gradient)
        }
    }

    /// Columns of stacked rows whose heads have a norm.
    private struct HeadPart {
        let norm: FloatBuffer
        let column: Int
        let width: Int
        let kept: MutableFloats?
    }

    private func headParts(
        _ layer: LayerWeights,
        _ kept: (query: MutableFloats, key: MutableFloats)?
    ) -> [HeadPart] {
        let c = configuration
        var parts: [HeadPart] = []
        if let norm = layer.queryNorm {
            parts.append(HeadPart(norm: norm, column: 0, width: c.queryWidth, kept: kept?.query))
        }
        if let norm = layer.keyNorm {
            let (column, width) = (c.queryWidth, c.keyValueWidth)
            parts.append(HeadPart(norm: norm, column: column, width: width, kept: kept?.key))
        }
        return parts
    }

    private func gather(_ stacked: Floats, _ part: HeadPart, rows: Int, into close: MutableFloats) {
        let width = part.width
        for row in 0..<rows {
            memcpy(
                close + row * width,
                stacked + row * configuration.queryKeyValueWidth + part.column,
                width * MemoryLayout<Float>.stride
            )
        }
    }

    private func scatter(_ close: Floats, _ part: HeadPart, rows: Int, into stacked: MutableFloats) {
        let width = part.width
        for row in 0..<rows {
            memcpy(
                stacked + row * configuration.queryKeyValueWidth + part.column,
                close + row * width,
                width * MemoryLayout<Float>.stride
            )
        }
    }
}
