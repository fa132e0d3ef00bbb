import Kernels
import Testing

extension EngineSerial {
    /// Attention over cut keys, forward and backward, and the cache's layout.
    @Suite struct AttentionKernelTests {
        /// Heads, key heads, head size, and where the keys of each row lie.
        struct Shape: CustomTestStringConvertible {
            var heads: Int
            var keyHeads: Int
            var d: Int
            var softCap: Float = 0
            var rows: [[(start: Int, length: Int)]]

            var stride: Int { keyHeads * d }
            var testDescription: String { "\(heads)/\(keyHeads) heads of \(d), cap \(softCap)" }
        }

        static let cut: [[(start: Int, length: Int)]] = [
            [(0, 40), (50, 7), (70, 1)], [(0, 40), (50, 7), (71, 16)], [(3, 1), (0, 0), (0, 0)],
            [(5, 33), (64, 17), (90, 3)],
        ]
        static let shapes = [
            Shape(heads: 9, keyHeads: 3, d: 64, rows: cut), Shape(heads: 4, keyHeads: 1, d: 32, rows: cut),
            Shape(heads: 2, keyHeads: 2, d: 20, rows: cut), Shape(heads: 7, keyHeads: 1, d: 8, rows: cut),
            Shape(heads: 7, keyHeads: 1, d: 8, softCap: 3, rows: cut),
            Shape(heads: 4, keyHeads: 2, d: 32, softCap: 0.5, rows: cut),
        ]
        static let slotCount = 96

        @Test(arguments: shapes)
        func `agrees with the reference`(_ shape: Shape) {
            KernelBench.eachVariant { variant in
                KernelBench.expectClose(
                    attend(ad_attention_f32, shape, shape.rows),
                    attend(ad_attention_f32_ref, shape, shape.rows),
                    variant
                )
            }
        }

        @Test(arguments: shapes)
        func `gives the same bits however its keys are cut and whoever shares the call`(_ shape: Shape) {
            KernelBench.eachVariant { variant in
                let width = shape.heads * shape.d
                let whole: [(start: Int, length: Int)] = [(0, 60), (0, 0), (0, 0)]
                let alone = attend(ad_attention_f32, shape, [shape.rows[2], whole, shape.rows[0]])
                for (first, second) in [(16, 20), (1, 30), (40, 19), (17, 32)] {
                    let cuts = [(0, first), (first, second), (first + second, 60 - first - second)]
                    let ours = attend(ad_attention_f32, shape, [shape.rows[1], cuts, shape.rows[2]])
                    #expect(ours[width..<(2 * width)] == alone[width..<(2 * width)], "\(variant) \(first)")
                    #expect(ours.count { !$0.isFinite } == 0)
                }
            }
        }

        @Test(arguments: shapes)
        func `the gradient agrees with the reference`(_ shape: Shape) {
            KernelBench.eachVariant { variant in
                for isCut in [false, true] {
                    KernelBench.expectClose(
                        backward(ad_attention_backward_f32, shape, isCut: isCut),
                        backward(ad_attention_backward_f32_ref, shape, isCut: isCut),
                        variant
                    )
                }
            }
        }

        private func segments(_ rows: [[(start: Int, length: Int)]]) -> [ad_segments] {
            rows.map { runs in
                ad_segments(
                    start: (Int64(runs[0].start), Int64(runs[1].start), Int64(runs[2].start)),
                    length: (Int64(runs[0].length), Int64(runs[1].length), Int64(runs[2].length))
                )
            }
        }

        /// Queries, keys and values by slot, and a call's other rooms.
        private struct Rooms {
            let q: Room<Float>
            let keys: Room<Float>
            let values: Room<Float>
            let out: Room<Float>
            let scratch: Room<Float>
            let segments: Room<ad_segments>
            let job: ad_attention

            init(_ shape: Shape, _ rows: [[(start: Int, length: Int)]], _ segments: [ad_segments]) {
                let (slots, width) = (slotCount, shape.heads * shape.d)
                q = Room(KernelBench.random(rows.count * width, 21).map { 4 * $0 })
                keys = Room(KernelBench.random(slots * shape.stride, 22))
                values = Room(KernelBench.random(slots * shape.stride, 23))
                out = Room([Float](repeating: 0, count: rows.count * width))
                let scratchStride = (9 + 2 * shape.d) * (slots + 16)
                scratch = Room([Float](repeating: 0, count: 2 * scratchStride))
                self.segments = Room(segments)
                job = ad_attention(
                    rows: Int64(rows.count),
                    heads: Int64(shape.heads),
                    kv_heads: Int64(shape.keyHeads),
                    d: Int64(shape.d),
                    q: q.pointer,
                    ldq: Int64(width),
                    k: keys.pointer,
                    v: values.pointer,
                    stride: Int64(shape.stride),
                    segments: self.segments.pointer,
                    out: out.pointer,
                    ldo: Int64(width),
                    scale: 0.3,
                    softcap: shape.softCap,
                    scratch: scratch.pointer,
                    scratch_stride: Int64(scratchStride)
                )
            }
        }

        /// Stores keys and values slot by slot in another order than they lie in, then runs one call.
        private func attend(
            _ run: (UnsafePointer<ad_attention>) -> Void,
            _ shape: Shape,
            _ rows: [[(start: Int, length: Int)]]
        ) -> [Float] {
            let rooms = Rooms(shape, rows, segments(rows))
            let nothing = [Float](repeating: .nan, count: Self.slotCount * shape.stride)
            let (keys, values) = (Room(nothing), Room(nothing))
            for slot in (0..<Self.slotCount).map({ $0 * 5 % Self.slotCount }) {
                let place = Room([Int64(slot)])
                var store = ad_store(
                    rows: 1,
                    width: Int64(shape.stride),
                    key: rooms.keys.pointer + slot * shape.stride,
                    value: rooms.values.pointer + slot * shape.stride,
                    ld: Int64(shape.stride),
                    slots: place.pointer,
                    k: keys.pointer,
                    v: values.pointer
                )
                withExtendedLifetime(place) { ad_store_f32(&store) }
            }
            var job = rooms.job
            job.k = UnsafePointer(keys.pointer)
            job.v = UnsafePointer(values.pointer)
            return withExtendedLifetime((rooms, keys, values)) {
                run(&job)
                return rooms.out.values
            }
        }

        /// Every slot is a row; all of them are one tree, or two whose rows see their own half.
        private func backward(
            _ run: (UnsafePointer<ad_attention_backward>) -> Void,
            _ shape: Shape,
            isCut: Bool
        ) -> [Float] {
            let half = Self.slotCount / 2
            let rows = (0..<Self.slotCount).map { row in
                guard isCut else { return shape.rows[row % shape.rows.count] }
                return [(row / half * half, row % half + 1), (0, 0), (0, 0)]
            }
            let rooms = Rooms(shape, rows, segments(rows))
            let width = shape.heads * shape.d
            let dout = Room(KernelBench.random(rows.count * width, 24))
            let dq = Room([Float](repeating: 0, count: rows.count * width))
            let dk = Room([Float](repeating: 0.5, count: Self.slotCount * shape.stride))
            let dv = Room([Float](repeating: 0.5, count: Self.slotCount * shape.stride))
            let starts = isCut ? [0, half, rows.count] : [0, rows.count]
            let trees = Room(starts.map { Int64($0) })
            return withExtendedLifetime((rooms, dout, trees)) {
                var job = ad_attention_backward(
                    forward: rooms.job,
                    dout: dout.pointer,
                    lddo: Int64(width),
                    dq: dq.pointer,
                    lddq: Int64(width),
                    dk: dk.pointer,
                    dv: dv.pointer,
                    dstride: Int64(shape.stride),
                    tree_start: trees.pointer,
                    trees: Int64(starts.count - 1)
                )
                run(&job)
                return dq.values + dk.values + dv.values
            }
        }
    }
}
