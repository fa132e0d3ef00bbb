import Glibc
import Loop

/// The forward pass of a model description over a batch of rows; its backward pass is in
/// Transformer+Backward.swift.
///
/// Shapes, row-major: M rows, C hidden size, H query heads and G key heads of size D, F MLP size, V
/// vocabulary.
///
///     x [M, C] = embedding of the tokens
///     per layer:  h = norm(x);  q k v = h Wqkvᵀ;  norm and rotate q, k;  x += attention(q, K, V) Woᵀ
///                 h = norm(x);  g u = h Wguᵀ;     x += (silu(g) · u) Wdᵀ
///     hidden [S, C] = norm(x) of the output rows;  logits = hidden Eᵀ
///
/// In a parallel layer the MLP reads the h that attention has read. Biases, norms of heads and of what a layer
/// adds, rotation, windows, soft caps and scales are there if the description has them. Some layers may have a
/// convolution for attention: Transformer+Convolution.swift.
final class Transformer {
    let weights: ModelWeights
    let configuration: ModelConfiguration
    private(set) var workspace: Workspace
    private let beat: @Sendable () -> Void

    /// Makes a transformer on loaded weights.
    ///
    /// - Parameters:
    ///   - weights: The weights.
    ///   - beat: Called after each layer: a pass over many rows of a large model takes minutes.
    /// - Throws: `EngineError` `out_of_memory`.
    init(_ weights: ModelWeights, beat: @escaping @Sendable () -> Void = {}) throws {
        self.weights = weights
        self.beat = beat
        configuration = weights.description.numbers
        workspace = try Workspace(weights.description, rowCount: 1, keyCount: 1)
    }

    /// Runs the rows of a batch, writing their keys and values into the cache.
    ///
    /// - Parameters:
    ///   - batch: The rows; not empty.
    ///   - cache: Where keys and values are.
    ///   - lora: An adapter in training, applied next to the weights; nil otherwise.
    ///   - tape: Takes what the backward pass needs; its cache slots must equal row numbers.
    /// - Returns: The final hidden states [S, C] of `batch.outputRows`, valid until the next call.
    /// - Throws: `EngineError` `out_of_memory`, or `CancellationError` between layers.
    func forward(
        _ batch: TokenBatch,
        cache: KeyValueCache,
        lora: LoRAState? = nil,
        tape: Tape? = nil
    ) throws -> MutableFloats {
        let (c, rows) = (configuration, batch.count)
        try reserve(rows: rows, outputs: batch.outputRows.count, keys: batch.longestKeyCount)
        for table in weights.rotaryTables { try table.reserve(batch.positionCount) }
        let w = workspace
        var x = tape?.input(0) ?? w.x.pointer
        for (row, token) in batch.tokens.enumerated() {
            weights.embedding.unpack(Int(token), into: x + row * c.hiddenSize)
        }
        scale(x, count: rows * c.hiddenSize, by: weights.description.embeddingScale)
        let paths = ConvolutionPaths(batch, weights.description)
        for (index, layer) in weights.layers.enumerated() {
            try layerBegins()
            let projected = tape?.projected(index) ?? w.projected.pointer
            let attended = tape?.attended(index) ?? w.attended.pointer
            let gateUp = tape?.gateUp(index) ?? w.gateUp.pointer
            normalize(x, layer.norms.attention, rows: rows)
            layer.queryKeyValue.multiply(w.h.pointer, rows: rows, into: projected, room: w.rounding)
            lora?.forward(index, [.query, .key, .value], w.h.pointer, rows: rows, into: projected)
            add(layer.queryKeyValueBias, to: projected, rows: rows)
            if let paths, let state = cache.convolutions, layer.kernel != nil {
                convolve(projected, batch, layer, paths, state, into: attended)
            } else {
                placeHeads(projected, batch, layer, keeping: tape?.heads(index))
                store(projected, batch, cache, layer: index)
                attend(projected, batch, cache, layer: index, into: attended)
            }
            round(attended, rows * layer.description.mixedWidth(c))
            if let next = tape?.middle(index) { x = copy(x, to: next, count: rows * c.hiddenSize) }
            let kept = tape?.branches(index)?.attention
            addBranch(rows: rows, to: x, layer, layer.norms.attentionPost, keeping: kept) {
                layer.output.multiply(attended, rows: rows, into: $0, isAdding: $1, room: w.rounding)
                lora?.forward(index, [.output], attended, rows: rows, into: $0)
                add(layer.outputBias, to: $0, rows: rows)
            }
            // A parallel MLP reads the norm that attention has read.
            if !layer.description.isParallel { normalize(x, layer.norms.mlp, rows: rows) }
            layer.gateUp.multiply(w.h.pointer, rows: rows, into: gateUp, room: w.rounding)
            lora?.forward(index, [.gate, .up], w.h.pointer, rows: rows, into: gateUp)
            add(layer.gateUpBias, to: gateUp, rows: rows)
            activate(gateUp, layer, rows: rows)
            round(w.activated.pointer, rows * c.intermediateSize)
            if let next = tape?.input(index + 1) { x = copy(x, to: next, count: rows * c.hiddenSize) }
            let activated = w.activated.pointer
            addBranch(rows: rows, to: x, layer, layer.norms.mlpPost, keeping: tape?.branches(index)?.mlp) {
                layer.down.multiply(activated, rows: rows, into: $0, isAdding: $1, room: w.rounding)
                lora?.forward(index, [.down], activated, rows: rows, into: $0)
                add(layer.downBias, to: $0, rows: rows)
            }
        }
        for (index, row) in batch.outputRows.enumerated() {
            memcpy(
                w.outputs.rows.pointer + index * c.hiddenSize,
                x + row * c.hiddenSize,
                c.hiddenSize * MemoryLayout<Float>.stride
            )
        }
        CheckedKernels.normalize(
            w.outputs.rows.pointer,
            weights.finalNorm,
            into: w.outputs.normalised.pointer,
            rows: batch.outputRows.count,
            size: c.hiddenSize,
            epsilon: c.rmsNormEpsilon
        )
        scale(
            w.outputs.normalised.pointer,
            count: batch.outputRows.count * c.hiddenSize,
            by: weights.description.logitScale
        )
        round(w.outputs.normalised.pointer, batch.outputRows.count * c.hiddenSize)
        return w.outputs.normalised.pointer
    }

    /// A sign of life, and the place to stop at, between two layers of either direction.
    func layerBegins() throws {
        try Task.checkCancellation()
        beat()
    }

    /// logits [S, V] = hidden [S, C] Eᵀ, for up to as many rows as `forward` had.
    func project(_ hidden: Floats, rows: Int, into logits: MutableFloats) {
        weights.head.multiply(hidden, rows: rows, into: logits, room: workspace.rounding)
        add(weights.headBias, to: logits, rows: rows)
        if let cap = weights.description.logitSoftCap {
            CheckedKernels.softCap(logits, count: rows * configuration.vocabularyCount, cap: cap)
        }
    }

    /// Grows the workspace to what a batch needs.
    func reserve(rows: Int, outputs: Int, keys: Int) throws {
        let rowCount = max(rows, outputs)
        if rowCount > workspace.rowCount || keys > workspace.keyCount {
            workspace = try Workspace(
                weights.description,
                rowCount: max(rowCount, workspace.rowCount),
                keyCount: max(keys, workspace.keyCount)
            )
        }
    }

    /// workspace.h = norm(x), or x without a norm.
    func normalize(_ x: Floats, _ norm: NormWeights?, rows: Int) {
        guard let norm else {
            memcpy(
                workspace.h.pointer,
                x,
                rows * configuration.hiddenSize * MemoryLayout<Float>.stride
            )
            return round(workspace.h.pointer, rows * configuration.hiddenSize)
        }
        CheckedKernels.normalize(
            x,
            norm,
            into: workspace.h.pointer,
            rows: rows,
            size: configuration.hiddenSize,
            epsilon: configuration.rmsNormEpsilon
        )
        round(workspace.h.pointer, rows * configuration.hiddenSize)
    }

    /// Rotates Q and K of stacked rows [M, (H + 2G) D] in place; `sign` −1 is the gradient's way back.
    func rotate(_ projected: MutableFloats, _ batch: TokenBatch, _ layer: LayerWeights, sign: Float) {
        warmQueries(projected, batch, layer)
        guard let table = layer.rotaryTable else { return }
        guard layer.description.attention?.rotation?.pairsNeighbours != true else {
            return rotateNeighbours(projected, batch, table, sign: sign)
        }
        let headCount = configuration.headCount + configuration.keyValueHeadCount
        // Heads that are rotated in part do not lie close together: they go one by one.
        let isWhole = table.dimension == configuration.headDimension
        batch.positions.withUnsafeBufferPointer { positions in
            guard let positions = positions.baseAddress else { return }
            for head in 0..<(isWhole ? 1 : headCount) {
                CheckedKernels.rotate(
                    projected + head * configuration.headDimension,
                    configuration.queryKeyValueWidth,
                    heads: isWhole ? headCount : 1,
                    headSize: table.dimension,
                    positions: positions,
                    rows: batch.count,
                    table: table.pointer,
                    sign: sign
                )
            }
        }
    }

    /// An attention call, for both directions.
    ///
    /// - Parameters:
    ///   - projected: Queries, in the first columns of stacked rows.
    ///   - batch: The rows.
    ///   - layer: The layer, counted from 0.
    ///   - keys: Keys: a layer of the cache, or the projections themselves for the backward pass.
    ///   - values: Values.
    ///   - slotStride: Floats per slot.
    ///   - body: Makes the call.
    func withAttention(
        _ projected: Floats,
        _ batch: TokenBatch,
        layer: Int,
        keys: Floats,
        values: Floats,
        slotStride: Int,
        _ body: (CheckedKernels.Attention) -> Void
    ) {
        guard let attention = weights.layers[layer].description.attention else { return }
        let seen = attention.window.map { window in batch.segments.map { $0.clipped(to: window) } }
        (seen ?? batch.segments).withUnsafeBufferPointer { segments in
            guard let segments = segments.baseAddress else { return }
            segments.withMemoryRebound(to: CheckedKernels.RawSegments.self, capacity: batch.count) { raw in
                body(
                    CheckedKernels.Attention(
                        rows: batch.count,
                        heads: configuration.headCount,
                        keyValueHeads: configuration.keyValueHeadCount,
                        headSize: configuration.headDimension,
                        scale: attention.scale,
                        softCap: attention.softCap ?? 0,
                        query: projected,
                        queryStride: configuration.queryKeyValueWidth,
                        keys: keys,
                        values: values,
                        slotStride: slotStride,
                        segments: raw,
                        scratch: workspace.scores.room.pointer,
                        scratchStride: workspace.scores.stride
                    )
                )
            }
        }
    }

    private func attend(
        _ projected: Floats,
        _ batch: TokenBatch,
        _ cache: KeyValueCache,
        layer: Int,
        into out: MutableFloats
    ) {
        withAttention(
            projected,
            batch,
            layer: layer,
            keys: cache.keys(layer),
            values: cache.values(layer),
            slotStride: cache.stride
        ) {
            CheckedKernels.attend($0, into: out, configuration.queryWidth)
        }
    }

    private func store(_ projected: Floats, _ batch: TokenBatch, _ cache: KeyValueCache, layer: Int) {
        let key = projected + configuration.queryWidth
        CheckedKernels.store(
            key: key,
            value: key + cache.stride,
            configuration.queryKeyValueWidth,
            width: cache.stride,
            slots: batch.slots,
            keys: cache.keys(layer),
            values: cache.values(layer)
        )
    }

    private func copy(_ x: Floats, to next: MutableFloats, count: Int) -> MutableFloats {
        memcpy(next, x, count * MemoryLayout<Float>.stride)
        return next
    }

    /// In bf16 a product's input is rounded to bf16, as the bf16 instructions take it.
    private func round(_ x: MutableFloats, _ count: Int) {
        if weights.format == .bf16 {
            CheckedKernels.roundToBF16(UnsafeMutableBufferPointer(start: x, count: count))
        }
    }
}
