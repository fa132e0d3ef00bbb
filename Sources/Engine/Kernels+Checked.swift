// The only importer of Kernels: shapes are checked or stated here, then pointers are passed.
import Glibc
import Kernels

/// The C loops behind checked signatures.
enum CheckedKernels {
    /// Widens `blockCount` blocks of a stored type to f32.
    ///
    /// - Parameters:
    ///   - type: How the values are stored.
    ///   - source: The blocks; exactly `blockCount · type.blockByteCount` bytes.
    ///   - target: Room for `blockCount · type.blockValueCount` values, exactly.
    /// - Throws: `EngineError` of code `kernel_failed` when a size does not fit.
    static func dequantize(
        type: TensorType,
        from source: UnsafeRawBufferPointer,
        into target: UnsafeMutableBufferPointer<Float>
    ) throws {
        let blockCount = source.count / type.blockByteCount
        guard source.count == blockCount * type.blockByteCount,
            target.count == blockCount * type.blockValueCount
        else {
            throw EngineError(
                .kernelFailed,
                "cannot widen \(source.count) bytes of \(type) to \(target.count) values: sizes differ"
            )
        }
        guard let input = source.assumingMemoryBound(to: UInt8.self).baseAddress,
            let output = target.baseAddress
        else { return }
        let status = ad_dequantize(Int32(type.rawValue), output, input, Int64(blockCount))
        guard status == 0 else {
            throw EngineError(.kernelFailed, "cannot widen \(type): ad_dequantize returned \(status)")
        }
    }
}
/// Pointer to floats that an operation reads.
typealias Floats = UnsafePointer<Float>
/// Pointer to floats that an operation writes.
typealias MutableFloats = UnsafeMutablePointer<Float>

/// The C loops behind types: shapes are stated by the caller, pointers live for the call.
///
/// This is the only Swift file that imports `Kernels`. Letters: M rows, N outputs, K inputs, C hidden size,
/// F MLP size, V vocabulary.
extension CheckedKernels {
    /// A run of cache slots, `start..<start + length`.
    struct SlotRun: Hashable {
        var start: Int
        var length: Int
    }

    /// The largest number of slot runs that one row's keys may lie in.
    static let segmentLimit = Int(AD_SEGMENTS)

    /// The C form of `KeySegments`.
    typealias RawSegments = ad_segments

    /// Name of the instruction set in use.
    static var instructionSet: String { String(cString: ad_instruction_set()) }

    /// Sets how many threads all loops use.
    static func setThreadCount(_ count: Int) { ad_set_thread_count(Int32(clamping: min(count, threadLimit))) }

    /// How many threads all loops use now.
    static var threadCount: Int { Int(ad_thread_count()) }

    /// The most threads that scratch buffers kept between calls have room for.
    static let threadLimit = 256

    /// Processors that this process's affinity allows; 0 when the system does not say.
    static var affinityCount: Int { Int(ad_affinity_count()) }

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

    /// y = x / rms(x) · weight, row by row.
    static func normalize(
        _ x: Floats,
        weight: Floats,
        into y: MutableFloats,
        rows: Int,
        size: Int,
        epsilon: Float
    ) {
        var job = ad_rmsnorm(
            rows: Int64(rows),
            c: Int64(size),
            x: x,
            weight: weight,
            dy: nil,
            y: y,
            epsilon: epsilon
        )
        ad_rmsnorm_f32(&job)
    }

    /// dx += gradient of `normalize` with respect to x.
    static func normalizeBackward(
        _ x: Floats,
        weight: Floats,
        dy: Floats,
        addingTo dx: MutableFloats,
        rows: Int,
        size: Int,
        epsilon: Float
    ) {
        var job = ad_rmsnorm(
            rows: Int64(rows),
            c: Int64(size),
            x: x,
            weight: weight,
            dy: dy,
            y: dx,
            epsilon: epsilon
        )
        ad_rmsnorm_f32(&job)
    }

    /// Rotates heads by their row's position; `sign` −1 undoes it.
    static func rotate(
        _ x: MutableFloats,
        _ stride: Int,
        heads: Int,
        headSize: Int,
        positions: UnsafePointer<Int32>,
        rows: Int,
        table: Floats,
        sign: Float = 1
    ) {
        var job = ad_rope(
            rows: Int64(rows),
            heads: Int64(heads),
            d: Int64(headSize),
            x: x,
            ldx: Int64(stride),
            positions: positions,
            table: table,
            sign: sign
        )
        ad_rope_f32(&job)
    }

    /// out [M, F] = silu(x[:, 0..<F]) · x[:, F..<2F].
    static func gate(_ x: Floats, into out: MutableFloats, rows: Int, size: Int) {
        var job = ad_swiglu(rows: Int64(rows), f: Int64(size), x: x, out: out, dout: nil, dx: nil)
        ad_swiglu_f32(&job)
    }

    /// dx [M, 2F] = gradient of `gate`.
    static func gateBackward(_ x: Floats, dout: Floats, into dx: MutableFloats, rows: Int, size: Int) {
        var job = ad_swiglu(rows: Int64(rows), f: Int64(size), x: x, out: nil, dout: dout, dx: dx)
        ad_swiglu_f32(&job)
    }

    /// The shapes and places of one attention call.
    struct Attention {
        var rows: Int
        var heads: Int
        var keyValueHeads: Int
        var headSize: Int
        var query: Floats
        var queryStride: Int
        var keys: Floats
        var values: Floats
        var slotStride: Int
        var segments: UnsafePointer<ad_segments>
        var scratch: MutableFloats
        var scratchStride: Int

        fileprivate func job(out: MutableFloats, _ outStride: Int) -> ad_attention {
            ad_attention(
                rows: Int64(rows),
                heads: Int64(heads),
                kv_heads: Int64(keyValueHeads),
                d: Int64(headSize),
                q: query,
                ldq: Int64(queryStride),
                k: keys,
                v: values,
                stride: Int64(slotStride),
                segments: segments,
                out: out,
                ldo: Int64(outStride),
                scale: 1 / Float(headSize).squareRoot(),
                scratch: scratch,
                scratch_stride: Int64(scratchStride)
            )
        }
    }

    /// out [M, heads · d] = softmax(q Kᵀ / √d) V over each row's own keys.
    static func attend(_ attention: Attention, into out: MutableFloats, _ outStride: Int) {
        var job = attention.job(out: out, outStride)
        ad_attention_f32(&job)
    }

    /// Gradients of `attend`: dq is written, dk and dv are added to.
    static func attendBackward(
        _ attention: Attention,
        dout: Floats,
        _ doutStride: Int,
        dq: MutableFloats,
        _ dqStride: Int,
        dk: MutableFloats,
        dv: MutableFloats,
        _ dkvStride: Int,
        treeStarts: [Int64]
    ) {
        treeStarts.withUnsafeBufferPointer { starts in
            guard let base = starts.baseAddress else { return }
            // `out` is not touched by the backward pass; dq stands in for the pointer.
            var job = ad_attention_backward(
                forward: attention.job(out: dq, dqStride),
                dout: dout,
                lddo: Int64(doutStride),
                dq: dq,
                lddq: Int64(dqStride),
                dk: dk,
                dv: dv,
                dstride: Int64(dkvStride),
                tree_start: base,
                trees: Int64(treeStarts.count - 1)
            )
            ad_attention_backward_f32(&job)
        }
    }

    /// Cross-entropy of each logits row; with coefficients the logits become gradients.
    static func crossEntropy(
        _ logits: MutableFloats,
        targets: UnsafePointer<Int32>,
        coefficients: Floats?,
        losses: MutableFloats,
        rows: Int,
        vocabulary: Int
    ) {
        var job = ad_cross_entropy(
            rows: Int64(rows),
            v: Int64(vocabulary),
            logits: logits,
            targets: targets,
            coefficients: coefficients,
            losses: losses
        )
        ad_cross_entropy_f32(&job)
    }

    /// One draw per entry of `rowOf`; a token of −1 means the row was not finite.
    static func sample(
        _ logits: Floats,
        vocabulary: Int,
        rowOf: [Int32],
        uniforms: [Float],
        settings: (temperature: Float, topP: Float, topK: Int),
        scratch: MutableFloats
    ) -> (tokens: [Int32], logProbabilities: [Float]) {
        var tokens = [Int32](repeating: -1, count: rowOf.count)
        var logProbabilities = [Float](repeating: 0, count: rowOf.count)
        rowOf.withUnsafeBufferPointer { rows in
            uniforms.withUnsafeBufferPointer { uniforms in
                tokens.withUnsafeMutableBufferPointer { tokens in
                    logProbabilities.withUnsafeMutableBufferPointer { logs in
                        guard let rows = rows.baseAddress, let uniforms = uniforms.baseAddress,
                            let out = tokens.baseAddress, let logs = logs.baseAddress
                        else { return }
                        var job = ad_sample(
                            rows: Int64(rowOf.count),
                            v: Int64(vocabulary),
                            logits: logits,
                            row_of: rows,
                            uniforms: uniforms,
                            temperature: settings.temperature,
                            top_p: settings.topP,
                            top_k: Int64(settings.topK),
                            scratch: scratch,
                            tokens: out,
                            log_probabilities: logs
                        )
                        ad_sample_f32(&job)
                    }
                }
            }
        }
        return (tokens, logProbabilities)
    }

    /// One AdamW step over `count` parameters.
    static func adamW(
        _ weights: MutableFloats,
        momentum: MutableFloats,
        variance: MutableFloats,
        gradient: Floats,
        count: Int,
        rate: Float,
        decay: Float,
        gradientScale: Float,
        step: Int
    ) {
        var job = ad_adamw(
            count: Int64(count),
            w: weights,
            m: momentum,
            v: variance,
            gradient: gradient,
            gradient_scale: gradientScale,
            rate: rate,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            decay: decay,
            correction1: Float(1 - pow(0.9, Double(step))),
            correction2: Float(1 - pow(0.999, Double(step)))
        )
        ad_adamw_f32(&job)
    }

    /// Rounds to bf16 and back in place.
    static func roundToBF16(_ values: UnsafeMutableBufferPointer<Float>) {
        guard let base = values.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: values.count) { room in
            guard let bits = room.baseAddress else { return }
            ad_to_bf16(bits, base, Int64(values.count))
            ad_from_bf16(base, bits, Int64(values.count))
        }
    }
}

/// The keys of one row as runs of cache slots; at most `CheckedKernels.segmentLimit` of them.
struct KeySegments {
    var raw = ad_segments()

    /// Joins up to three runs; empty ones are allowed.
    init(_ first: CheckedKernels.SlotRun, _ second: CheckedKernels.SlotRun, _ third: CheckedKernels.SlotRun) {
        raw.start = (Int64(first.start), Int64(second.start), Int64(third.start))
        raw.length = (Int64(first.length), Int64(second.length), Int64(third.length))
    }

    /// Number of keys.
    var count: Int { Int(raw.length.0 + raw.length.1 + raw.length.2) }
}
