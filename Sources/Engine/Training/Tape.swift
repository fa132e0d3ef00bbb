/// What the backward pass needs from the forward pass, per layer, for up to `rowCount` rows.
final class Tape {
    /// Rows there is room for.
    let rowCount: Int
    private let configuration: ModelConfiguration
    private let widths: (projected: Int, mixed: Int)
    private let heads: FloatBuffer?
    private let inputs: FloatBuffer
    private let middles: FloatBuffer
    private let projections: FloatBuffer
    private let attentions: FloatBuffer
    private let gateUps: FloatBuffer
    private let branches: FloatBuffer?

    /// Allocates a tape: about (2C + (H + 2G) D + H D + 2F) floats per row and layer, (H + G) D more if heads
    /// have norms, 2C more if what layers add has.
    init(_ model: ModelDescription, rowCount: Int) throws {
        let c = model.numbers
        self.rowCount = rowCount
        configuration = c
        widths = (model.projectedWidth, model.mixedWidth)
        inputs = try FloatBuffer((c.layerCount + 1) * rowCount * c.hiddenSize)
        middles = try FloatBuffer(c.layerCount * rowCount * c.hiddenSize)
        projections = try FloatBuffer(c.layerCount * rowCount * widths.projected)
        attentions = try FloatBuffer(c.layerCount * rowCount * widths.mixed)
        heads =
            model.hasHeadNorms
            ? try FloatBuffer(c.layerCount * rowCount * (c.queryWidth + c.keyValueWidth)) : nil
        gateUps = try FloatBuffer(c.layerCount * rowCount * c.gateUpWidth)
        branches =
            model.hasBranches ? try FloatBuffer(2 * c.layerCount * rowCount * c.hiddenSize) : nil
    }

    /// The residual stream before layer `layer` [M, C]; `layerCount` is the stream after the last.
    func input(_ layer: Int) -> MutableFloats {
        inputs.pointer + layer * rowCount * configuration.hiddenSize
    }

    /// The residual stream between attention and MLP [M, C].
    func middle(_ layer: Int) -> MutableFloats {
        middles.pointer + layer * rowCount * configuration.hiddenSize
    }

    /// Q, K and V after rotation [M, (H + 2G) D]; B, C and x of a convolution [M, 3C].
    func projected(_ layer: Int) -> MutableFloats {
        projections.pointer + layer * rowCount * widths.projected
    }

    /// Query heads before their norm [M, H D], then key heads [M, G D]; nil if heads have no norms.
    func heads(_ layer: Int) -> (query: MutableFloats, key: MutableFloats)? {
        guard let heads else { return nil }
        let width = configuration.queryWidth + configuration.keyValueWidth
        let query = heads.pointer + layer * rowCount * width
        return (query, query + rowCount * configuration.queryWidth)
    }

    /// Attention output before its projection [M, H D], or a convolution's [M, C].
    func attended(_ layer: Int) -> MutableFloats {
        attentions.pointer + layer * rowCount * widths.mixed
    }

    /// What attention and MLP add, before their norms [M, C] each; nil if all of it is added as it is.
    func branches(_ layer: Int) -> (attention: MutableFloats, mlp: MutableFloats)? {
        guard let branches else { return nil }
        let width = rowCount * configuration.hiddenSize
        let attention = branches.pointer + 2 * layer * width
        return (attention, attention + width)
    }

    /// Gate and up before the activation [M, 2F].
    func gateUp(_ layer: Int) -> MutableFloats {
        gateUps.pointer + layer * rowCount * configuration.gateUpWidth
    }
}
