import Kernels

/// Letters: M rows, N outputs, K inputs, C hidden size, F MLP size, V vocabulary.
extension CheckedKernels {
    /// Inputs that share a scale in fixed point.
    static let groupSize = Int(AD_GROUP)

    /// Groups that k inputs make.
    static func groupCount(inputs k: Int) -> Int { Int(ad_group_count(Int64(k))) }

    /// Rows rounded up to whole tiles, which rounded rows need room for.
    static func wholeTiles(_ rows: Int) -> Int {
        (rows + Int(AD_TILE_ROWS) - 1) / Int(AD_TILE_ROWS) * Int(AD_TILE_ROWS)
    }

    /// A weight in fixed point: its numbers, bytes of each, and the groups' scales.
    typealias FixedPoint = (values: UnsafeMutableRawPointer, width: Int, scales: MutableFloats)

    /// Bytes of numbers and count of scales that a weight [n, k] takes in fixed point of `width` bytes.
    static func fixedPointCounts(outputs n: Int, inputs k: Int, width: Int) -> (bytes: Int, scales: Int) {
        (
            Int(ad_fixed_byte_count(Int32(width), Int64(n), Int64(k))),
            Int(ad_fixed_scale_count(Int64(n), Int64(k)))
        )
    }

    /// Rounds and packs rows `first..<first + count` of a weight with k inputs.
    static func pack(_ rows: Floats, into packed: FixedPoint, first: Int, count: Int, inputs k: Int) {
        ad_fixed_pack(
            Int32(packed.width),
            packed.values,
            packed.scales,
            rows,
            Int64(first),
            Int64(count),
            Int64(k)
        )
    }

    /// Reads one packed row back.
    static func unpackRow(_ index: Int, of packed: FixedPoint, inputs k: Int, into out: MutableFloats) {
        ad_fixed_unpack_row(Int32(packed.width), out, packed.values, packed.scales, Int64(index), Int64(k))
    }

    /// y [M, N] = x [M, K] Wᵀ in fixed point, or added to y.
    static func multiply(
        _ x: Floats,
        packed: FixedPoint,
        into y: MutableFloats,
        m: Int,
        n: Int,
        k: Int,
        isAdding: Bool,
        room: RoundingRoom
    ) {
        precondition(wholeTiles(m) * groupCount(inputs: k) <= room.scales.count)
        var job = ad_gemm_fixed(
            m: Int64(m),
            n: Int64(n),
            k: Int64(k),
            bytes: Int32(packed.width),
            x: x,
            packed: packed.values,
            scales: packed.scales,
            rounded: room.values.pointer,
            rounded_scales: room.scales.pointer,
            starts: room.starts.pointer,
            c: y,
            ldc: Int64(n),
            beta: isAdding ? 1 : 0
        )
        ad_gemm_fixed_f32(&job)
    }
}
