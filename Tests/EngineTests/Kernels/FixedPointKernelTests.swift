import Kernels
import Testing

extension EngineSerial {
    /// Products in block fixed point.
    @Suite struct FixedPointKernelTests {
        static let shapes = [(1, 16, 64), (5, 17, 33), (6, 96, 768), (13, 45, 1601), (67, 160, 576)]
        /// Bytes of a number.
        static let widths = [2, 1]

        @Test(arguments: shapes, widths)
        func `products agree with the reference`(_ shape: (Int, Int, Int), _ width: Int) {
            let (m, n, k) = shape
            let (x, w) = (KernelBench.random(m * k, 31), KernelBench.random(n * k, 32))

            KernelBench.eachVariant { variant in
                for adds in [false, true] {
                    KernelBench.expectClose(
                        product(ad_gemm_fixed_f32, x, w, m: m, n: n, k: k, width, adds: adds),
                        product(ad_gemm_fixed_f32_ref, x, w, m: m, n: n, k: k, width, adds: adds),
                        variant,
                        // An input half way between two steps may round either way.
                        within: width == 2 ? 2e-4 : 1e-2
                    )
                }
            }
        }

        @Test(arguments: shapes, widths)
        func `products are close to exact ones`(_ shape: (Int, Int, Int), _ width: Int) {
            let (m, n, k) = shape
            // Shares of the inputs' size: 14 and 13 bits, or 8 and 8.
            let most: Float = width == 2 ? 1e-3 : 3e-2
            let (x, w) = (KernelBench.random(m * k, 33), KernelBench.random(n * k, 34))
            let ours = product(ad_gemm_fixed_f32, x, w, m: m, n: n, k: k, width, adds: false)
            let rms = (Float(k) / 9).squareRoot()
            for row in 0..<m {
                for column in 0..<n {
                    let exact = (0..<k).reduce(0.0) {
                        $0 + Double(x[row * k + $1]) * Double(w[column * k + $1])
                    }
                    #expect(abs(ours[row * n + column] - Float(exact)) < most * rms)
                }
            }
        }

        @Test(arguments: widths)
        func `the largest inputs do not overflow a group's sum`(_ width: Int) {
            let k = 128
            let x = [Float](repeating: -3, count: k)
            let w = [Float](repeating: 5, count: 16 * k)

            KernelBench.eachVariant { variant in
                let ours = product(ad_gemm_fixed_f32, x, w, m: 1, n: 16, k: k, width, adds: false)
                KernelBench.expectClose(ours, [Float](repeating: -15 * Float(k), count: 16), variant)
            }
        }

        @Test(arguments: [Float.nan, .infinity], widths)
        func `what is not finite stays so`(_ bad: Float, _ width: Int) {
            var x = KernelBench.random(2 * 100, 35)
            x[150] = bad
            let w = KernelBench.random(16 * 100, 36)

            KernelBench.eachVariant { variant in
                let ours = product(ad_gemm_fixed_f32, x, w, m: 2, n: 16, k: 100, width, adds: false)
                let finiteCount = ours.count { $0.isFinite }
                #expect(finiteCount == 16, "\(variant)")
                #expect(ours[0].isFinite && !ours[16].isFinite, "\(variant)")
            }
        }

        @Test(arguments: widths)
        func `a row's product has the same bits whatever rows and threads compute it`(_ width: Int) {
            let (m, n, k) = (70, 96, 1000)
            let (x, w) = (KernelBench.random(m * k, 37), KernelBench.random(n * k, 38))

            KernelBench.eachVariant { variant in
                let all = product(ad_gemm_fixed_f32, x, w, m: m, n: n, k: k, width, adds: false)
                for threads in [1, 2, 3] {
                    ad_set_thread_count(Int32(threads))
                    for (first, count) in [(0, 1), (3, 2), (7, 13), (64, 6)] {
                        let part = Array(x[(first * k)..<((first + count) * k)])
                        let ours = product(
                            ad_gemm_fixed_f32,
                            part,
                            w,
                            m: count,
                            n: n,
                            k: k,
                            width,
                            adds: false
                        )
                        #expect(
                            ours == Array(all[(first * n)..<((first + count) * n)]),
                            "\(variant) \(first)"
                        )
                    }
                }
                ad_set_thread_count(2)
            }
        }

        @Test(arguments: widths)
        func `a packed row is read back to within half a step`(_ width: Int) {
            let (n, k) = (19, 100)
            let w = KernelBench.random(n * k, 39)
            let (values, scales) = pack(w, n: n, k: k, width)
            let out = Room([Float](repeating: 0, count: k))
            for row in 0..<n {
                ad_fixed_unpack_row(
                    Int32(width),
                    out.pointer,
                    values.pointer,
                    scales.pointer,
                    Int64(row),
                    Int64(k)
                )
                for (ours, exact) in zip(out.values, w[(row * k)..<((row + 1) * k)]) {
                    #expect(abs(ours - exact) <= 0.51 / (width == 2 ? 4095 : 127))
                }
            }
        }

        @Test(arguments: [Float.nan, .infinity], widths)
        func `a weight that is not finite shows in its own output alone`(_ bad: Float, _ width: Int) {
            var w = KernelBench.random(16 * 100, 40)
            w[3 * 100 + 70] = bad
            let x = KernelBench.random(2 * 100, 41)
            let ours = product(ad_gemm_fixed_f32, x, w, m: 2, n: 16, k: 100, width, adds: false)
            for (index, value) in ours.enumerated() { #expect(value.isFinite == (index % 16 != 3)) }
        }

        private func pack(_ w: [Float], n: Int, k: Int, _ width: Int) -> (Room<UInt8>, Room<Float>) {
            let byteCount = Int(ad_fixed_byte_count(Int32(width), Int64(n), Int64(k)))
            let values = Room([UInt8](repeating: 0, count: byteCount))
            let scales = Room([Float](repeating: 0, count: Int(ad_fixed_scale_count(Int64(n), Int64(k)))))
            // In two parts, as Q, K and V are packed.
            let first = n / 2
            let rows = Room(w)
            withExtendedLifetime(rows) {
                ad_fixed_pack(
                    Int32(width),
                    values.pointer,
                    scales.pointer,
                    rows.pointer,
                    0,
                    Int64(first),
                    Int64(k)
                )
                ad_fixed_pack(
                    Int32(width),
                    values.pointer,
                    scales.pointer,
                    rows.pointer + first * k,
                    Int64(first),
                    Int64(n - first),
                    Int64(k)
                )
            }
            return (values, scales)
        }

        private func product(
            _ multiply: (UnsafePointer<ad_gemm_fixed>) -> Void,
            _ x: [Float],
            _ w: [Float],
            m: Int,
            n: Int,
            k: Int,
            _ width: Int,
            adds: Bool
        ) -> [Float] {
            let (values, scales) = pack(w, n: n, k: k, width)
            let groups = Int(ad_group_count(Int64(k)))
            let rows = Room(x)
            let rounded = Room([Int16](repeating: 0, count: (m + 12) * groups * Int(AD_GROUP)))
            let roundedScales = Room([Float](repeating: 0, count: (m + 12) * groups))
            let starts = Room([Int32](repeating: 0, count: (m + 12) * groups))
            let out = Room([Float](repeating: 0.5, count: m * n))
            return withExtendedLifetime((values, scales, rows, rounded, roundedScales, starts)) {
                var job = ad_gemm_fixed(
                    m: Int64(m),
                    n: Int64(n),
                    k: Int64(k),
                    bytes: Int32(width),
                    x: rows.pointer,
                    packed: values.pointer,
                    scales: scales.pointer,
                    rounded: rounded.pointer,
                    rounded_scales: roundedScales.pointer,
                    starts: starts.pointer,
                    c: out.pointer,
                    ldc: Int64(n),
                    beta: adds ? 1 : 0
                )
                multiply(&job)
                return out.values
            }
        }
    }
}
