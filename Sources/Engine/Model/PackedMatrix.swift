/// A weight [outputs, inputs] in the layout that the matrix product reads: panels of 16 outputs.
final class PackedMatrix: Sendable {
    /// Number of outputs N.
    let outputCount: Int
    /// Number of inputs K.
    let inputCount: Int
    private let buffer: FloatBuffer

    /// Makes a zero matrix.
    ///
    /// - Parameters:
    ///   - outputCount: N.
    ///   - inputCount: K.
    /// - Throws: `EngineError` `out_of_memory`.
    init(outputCount: Int, inputCount: Int) throws {
        self.outputCount = outputCount
        self.inputCount = inputCount
        buffer = try FloatBuffer(CheckedKernels.packedCount(outputs: outputCount, inputs: inputCount))
    }

    /// Writes rows [count, K] over rows `first..<first + count`.
    func pack(_ rows: Floats, first: Int, count: Int) {
        precondition(first >= 0 && first + count <= outputCount)
        CheckedKernels.pack(rows, into: buffer.pointer, first: first, count: count, inputs: inputCount)
    }

    /// Reads row `index` [K] into `out`.
    func unpack(_ index: Int, into out: MutableFloats) {
        precondition(index >= 0 && index < outputCount)
        CheckedKernels.unpackRow(index, of: buffer.pointer, inputs: inputCount, into: out)
    }

    /// y [M, N] = beta y + x [M, K] Wᵀ.
    func multiply(_ x: Floats, rows: Int, into y: MutableFloats, beta: Float = 0) {
        CheckedKernels.multiply(
            x,
            inputCount,
            packed: buffer.pointer,
            into: y,
            outputCount,
            m: rows,
            n: outputCount,
            k: inputCount,
            beta: beta
        )
    }

    /// dx [M, K] = dy [M, N] W.
    func multiplyTransposed(_ dy: Floats, rows: Int, into dx: MutableFloats) {
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
