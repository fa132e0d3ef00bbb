// Shapes are checked or stated here, then pointers are passed; only this folder imports Kernels.
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

extension CheckedKernels {
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

    /// The machine's memory in bytes.
    static var memoryByteCount: Int { Int(ad_memory_byte_count()) }

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
