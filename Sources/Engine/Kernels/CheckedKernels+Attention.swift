import Kernels

/// Letters: M rows, N outputs, K inputs, C hidden size, F MLP size, V vocabulary.
extension CheckedKernels {
    /// A run of cache slots, `start..<start + length`.
    struct SlotRun: Hashable {
        var start: Int
        var length: Int
    }

    /// The largest number of slot runs that one row's keys may be in.
    static let segmentLimit = Int(AD_SEGMENTS)

    /// The C form of `KeySegments`.
    typealias RawSegments = ad_segments

    /// Slots per block of keys; runs of slots that start on a multiple of it are read fastest.
    static let keyBlock = Int(AD_KEY_BLOCK)

    /// Writes keys and values of rows, `width` floats each, into their cache slots.
    static func store(
        key: Floats,
        value: Floats,
        _ rowStride: Int,
        width: Int,
        slots: [Int],
        keys: MutableFloats,
        values: MutableFloats
    ) {
        slots.map { Int64($0) }.withUnsafeBufferPointer { slots in
            guard let base = slots.baseAddress else { return }
            var job = ad_store(
                rows: Int64(slots.count),
                width: Int64(width),
                key: key,
                value: value,
                ld: Int64(rowStride),
                slots: base,
                k: keys,
                v: values
            )
            ad_store_f32(&job)
        }
    }

    /// The shapes and places of one attention call.
    struct Attention {
        var rows: Int
        var heads: Int
        var keyValueHeads: Int
        var headSize: Int
        var scale: Float
        /// Scores become cap · tanh(score / cap); 0 leaves them alone.
        var softCap: Float = 0
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
                scale: scale,
                softcap: softCap,
                scratch: scratch,
                scratch_stride: Int64(scratchStride)
            )
        }
    }

    /// out [M, heads · d] = softmax(scale · q Kᵀ) V over each row's own keys.
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
            // `out` is not touched by the backward pass; dq is passed in its place.
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
}

/// The keys of one row as runs of cache slots; at most `CheckedKernels.segmentLimit` of them.
struct KeySegments {
    var raw = ad_segments()

    /// Joins up to three runs; empty ones are allowed.
    init(_ first: CheckedKernels.SlotRun, _ second: CheckedKernels.SlotRun, _ third: CheckedKernels.SlotRun) {
        raw.start = (Int64(first.start), Int64(second.start), Int64(third.start))
        raw.length = (Int64(first.length), Int64(second.length), Int64(third.length))
    }

    /// The last `window` keys alone.
    func clipped(to window: Int) -> KeySegments {
        var clipped = self
        var left = Int64(max(0, count - window))
        func drop(_ start: inout Int64, _ length: inout Int64) {
            let dropped = min(left, length)
            (start, length, left) = (start + dropped, length - dropped, left - dropped)
        }
        drop(&clipped.raw.start.0, &clipped.raw.length.0)
        drop(&clipped.raw.start.1, &clipped.raw.length.1)
        drop(&clipped.raw.start.2, &clipped.raw.length.2)
        return clipped
    }

    /// The slot of the key `back` places before the last one; nil if there are fewer.
    func slot(back: Int) -> Int? {
        var left = Int64(back)
        for (start, length) in [
            (raw.start.2, raw.length.2), (raw.start.1, raw.length.1), (raw.start.0, raw.length.0),
        ] {
            if left < length { return Int(start + length - 1 - left) }
            left -= length
        }
        return nil
    }

    /// Number of keys.
    var count: Int { Int(raw.length.0 + raw.length.1 + raw.length.2) }
}
