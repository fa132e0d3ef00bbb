import Kernels
import Testing

extension EngineSerial {
    /// LayerNorm and the activation without a gate: every CPU variant against the plain reference, and the
    /// reference's gradient against differences of what it computes.
    @Suite struct LayerNormKernelTests {
        @Test(arguments: [(3, 7), (9, 64), (2, 577), (5, 1537)], [Float(0), 64])
        func `norms that subtract the mean, and their gradients, agree`(
            _ shape: (Int, Int),
            _ mean: Float
        ) {
            let (rows, size) = shape
            let count = rows * size
            let x = KernelBench.random(count, 21).map { $0 + mean }
            let norm = (KernelBench.random(size, 22), KernelBench.random(size, 23))
            let dy = KernelBench.random(count, 24)

            KernelBench.eachVariant { variant in
                for gradient in [nil, dy] {
                    let ours = normalized(ad_layernorm_f32, x, norm, dy: gradient)
                    let reference = normalized(ad_layernorm_f32_ref, x, norm, dy: gradient)
                    // Far from 0 the mean itself is only known to some 1e-5.
                    KernelBench.expectClose(
                        ours,
                        reference,
                        "\(variant), backward \(gradient != nil)",
                        within: mean == 0 ? 2e-5 : 1e-4
                    )
                }
            }
        }

        @Test func `a norm's gradient goes through mean and variance`() {
            let size = 9
            let x = KernelBench.random(size, 25)
            let norm = (KernelBench.random(size, 26), KernelBench.random(size, 27))
            let dy = KernelBench.random(size, 28)
            // Without what y held before.
            let gradient = normalized(ad_layernorm_f32_ref, x, norm, dy: dy).map { $0 - 0.5 }

            let step: Float = 1 / 256
            let differences = x.indices.map { place in
                let sides = [step, -step].map { distance in
                    var moved = x
                    moved[place] += distance
                    return zip(normalized(ad_layernorm_f32_ref, moved, norm, dy: nil), dy)
                        .reduce(0) { $0 + $1.0 * $1.1 }
                }
                return (sides[0] - sides[1]) / (2 * step)
            }

            KernelBench.expectClose(gradient, differences, "gradient", within: 1e-3)
            // Numbers that all grow by the same have the same norm.
            #expect(abs(gradient.reduce(0, +)) < 1e-5)
        }

        @Test func `a norm of numbers that are all equal is its bias`() {
            let norm = (KernelBench.random(20, 29), KernelBench.random(20, 30))

            KernelBench.eachVariant { variant in
                let y = normalized(ad_layernorm_f32, [Float](repeating: 3, count: 20), norm, dy: nil)
                KernelBench.expectClose(y, norm.1, variant)
            }
        }

        @Test(arguments: [(3, 7), (2, 128), (5, 1537)], [AD_SILU, AD_GELU_TANH])
        func `the activation without a gate and its gradient agree`(
            _ shape: (Int, Int),
            _ activation: Int
        ) {
            let (rows, size) = shape
            let count = rows * size
            let x = Room(KernelBench.random(count, 31).map { 8 * $0 })
            let dout = Room(KernelBench.random(count, 32))
            func activated(_ run: (UnsafePointer<ad_activation>) -> Void, isBackward: Bool) -> [Float] {
                let out = Room([Float](repeating: 0.5, count: count))
                var job = ad_activation(
                    rows: Int64(rows),
                    f: Int64(size),
                    activation: Int32(activation),
                    x: x.pointer,
                    out: isBackward ? nil : out.pointer,
                    dout: isBackward ? UnsafePointer(dout.pointer) : nil,
                    dx: isBackward ? out.pointer : nil
                )
                run(&job)
                return out.values
            }

            KernelBench.eachVariant { variant in
                for isBackward in [false, true] {
                    KernelBench.expectClose(
                        activated(ad_activation_f32, isBackward: isBackward),
                        activated(ad_activation_f32_ref, isBackward: isBackward),
                        "\(variant), backward \(isBackward)"
                    )
                }
            }
        }

        /// What a norm makes of rows, or 0.5 plus its gradient.
        private func normalized(
            _ run: (UnsafePointer<ad_layernorm>) -> Void,
            _ x: [Float],
            _ norm: (weight: [Float], bias: [Float]),
            dy: [Float]?
        ) -> [Float] {
            let (input, weight, bias) = (Room(x), Room(norm.weight), Room(norm.bias))
            let (gradient, out) = (Room(dy ?? []), Room([Float](repeating: 0.5, count: x.count)))
            var job = ad_layernorm(
                rows: Int64(x.count / norm.weight.count),
                c: Int64(norm.weight.count),
                x: input.pointer,
                weight: weight.pointer,
                bias: bias.pointer,
                dy: dy == nil ? nil : UnsafePointer(gradient.pointer),
                y: out.pointer,
                epsilon: 1e-5
            )
            run(&job)
            return withExtendedLifetime((input, weight, bias, gradient)) { out.values }
        }
    }
}
