/// How weights are stored in memory and what products do with their inputs.
package enum WeightFormat: Hashable, Sendable {
    /// 32-bit floats.
    case f32
    /// 32-bit floats; weights and product inputs rounded to bf16.
    case bf16
    /// 16-bit block fixed point (`ad_gemm_fixed`): half the memory and up to twice the products per second of
    /// f32, several times finer than bf16. Forward passes only.
    case fixedPoint
    /// The same in 8 bits: a quarter of f32's memory, and four products per lane if the CPU has dot-product
    /// instructions; coarser than bf16. Generation only.
    case int8

    /// Bytes of a number in block fixed point; nil for floats.
    var fixedWidth: Int? {
        switch self {
        case .f32, .bf16: nil
        case .fixedPoint: 2
        case .int8: 1
        }
    }

    /// Bytes that a number of parameters take: in fixed point each group also has a scale.
    func byteCount(of parameterCount: Int) -> Int {
        guard let width = fixedWidth else { return parameterCount * MemoryLayout<Float>.stride }
        return parameterCount * width + parameterCount / CheckedKernels.groupSize * MemoryLayout<Float>.stride
    }
}

/// Room for the rows of one product, rounded to fixed point, in tiles as the product reads them.
struct RoundingRoom {
    /// Rounded rows.
    let values: AlignedBuffer<Int16>
    /// Their scales.
    let scales: FloatBuffer
    /// Where the sums of their groups begin.
    let starts: AlignedBuffer<Int32>

    /// Allocates room for `rowCount` rows of up to `inputCount` inputs.
    init(rowCount: Int, inputCount: Int) throws {
        let groupCount = CheckedKernels.groupCount(inputs: inputCount)
        let roomCount = CheckedKernels.wholeTiles(rowCount) * groupCount
        values = try AlignedBuffer(roomCount * CheckedKernels.groupSize)
        scales = try FloatBuffer(roomCount)
        starts = try AlignedBuffer(roomCount)
    }
}
