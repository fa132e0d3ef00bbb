import Loop

/// A gated convolution over the last tokens: C · conv(B · x), with B, C and x from one projection.
///
/// Source: Liquid AI 2025, huggingface.co/LiquidAI/LFM2-1.2B. A layer's linear layers stand in for those of
/// attention: the rows of `in_proj` that give B, C and x for query, key and value, `out_proj` for the output.
package struct ConvolutionDescription: Hashable, Sendable {
    /// What gives B, [C, C].
    package var gate: LinearDescription
    /// What gives C, [C, C].
    package var outputGate: LinearDescription
    /// What gives x, [C, C].
    package var input: LinearDescription
    /// Output projection, [C, C].
    package var output: LinearDescription
    /// The convolution's weight, [C, L]; each channel has its own, and it is never trained.
    package var kernel: ModuleName
    /// L, how many tokens it sees, the own one included.
    package var length: Int

    package init(
        gate: LinearDescription,
        outputGate: LinearDescription,
        input: LinearDescription,
        output: LinearDescription,
        kernel: ModuleName,
        length: Int
    ) {
        self.gate = gate
        self.outputGate = outputGate
        self.input = input
        self.output = output
        self.kernel = kernel
        self.length = length
    }
}

/// What convolutions remember of the tokens of earlier passes: B · x of the last L − 1 slots of each block.
///
/// A path of tokens goes through its runs of slots from their first to their last, one pass after another,
/// and runs that later passes go on from begin with a block. So what a token needs of an earlier pass is
/// always among the last L − 1 that were written to its block.
final class ConvolutionState {
    /// L − 1.
    let keptCount: Int
    private let size: Int
    private let blockCount: Int
    private let room: FloatBuffer

    /// Allocates the state of `layerCount` layers for a number of slots.
    init(layerCount: Int, size: Int, keptCount: Int, slotCount: Int) throws {
        self.keptCount = keptCount
        self.size = size
        blockCount = Self.blockCount(slotCount)
        room = try FloatBuffer(layerCount * blockCount * keptCount * size)
    }

    /// B · x of a slot [C]; `layer` counts the convolutions alone.
    func slot(_ slot: Int, layer: Int) -> MutableFloats {
        let (block, inner) = slot.quotientAndRemainder(dividingBy: CheckedKernels.keyBlock)
        let place = (layer * blockCount + block) * keptCount + inner % keptCount
        return room.pointer + place * size
    }

    private static func blockCount(_ slotCount: Int) -> Int {
        (slotCount + CheckedKernels.keyBlock - 1) / CheckedKernels.keyBlock
    }
}

/// Where the inputs of a batch's convolutions are: for each row the L − 1 tokens before it on its own path.
struct ConvolutionPaths {
    /// Where a token's B · x is.
    enum Place: Hashable {
        /// The text begins later.
        case before
        /// A row of the same pass.
        case row(Int)
        /// A slot of an earlier one.
        case slot(Int)
    }

    /// L − 1.
    let count: Int
    private let places: [Place]

    /// Finds the tokens before each row of a batch; nil for a model without convolutions.
    init?(_ batch: TokenBatch, _ model: ModelDescription) {
        guard let length = model.convolutionLength else { return nil }
        let count = length - 1
        self.count = count
        var rows: [Int: Int] = [:]
        for (row, slot) in batch.slots.enumerated() { rows[slot] = row }
        places = batch.segments.flatMap { segments in
            (0..<count).map { back in
                guard let slot = segments.slot(back: back + 1) else { return .before }
                return rows[slot].map { .row($0) } ?? .slot(slot)
            }
        }
    }

    /// The token `back` places before a row, 1 for the one just before it.
    func place(_ row: Int, back: Int) -> Place { places[row * count + back - 1] }
}

extension LayerDescription {
    /// Width of what the mixer's first projection gives: Q, K and V, or B, C and x.
    func projectedWidth(_ c: ModelConfiguration) -> Int {
        convolution == nil ? c.queryKeyValueWidth : 3 * c.hiddenSize
    }

    /// Width of what the mixer gives its output projection.
    func mixedWidth(_ c: ModelConfiguration) -> Int { convolution == nil ? c.queryWidth : c.hiddenSize }
}

extension ModelDescription {
    /// L of the convolutions, the same in all layers; nil if there are none.
    var convolutionLength: Int? { layers.lazy.compactMap(\.convolution).first?.length }

    /// Layers with attention.
    var attentionCount: Int { layers.count { $0.attention != nil } }

    /// The widest of the layers' first projections.
    var projectedWidth: Int { layers.map { $0.projectedWidth(numbers) }.max() ?? 0 }

    /// The widest of what layers give their output projections.
    var mixedWidth: Int { layers.map { $0.mixedWidth(numbers) }.max() ?? 0 }

    /// Outputs and inputs of a linear layer; those of a mixer depend on its kind.
    func shape(of module: TargetModule, layer: Int) -> (outputs: Int, inputs: Int) {
        switch module {
        case .query, .key, .value, .output:
            layers[layer].convolution == nil
                ? numbers.shape(of: module) : (numbers.hiddenSize, numbers.hiddenSize)
        case .gate, .up, .down: numbers.shape(of: module)
        }
    }

    /// First column of a module in the stacked output it is part of, and that output's width.
    func column(of module: TargetModule, layer: Int) -> (first: Int, width: Int) {
        let (size, isConvolution) = (numbers.hiddenSize, layers[layer].convolution != nil)
        return switch module {
        case .query where isConvolution: (0, 3 * size)
        case .key where isConvolution: (size, 3 * size)
        case .value where isConvolution: (2 * size, 3 * size)
        default: numbers.column(of: module)
        }
    }

    /// Outputs and inputs of some modules in all layers together, which a LoRA has R times.
    func sizes(of modules: Set<TargetModule>) -> Int {
        layers.indices.reduce(0) { sum, layer in
            modules.reduce(sum) { sum, module in
                let (outputs, inputs) = shape(of: module, layer: layer)
                return sum + outputs + inputs
            }
        }
    }
}
