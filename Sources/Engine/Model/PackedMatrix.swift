/// A weight [outputs, inputs] in the layout that the matrix product reads: panels of 16 outputs.
final class PackedMatrix: Sendable {
    private enum Storage {
        case floats(FloatBuffer)
        case fixedPoint(AlignedBuffer<UInt8>, width: Int, scales: FloatBuffer)
    }

    /// Number of outputs N.
    let outputCount: Int
    /// Number of inputs K.
    let inputCount: Int
    private let storage: Storage

    /// Makes a zero matrix.
    ///
    /// - Parameters:
    ///   - outputCount: N.
    ///   - inputCount: K.
    ///   - format: How its values are held.
    /// - Throws: `EngineError` `out_of_memory`.
    init(outputCount: Int, inputCount: Int, format: WeightFormat) throws {
        self.outputCount = outputCount
        self.inputCount = inputCount
        guard let width = format.fixedWidth else {
            let count = CheckedKernels.packedCount(outputs: outputCount, inputs: inputCount)
            storage = .floats(try FloatBuffer(count, usesHugePages: true))
            return
        }
        let counts = CheckedKernels.fixedPointCounts(outputs: outputCount, inputs: inputCount, width: width)
        storage = .fixedPoint(
            try AlignedBuffer(counts.bytes, usesHugePages: true),
            width: width,
            scales: try FloatBuffer(counts.scales)
        )
    }

    /// Writes rows [count, K] over rows `first..<first + count`.
    func pack(_ rows: Floats, first: Int, count: Int) {
        precondition(first >= 0 && first + count <= outputCount)
        switch storage {
        case .floats(let buffer):
            CheckedKernels.pack(rows, into: buffer.pointer, first: first, count: count, inputs: inputCount)
        case .fixedPoint(let values, let width, let scales):
            CheckedKernels.pack(
                rows,
                into: (UnsafeMutableRawPointer(values.pointer), width, scales.pointer),
                first: first,
                count: count,
                inputs: inputCount
            )
        }
    }

    /// Reads row `index` [K] into `out`.
    func unpack(_ index: Int, into out: MutableFloats) {
        precondition(index >= 0 && index < outputCount)
        switch storage {
        case .floats(let buffer):
            CheckedKernels.unpackRow(index, of: buffer.pointer, inputs: inputCount, into: out)
        case .fixedPoint(let values, let width, let scales):
            CheckedKernels.unpackRow(
                index,
                of: (UnsafeMutableRawPointer(values.pointer), width, scales.pointer),
                inputs: inputCount,
                into: out
            )
        }
    }

    /// y [M, N] = x [M, K] Wᵀ, or y += x Wᵀ.
    ///
    /// - Parameters:
    ///   - x: Rows, close together.
    ///   - rows: M.
    ///   - y: The result.
    ///   - isAdding: Whether to add to what is there.
    ///   - room: Room for M rows of K inputs.
    func multiply(
        _ x: Floats,
        rows: Int,
        into y: MutableFloats,
        isAdding: Bool = false,
        room: RoundingRoom
    ) {
        switch storage {
        case .floats(let buffer):
            CheckedKernels.multiply(
                x,
                inputCount,
                packed: buffer.pointer,
                into: y,
                outputCount,
                m: rows,
                n: outputCount,
                k: inputCount,
                beta: isAdding ? 1 : 0
            )
        case .fixedPoint(let values, let width, let scales):
            CheckedKernels.multiply(
                x,
                packed: (UnsafeMutableRawPointer(values.pointer), width, scales.pointer),
                into: y,
                m: rows,
                n: outputCount,
                k: inputCount,
                isAdding: isAdding,
                room: room
            )
        }
    }

    /// dx [M, K] = dy [M, N] W; not for fixed point.
    func multiplyTransposed(_ dy: Floats, rows: Int, into dx: MutableFloats) {
        guard case .floats(let buffer) = storage else {
            preconditionFailure("gradients need weights in f32")
        }
        CheckedKernels.multiplyTransposed(
            dy,
            outputCount,
            packed: buffer.pointer,
            into: dx,
            inputCount,
            m: rows,
            n: outputCount,
            k: inputCount
        )
    }
}
