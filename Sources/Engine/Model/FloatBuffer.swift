import Glibc

/// Floats at a 64-byte boundary, zero at first, freed with the object.
///
/// `@unchecked Sendable`: a buffer belongs to one owner that computes on the engine's thread alone; the C loops
/// that share it write disjoint parts and are done when their call returns.
final class FloatBuffer: @unchecked Sendable {
    /// Number of floats.
    let count: Int
    /// The first float.
    let pointer: UnsafeMutablePointer<Float>

    /// Allocates `count` zeros.
    ///
    /// - Parameter count: Number of floats; 0 is allowed.
    /// - Throws: `EngineError` `out_of_memory` when there is no room.
    init(_ count: Int) throws {
        let byteCount = (max(count, 1) * MemoryLayout<Float>.stride + 63) / 64 * 64
        guard let raw = aligned_alloc(64, byteCount) else {
            throw EngineError(
                .outOfMemory,
                "cannot allocate \(byteCount) bytes; lower engine.rows or finetune.maxTokens, or give the machine more memory"
            )
        }
        memset(raw, 0, byteCount)
        self.count = count
        pointer = raw.assumingMemoryBound(to: Float.self)
    }

    deinit { free(pointer) }

    /// All floats.
    var all: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }

    /// Sets every float to zero.
    func clear() { memset(pointer, 0, count * MemoryLayout<Float>.stride) }
}
