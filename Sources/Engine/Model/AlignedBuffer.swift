import Glibc

/// Numbers at a 64-byte boundary, zero at first, freed with the object.
///
/// Pages are taken from the system as they are first written, so room that is never used costs no memory.
/// `@unchecked Sendable`: a buffer belongs to one owner that computes only on the engine's thread; the C
/// loops that share it write disjoint parts and are done when their call returns.
final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    /// Number of elements.
    let count: Int
    /// The first element.
    let pointer: UnsafeMutablePointer<Element>
    private let byteCount: Int

    /// Allocates `count` zeros.
    ///
    /// - Parameters:
    ///   - count: Number of elements; 0 is allowed.
    ///   - usesHugePages: Whether to ask for huge pages, which save lookups if all of it is read in order.
    /// - Throws: `EngineError` `out_of_memory` when there is no room.
    init(_ count: Int, usesHugePages: Bool = false) throws {
        byteCount = max(count, 1) * MemoryLayout<Element>.stride
        let room = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let room, room != MAP_FAILED else {
            throw EngineError(
                .outOfMemory,
                "cannot allocate \(byteCount) bytes; lower engine.rows or finetune.maxTokens, or give the machine more memory"
            )
        }
        if usesHugePages { madvise(room, byteCount, MADV_HUGEPAGE) }
        self.count = count
        pointer = room.bindMemory(to: Element.self, capacity: max(count, 1))
    }

    deinit { munmap(pointer, byteCount) }

    /// All elements.
    var all: UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(start: pointer, count: count)
    }

    /// Sets every element to zero.
    func clear() { memset(pointer, 0, count * MemoryLayout<Element>.stride) }
}

/// A buffer of 32-bit floats.
typealias FloatBuffer = AlignedBuffer<Float>
