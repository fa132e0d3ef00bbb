import Kernels

/// Letters: M rows, N outputs, K inputs, C hidden size, F MLP size, V vocabulary.
extension CheckedKernels {
    /// Floats that a packed weight [n, k] takes.
    static func packedCount(outputs n: Int, inputs k: Int) -> Int { Int(ad_packed_count(Int64(n), Int64(k))) }

    /// Packs rows `first..<first + count` of a weight with k inputs.
    static func pack(_ rows: Floats, into packed: MutableFloats, first: Int, count: Int, inputs k: Int) {
        ad_pack_f32(packed, rows, Int64(first), Int64(count), Int64(k))
    }

    /// Reads one packed row back.
    static func unpackRow(_ index: Int, of packed: Floats, inputs k: Int, into out: MutableFloats) {
        ad_unpack_row_f32(out, packed, Int64(index), Int64(k))
    }

    /// y [M, N] = beta y + x [M, K] Wᵀ for a packed W [N, K].
    static func multiply(
        _ x: Floats,
        _ xStride: Int,
        packed: Floats,
        into y: MutableFloats,
        _ yStride: Int,
        m: Int,
        n: Int,
        k: Int,
        beta: Float = 0
    ) {
        var job = ad_gemm(
            m: Int64(m),
            n: Int64(n),
            k: Int64(k),
            a: x,
            ars: Int64(xStride),
            acs: 1,
            b: packed,
            brs: 0,
            bcs: 0,
            layout: Int32(AD_PACKED),
            c: y,
            ldc: Int64(yStride),
            alpha: 1,
            beta: beta
        )
        ad_gemm_f32(&job)
    }

    /// dx [M, K] = dy [M, N] W for a packed W [N, K].
    static func multiplyTransposed(
        _ dy: Floats,
        _ dyStride: Int,
        packed: Floats,
        into dx: MutableFloats,
        _ dxStride: Int,
        m: Int,
        n: Int,
        k: Int
    ) {
        var job = ad_gemm(
            m: Int64(m),
            n: Int64(k),
            k: Int64(n),
            a: dy,
            ars: Int64(dyStride),
            acs: 1,
            b: packed,
            brs: 0,
            bcs: 0,
            layout: Int32(AD_PACKED_TRANSPOSED),
            c: dx,
            ldc: Int64(dxStride),
            alpha: 1,
            beta: 0
        )
        ad_gemm_f32(&job)
    }

    /// A matrix seen through strides: element (row, column) = base[row · rowStride + column · columnStride].
    struct Strided {
        var base: Floats
        var rowStride: Int
        var columnStride: Int

        init(_ base: Floats, row: Int, column: Int) {
            self.base = base
            rowStride = row
            columnStride = column
        }
    }

    /// C [M, N] = beta C + alpha A [M, K] B [K, N].
    static func multiply(
        _ a: Strided,
        _ b: Strided,
        into c: MutableFloats,
        _ cStride: Int,
        m: Int,
        n: Int,
        k: Int,
        alpha: Float,
        beta: Float
    ) {
        var job = ad_gemm(
            m: Int64(m),
            n: Int64(n),
            k: Int64(k),
            a: a.base,
            ars: Int64(a.rowStride),
            acs: Int64(a.columnStride),
            b: b.base,
            brs: Int64(b.rowStride),
            bcs: Int64(b.columnStride),
            layout: Int32(AD_STRIDED),
            c: c,
            ldc: Int64(cStride),
            alpha: alpha,
            beta: beta
        )
        ad_gemm_f32(&job)
    }
}
