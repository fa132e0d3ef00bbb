/// Keys and values of every layer for a number of slots, and the state of those with a convolution; a slot
/// holds one token's.
///
/// Keys are stored in blocks of 16 slots, element by element, values slot by slot (kernels.h).
final class KeyValueCache {
    /// Number of slots, whole blocks.
    let slotCount: Int
    /// Floats per slot and layer: kvHeads · d.
    let stride: Int
    /// What layers with a convolution keep; nil if there are none.
    let convolutions: ConvolutionState?
    private let keys: FloatBuffer
    private let values: FloatBuffer
    /// The number of each layer among those with attention.
    private let places: [Int]

    /// Allocates a cache.
    init(_ model: ModelDescription, slotCount: Int) throws {
        let block = CheckedKernels.keyBlock
        self.slotCount = (slotCount + block - 1) / block * block
        stride = model.numbers.keyValueWidth
        let layerCount = model.attentionCount
        places = model.layers.indices.map { index in model.layers[..<index].count { $0.attention != nil } }
        keys = try FloatBuffer(layerCount * self.slotCount * stride)
        values = try FloatBuffer(layerCount * self.slotCount * stride)
        convolutions = try model.convolutionLength.map { length in
            try ConvolutionState(
                layerCount: model.layers.count - layerCount,
                size: model.numbers.hiddenSize,
                keptCount: length - 1,
                slotCount: slotCount
            )
        }
    }

    /// Bytes that a slot takes.
    static func slotByteCount(_ model: ModelDescription) -> Int {
        let pairs = 2 * model.attentionCount * model.numbers.keyValueWidth
        let kept = (model.layers.count - model.attentionCount) * ((model.convolutionLength ?? 1) - 1)
        let shared = kept * model.numbers.hiddenSize / CheckedKernels.keyBlock
        return max(1, pairs + shared) * MemoryLayout<Float>.stride
    }

    /// A layer's keys [slotCount / 16, stride, 16].
    func keys(_ layer: Int) -> MutableFloats { keys.pointer + places[layer] * slotCount * stride }

    /// A layer's values [slotCount, stride].
    func values(_ layer: Int) -> MutableFloats { values.pointer + places[layer] * slotCount * stride }
}

/// Tokens to run through the model at once.
///
/// Rows of different sequences mix freely: each names its position, its
/// slot in the cache and the slots of the keys it may see (its own included).
struct TokenBatch {
    private(set) var tokens: [Int32] = []
    private(set) var positions: [Int32] = []
    private(set) var slots: [Int] = []
    private(set) var segments: [KeySegments] = []
    /// Rows whose final hidden state is wanted, in the order wanted; a row may be there twice.
    var outputRows: [Int] = []
    /// Most keys that any row sees.
    private(set) var longestKeyCount = 0
    /// One more than the highest position.
    private(set) var positionCount = 0

    /// Number of rows.
    var count: Int { tokens.count }

    /// Adds a row.
    mutating func append(token: Int32, position: Int, slot: Int, segments: KeySegments) {
        tokens.append(token)
        positions.append(Int32(position))
        slots.append(slot)
        self.segments.append(segments)
        longestKeyCount = max(longestKeyCount, segments.count)
        positionCount = max(positionCount, position + 1)
    }
}
