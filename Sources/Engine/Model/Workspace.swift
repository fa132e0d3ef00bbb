/// Room for one forward or backward pass over up to `rowCount` rows; grown, never shrunk.
struct Workspace {
    /// Rows there is room for.
    let rowCount: Int
    /// Keys of one row there is room for.
    let keyCount: Int
    /// The residual stream [M, C].
    let x: FloatBuffer
    /// A normalised input [M, C].
    let h: FloatBuffer
    /// Q, K and V [M, (H + 2G) D].
    let projected: FloatBuffer
    /// Attention output [M, H D].
    let attended: FloatBuffer
    /// B · x of a convolution, and its gradient [M, C]; empty if no layer has one.
    let gated: GatedRoom
    /// Query or key heads close together, before their norm and after it [M, H D]; empty if heads have no
    /// norms.
    let heads: HeadRoom
    /// What a layer adds, before its norm [M, C]; empty if all of it is added as it is.
    let branch: FloatBuffer
    /// Gate and up [M, 2F]; up alone [M, F] without a gate.
    let gateUp: FloatBuffer
    /// activation(gate) · up, or activation(up) [M, F].
    let activated: FloatBuffer
    /// Residual rows gathered for output, and their normalised form [M, C].
    let outputs: OutputRoom
    /// Inputs of a product in fixed point.
    let rounding: RoundingRoom
    /// Attention scores: `stride` of them per thread, which is what `ad_attention` asks for in both
    /// directions, all rows in one tree.
    let scores: ScoreRoom

    /// Allocates room.
    init(_ model: ModelDescription, rowCount: Int, keyCount: Int) throws {
        let c = model.numbers
        self.rowCount = rowCount
        self.keyCount = keyCount
        x = try FloatBuffer(rowCount * c.hiddenSize)
        h = try FloatBuffer(rowCount * c.hiddenSize)
        projected = try FloatBuffer(rowCount * model.projectedWidth)
        attended = try FloatBuffer(rowCount * model.mixedWidth)
        let gatedCount = model.convolutionLength == nil ? 0 : rowCount * c.hiddenSize
        gated = GatedRoom(values: try FloatBuffer(gatedCount), gradient: try FloatBuffer(gatedCount))
        let headCount = model.hasHeadNorms ? rowCount * c.queryWidth : 0
        heads = HeadRoom(before: try FloatBuffer(headCount), after: try FloatBuffer(headCount))
        branch = try FloatBuffer(model.hasBranches ? rowCount * c.hiddenSize : 0)
        gateUp = try FloatBuffer(rowCount * c.gateUpWidth)
        activated = try FloatBuffer(rowCount * c.intermediateSize)
        outputs = OutputRoom(
            rows: try FloatBuffer(rowCount * c.hiddenSize),
            normalised: try FloatBuffer(rowCount * c.hiddenSize)
        )
        rounding = try RoundingRoom(
            rowCount: rowCount,
            inputCount: max(c.hiddenSize, c.queryWidth, c.intermediateSize)
        )
        let (keys, rows) = (keyCount + CheckedKernels.keyBlock, rowCount + CheckedKernels.keyBlock)
        let stride = max(3 * keys, ((model.hasSoftCaps ? 9 : 6) + 2 * c.headDimension) * rows)
        scores = ScoreRoom(room: try FloatBuffer(CheckedKernels.threadLimit * stride), stride: stride)
    }
}

/// Room for what a convolution reads, and for its gradient.
struct GatedRoom {
    let values: FloatBuffer
    let gradient: FloatBuffer
}

/// Room for heads that are normalised.
struct HeadRoom {
    let before: FloatBuffer
    let after: FloatBuffer
}

/// Room for the rows whose logits are wanted.
struct OutputRoom {
    let rows: FloatBuffer
    let normalised: FloatBuffer
}

/// Room for attention scores.
struct ScoreRoom {
    /// All of it.
    let room: FloatBuffer
    /// How many scores a thread has.
    let stride: Int
}
