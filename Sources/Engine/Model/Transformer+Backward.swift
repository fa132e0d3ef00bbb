import Glibc
import Loop

/// Room for the gradients of one backward pass.
struct GradientWorkspace {
    /// Gradient of the residual stream [M, C].
    let dx: FloatBuffer
    /// Gradient of a normalised input [M, C].
    let dh: FloatBuffer
    /// Gradient of what a layer adds before its norm [M, C]; empty if all of it is added as it is.
    let dBranch: FloatBuffer
    /// Gradient of Q, K and V [M, (H + 2G) D].
    let dProjected: FloatBuffer
    /// Gradient of the attention output [M, H D].
    let dAttended: FloatBuffer
    /// Gradient of gate and up [M, 2F].
    let dGateUp: FloatBuffer
    /// Gradient of the activation [M, F].
    let dActivated: FloatBuffer
    /// Gradient of the normalised output rows [S, C].
    let dHidden: FloatBuffer
    /// The same through the final norm [S, C].
    let dOutputs: FloatBuffer

    /// Allocates room for M rows and S output rows.
    init(_ model: ModelDescription, rowCount: Int, outputCount: Int) throws {
        let c = model.numbers
        dBranch = try FloatBuffer(model.hasBranches ? rowCount * c.hiddenSize : 0)
        dx = try FloatBuffer(rowCount * c.hiddenSize)
        dh = try FloatBuffer(rowCount * c.hiddenSize)
        dProjected = try FloatBuffer(rowCount * model.projectedWidth)
        dAttended = try FloatBuffer(rowCount * model.mixedWidth)
        dGateUp = try FloatBuffer(rowCount * c.gateUpWidth)
        dActivated = try FloatBuffer(rowCount * c.intermediateSize)
        dHidden = try FloatBuffer(outputCount * c.hiddenSize)
        dOutputs = try FloatBuffer(outputCount * c.hiddenSize)
    }
}

extension Transformer {
    /// Adds the adapter's gradients for a batch that `forward` has just run with this tape.
    ///
    /// The base weights get
    /// none; the gradients of their inputs are carried through.
    ///
    /// - Parameters:
    ///   - batch: The rows; slots equal row numbers.
    ///   - lora: Parameters; gradients are added to.
    ///   - tape: What the forward pass left.
    ///   - g: `dHidden` holds the gradient of the hidden states [S, C]; all of it is overwritten.
    ///   - treeStarts: First rows of the trees and the row count; rows of different trees share no keys.
    /// - Throws: `CancellationError` between layers, leaving part of the gradients.
    func backward(
        _ batch: TokenBatch,
        lora: LoRAState,
        tape: Tape,
        gradients g: GradientWorkspace,
        treeStarts: [Int64]
    ) throws {
        let (rows, w) = (batch.count, workspace)
        scatterOutputs(batch, tape, g)
        let paths = ConvolutionPaths(batch, weights.description)
        for (index, layer) in weights.layers.enumerated().reversed() {
            try layerBegins()
            activate(tape.gateUp(index), layer, rows: rows)
            let branches = tape.branches(index)
            let dDown = branchGradient(g, rows: rows, layer, layer.norms.mlpPost, kept: branches?.mlp)
            layer.down.multiplyTransposed(dDown, rows: rows, into: g.dActivated.pointer)
            lora.backward(
                index,
                [.down],
                x: w.activated.pointer,
                dy: dDown,
                rows: rows,
                addingTo: g.dActivated.pointer
            )
            activateBackward(tape.gateUp(index), layer, g, rows: rows)
            let isParallel = layer.description.isParallel
            if !isParallel {
                mlpInputBackward(tape.middle(index), layer.norms.mlp, layer: index, lora, g, rows: rows)
            }
            let (norm, kept) = (layer.norms.attentionPost, branches?.attention)
            let dOutput = branchGradient(g, rows: rows, layer, norm, kept: kept)
            layer.output.multiplyTransposed(dOutput, rows: rows, into: g.dAttended.pointer)
            lora.backward(
                index,
                [.output],
                x: tape.attended(index),
                dy: dOutput,
                rows: rows,
                addingTo: g.dAttended.pointer
            )
            let dProjected = g.dProjected.pointer
            if let paths, layer.kernel != nil {
                let (projected, dAttended) = (tape.projected(index), g.dAttended.pointer)
                convolveBackward(projected, rows: rows, layer, paths, dAttended, into: dProjected)
            } else {
                attendBackward(batch, tape, g, layer: index, treeStarts: treeStarts)
                placeHeadsBackward(dProjected, batch, layer, kept: tape.heads(index))
            }
            if isParallel {
                // Not before: until here dx is the gradient of what attention has added as well.
                mlpInputBackward(tape.input(index), layer.norms.attention, layer: index, lora, g, rows: rows)
            }
            normalize(tape.input(index), layer.norms.attention, rows: rows)
            layer.queryKeyValue.multiplyTransposed(g.dProjected.pointer, rows: rows, into: g.dh.pointer)
            lora.backward(
                index,
                [.query, .key, .value],
                x: w.h.pointer,
                dy: g.dProjected.pointer,
                rows: rows,
                addingTo: g.dh.pointer
            )
            normalizeBackward(tape.input(index), layer.norms.attention, g, rows: rows)
        }
    }

    /// Carries the gradient of gate and up back to the residual stream that the MLP has read.
    private func mlpInputBackward(
        _ x: Floats,
        _ norm: NormWeights?,
        layer index: Int,
        _ lora: LoRAState,
        _ g: GradientWorkspace,
        rows: Int
    ) {
        normalize(x, norm, rows: rows)
        weights.layers[index].gateUp.multiplyTransposed(g.dGateUp.pointer, rows: rows, into: g.dh.pointer)
        lora.backward(
            index,
            [.gate, .up],
            x: workspace.h.pointer,
            dy: g.dGateUp.pointer,
            rows: rows,
            addingTo: g.dh.pointer
        )
        normalizeBackward(x, norm, g, rows: rows)
    }

    /// dx = 0, then each output row's gradient through the final norm is added to its row, in order.
    private func scatterOutputs(_ batch: TokenBatch, _ tape: Tape, _ g: GradientWorkspace) {
        let (c, count) = (configuration, batch.outputRows.count)
        scale(g.dHidden.pointer, count: count * c.hiddenSize, by: weights.description.logitScale)
        g.dOutputs.clear()
        // workspace.outputs.rows still holds the gathered residual rows of the forward pass.
        CheckedKernels.normalizeBackward(
            workspace.outputs.rows.pointer,
            weights.finalNorm,
            dy: g.dHidden.pointer,
            addingTo: g.dOutputs.pointer,
            rows: count,
            size: c.hiddenSize,
            epsilon: c.rmsNormEpsilon
        )
        g.dx.clear()
        for (index, row) in batch.outputRows.enumerated() {
            let (from, to) = (g.dOutputs.pointer + index * c.hiddenSize, g.dx.pointer + row * c.hiddenSize)
            for i in 0..<c.hiddenSize { to[i] += from[i] }
        }
    }

    private func normalizeBackward(_ x: Floats, _ norm: NormWeights?, _ g: GradientWorkspace, rows: Int) {
        guard let norm else {
            let (from, to) = (g.dh.pointer, g.dx.pointer)
            for index in 0..<rows * configuration.hiddenSize { to[index] += from[index] }
            return
        }
        CheckedKernels.normalizeBackward(
            x,
            norm,
            dy: g.dh.pointer,
            addingTo: g.dx.pointer,
            rows: rows,
            size: configuration.hiddenSize,
            epsilon: configuration.rmsNormEpsilon
        )
    }

    private func attendBackward(
        _ batch: TokenBatch,
        _ tape: Tape,
        _ g: GradientWorkspace,
        layer: Int,
        treeStarts: [Int64]
    ) {
        let c = configuration
        g.dProjected.clear()
        let projected = tape.projected(layer)
        withAttention(
            projected,
            batch,
            layer: layer,
            keys: projected + c.queryWidth,
            values: projected + c.queryWidth + c.keyValueWidth,
            slotStride: c.queryKeyValueWidth
        ) {
            CheckedKernels.attendBackward(
                $0,
                dout: g.dAttended.pointer,
                c.queryWidth,
                dq: g.dProjected.pointer,
                c.queryKeyValueWidth,
                dk: g.dProjected.pointer + c.queryWidth,
                dv: g.dProjected.pointer + c.queryWidth + c.keyValueWidth,
                c.queryKeyValueWidth,
                treeStarts: treeStarts
            )
        }
    }
}
