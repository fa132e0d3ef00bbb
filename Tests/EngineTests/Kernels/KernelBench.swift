import Foundation
import Kernels
import Loop
import Testing

/// What the kernel tests share: seeded numbers, a walk over the variants, and comparison.
enum KernelBench {
    /// Seeded numbers in ±1.
    static func random(_ count: Int, _ stream: UInt32) -> [Float] {
        let philox = Philox(seed: 11)
        return (0..<count).map { 2 * Philox.unitFloat(philox.words(stream, UInt32($0), 0, 0).x) - 1 }
    }

    /// Runs a body per variant that this CPU has, with two threads, then puts the widest back.
    static func eachVariant(_ body: (String) throws -> Void) rethrows {
        let widest = String(cString: ad_instruction_set())
        ad_set_thread_count(2)
        for variant in ["plain", "avx2", "avx2_vnni", "avx512", "avx512_vnni"]
        where ad_use_variant(variant) == 1 { try body(variant) }
        _ = ad_use_variant(widest)
    }

    // f32 sums of a few thousand products of numbers up to 1 differ from double sums by some 1e-5.
    static func expectClose(
        _ ours: [Float],
        _ reference: [Float],
        _ what: String,
        within: Float = 2e-5
    ) {
        let problem = difference(ours, reference, within: within)
        #expect(problem == nil, "\(what): \(problem ?? "")")
    }

    /// What is wrong with numbers; nil where they are close.
    ///
    /// Each must be near its reference, and all of them together near the reference's norm, so that small
    /// numbers count as much as large ones. NaN is close to nothing.
    static func difference(_ ours: [Float], _ reference: [Float], within: Float) -> String? {
        guard ours.count == reference.count else { return "\(ours.count) numbers, not \(reference.count)" }
        var (difference, norm) = (0.0, 0.0)
        for (place, (our, their)) in zip(ours, reference).enumerated() {
            // Written so that NaN fails; infinity would be near infinity.
            guard their.isFinite, abs(our - their) <= within * max(1, abs(their)) else {
                return "\(our) at \(place), not \(their)"
            }
            difference += Double(our - their) * Double(our - their)
            norm += Double(their) * Double(their)
        }
        guard difference.squareRoot() <= Double(within) * norm.squareRoot() else {
            return "\(difference.squareRoot()) off a norm of \(norm.squareRoot())"
        }
        return nil
    }
}

/// Numbers with a fixed address, for the pointers of a C call.
final class Room<Element: BitwiseCopyable> {
    let pointer: UnsafeMutablePointer<Element>
    let count: Int

    init(_ values: [Element]) {
        count = values.count
        pointer = .allocate(capacity: max(values.count, 1))
        pointer.initialize(from: values, count: values.count)
    }

    deinit { pointer.deallocate() }

    var values: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
