import COneDNN
import Foundation
import Kernels
import Loop
import Testing

extension EngineSerial {
    /// Every CPU variant of every loop against its plain reference, at odd sizes too.
    @Suite struct KernelTests {
        @Test(arguments: [(1, 16, 8), (5, 17, 33), (6, 96, 768), (13, 45, 1601), (67, 160, 576)])
        func `products agree with the reference in every layout`(_ m: Int, _ n: Int, _ k: Int) {
            let (a, w) = (KernelBench.random(m * k, 1), KernelBench.random(n * k, 2))
            var packed = [Float](repeating: 0, count: Int(ad_packed_count(Int64(n), Int64(k))))
            ad_pack_f32(&packed, w, 0, Int64(n), Int64(k))

            KernelBench.eachVariant { variant in
                for (layout, b, columns, depth) in [
                    (AD_PACKED, packed, n, k), (AD_STRIDED, w, n, k), (AD_PACKED_TRANSPOSED, packed, k, n),
                ] {
                    let x = layout == AD_PACKED_TRANSPOSED ? KernelBench.random(m * n, 3) : a
                    let ours = product(ad_gemm_f32, Int32(layout), x, b, m: m, n: columns, k: depth)
                    let reference = product(ad_gemm_f32_ref, Int32(layout), x, b, m: m, n: columns, k: depth)
                    KernelBench.expectClose(ours, reference, "\(variant), layout \(layout)", within: 1e-4)
                }
            }
        }

        @Test(arguments: [(7, 33, 129), (64, 960, 576)])
        func `products agree with oneDNN's`(_ m: Int, _ n: Int, _ k: Int) {
            let (a, w) = (KernelBench.random(m * k, 13), KernelBench.random(n * k, 14))
            var packed = [Float](repeating: 0, count: Int(ad_packed_count(Int64(n), Int64(k))))
            ad_pack_f32(&packed, w, 0, Int64(n), Int64(k))
            var theirs = [Float](repeating: 0.5, count: m * n)
            let (rows, outputs, inputs) = (dnnl_dim_t(m), dnnl_dim_t(n), dnnl_dim_t(k))

            let status = dnnl_sgemm(
                CChar(UInt8(ascii: "N")),
                CChar(UInt8(ascii: "T")),
                rows,
                outputs,
                inputs,
                1.5,
                a,
                inputs,
                w,
                inputs,
                0.25,
                &theirs,
                outputs
            )

            #expect(status == dnnl_success)
            KernelBench.eachVariant { variant in
                let ours = product(ad_gemm_f32, Int32(AD_PACKED), a, packed, m: m, n: n, k: k)
                KernelBench.expectClose(ours, theirs, variant, within: 1e-4)
            }
        }

        @Test func `a row's product has the same bits whatever rows and threads share the call`() {
            let (m, n, k) = (70, 96, 1000)
            let (a, w) = (KernelBench.random(m * k, 4), KernelBench.random(n * k, 5))
            var packed = [Float](repeating: 0, count: Int(ad_packed_count(Int64(n), Int64(k))))
            ad_pack_f32(&packed, w, 0, Int64(n), Int64(k))

            KernelBench.eachVariant { variant in
                let all = product(ad_gemm_f32, Int32(AD_PACKED), a, packed, m: m, n: n, k: k)
                for threads in [1, 2, 3] {
                    ad_set_thread_count(Int32(threads))
                    for (first, count) in [(0, 1), (3, 2), (7, 13), (64, 6)] {
                        let part = Array(a[(first * k)..<((first + count) * k)])
                        let ours = product(ad_gemm_f32, Int32(AD_PACKED), part, packed, m: count, n: n, k: k)
                        #expect(
                            ours == Array(all[(first * n)..<((first + count) * n)]),
                            "\(variant) \(first)"
                        )
                    }
                }
                ad_set_thread_count(2)
            }
        }

        private func product(
            _ multiply: (UnsafePointer<ad_gemm>) -> Void,
            _ layout: Int32,
            _ a: [Float],
            _ b: [Float],
            m: Int,
            n: Int,
            k: Int
        ) -> [Float] {
            var c = [Float](repeating: 0.5, count: m * n)
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    c.withUnsafeMutableBufferPointer { c in
                        guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else {
                            return
                        }
                        var job = ad_gemm(
                            m: Int64(m),
                            n: Int64(n),
                            k: Int64(k),
                            a: a,
                            ars: Int64(k),
                            acs: 1,
                            b: b,
                            brs: 1,
                            bcs: Int64(k),
                            layout: layout,
                            c: c,
                            ldc: Int64(n),
                            alpha: 1.5,
                            beta: 0.25
                        )
                        multiply(&job)
                    }
                }
            }
            return c
        }

        @Test(arguments: [(3, 7), (9, 64), (2, 577)])
        func `norms and their gradients agree`(_ rows: Int, _ c: Int) {
            let (x, weight, dy) = (
                KernelBench.random(rows * c, 6), KernelBench.random(c, 7), KernelBench.random(rows * c, 8)
            )

            KernelBench.eachVariant { variant in
                for isBackward in [false, true] {
                    let results = [ad_rmsnorm_f32, ad_rmsnorm_f32_ref].map { normalize in
                        var y = [Float](repeating: 0.5, count: rows * c)
                        x.withUnsafeBufferPointer { x in
                            weight.withUnsafeBufferPointer { weight in
                                dy.withUnsafeBufferPointer { dy in
                                    y.withUnsafeMutableBufferPointer { y in
                                        guard let x = x.baseAddress, let w = weight.baseAddress,
                                            let y = y.baseAddress
                                        else { return }
                                        var job = ad_rmsnorm(
                                            rows: Int64(rows),
                                            c: Int64(c),
                                            x: x,
                                            weight: w,
                                            dy: isBackward ? dy.baseAddress : nil,
                                            y: y,
                                            epsilon: 1e-5
                                        )
                                        normalize(&job)
                                    }
                                }
                            }
                        }
                        return y
                    }
                    KernelBench.expectClose(results[0], results[1], "\(variant), backward \(isBackward)")
                }
            }
        }

        @Test(arguments: [(3, 7), (2, 128), (5, 1537)], [AD_SILU, AD_GELU_TANH])
        func `the gated activation and its gradient agree`(_ shape: (Int, Int), _ activation: Int) {
            let (rows, f) = shape
            let (x, dout) = (
                KernelBench.random(rows * 2 * f, 9).map { 8 * $0 }, KernelBench.random(rows * f, 10)
            )

            KernelBench.eachVariant { variant in
                for isBackward in [false, true] {
                    let results = [ad_swiglu_f32, ad_swiglu_f32_ref].map { gate in
                        var out = [Float](repeating: 0, count: rows * 2 * f)
                        x.withUnsafeBufferPointer { x in
                            dout.withUnsafeBufferPointer { dout in
                                out.withUnsafeMutableBufferPointer { out in
                                    guard let x = x.baseAddress else { return }
                                    var job = ad_swiglu(
                                        rows: Int64(rows),
                                        f: Int64(f),
                                        activation: Int32(activation),
                                        x: x,
                                        out: isBackward ? nil : out.baseAddress,
                                        dout: isBackward ? dout.baseAddress : nil,
                                        dx: isBackward ? out.baseAddress : nil
                                    )
                                    gate(&job)
                                }
                            }
                        }
                        return out
                    }
                    KernelBench.expectClose(results[0], results[1], "\(variant), backward \(isBackward)")
                }
            }
        }

        @Test(arguments: [(1, 5), (4, 320), (3, 1001)])
        func `cross-entropy and its gradient agree`(_ rows: Int, _ v: Int) {
            let logits = KernelBench.random(rows * v, 11).map { 20 * $0 }
            let targets = (0..<rows).map { Int32($0 * 3 % v) }
            let coefficients = KernelBench.random(rows, 12)

            KernelBench.eachVariant { variant in
                for isBackward in [false, true] {
                    let results = [ad_cross_entropy_f32, ad_cross_entropy_f32_ref].map { entropy in
                        var (x, losses) = (logits, [Float](repeating: 0, count: rows))
                        x.withUnsafeMutableBufferPointer { x in
                            targets.withUnsafeBufferPointer { targets in
                                coefficients.withUnsafeBufferPointer { coefficients in
                                    losses.withUnsafeMutableBufferPointer { losses in
                                        guard let x = x.baseAddress, let targets = targets.baseAddress,
                                            let losses = losses.baseAddress
                                        else { return }
                                        var job = ad_cross_entropy(
                                            rows: Int64(rows),
                                            v: Int64(v),
                                            logits: x,
                                            targets: targets,
                                            coefficients: isBackward ? coefficients.baseAddress : nil,
                                            losses: losses
                                        )
                                        entropy(&job)
                                    }
                                }
                            }
                        }
                        return x + losses
                    }
                    KernelBench.expectClose(results[0], results[1], "\(variant), backward \(isBackward)")
                }
            }
        }
    }
}
