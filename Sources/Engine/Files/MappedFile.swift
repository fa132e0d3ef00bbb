import Crypto
import Foundation
import Glibc
import Loop

/// A file mapped read-only for as long as the object lives.
///
/// `@unchecked Sendable`: the mapping is private and read-only, the pointer never changes, and only `deinit`
/// unmaps it.
final class MappedFile: @unchecked Sendable {
    /// The path it was opened by.
    let path: String
    /// Its last path component, for messages.
    let name: String
    /// The file as it was when it was opened.
    let stamp: FileStamp
    /// Its content.
    let bytes: UnsafeRawBufferPointer

    /// Maps a file.
    ///
    /// - Throws: `EngineError` of code `model_missing` when it is absent, unreadable or not a file,
    ///   `model_truncated` when it is empty.
    init(path: String) throws {
        self.path = path
        name = URL(fileURLWithPath: path).lastPathComponent
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw EngineError(
                .modelMissing,
                "cannot open \(path): \(String(cString: strerror(errno))); check the path and its permissions"
            )
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw EngineError(
                .modelMissing,
                "cannot read \(path): not a regular file; give the path of a file"
            )
        }
        guard status.st_size > 0 else {
            throw EngineError(.modelTruncated, "cannot read \(path): the file is empty; get it again")
        }
        stamp = FileStamp(path: path, status)
        let count = Int(status.st_size)
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw EngineError(
                .modelMissing,
                "cannot map \(path) (\(count) bytes): \(String(cString: strerror(errno))); free some memory"
            )
        }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    /// Frees the memory of its pages; the next access reads them again.
    func releasePages() { releasePages(of: bytes[...]) }

    /// The same for a part that begins on a page.
    private func releasePages(of part: Slice<UnsafeRawBufferPointer>) {
        let part = UnsafeRawBufferPointer(rebasing: part)
        madvise(UnsafeMutableRawPointer(mutating: part.baseAddress), part.count, MADV_DONTNEED)
    }

    /// SHA-256 over the content of files one after another, and of each alone; each is read once.
    ///
    /// Pages that have been read are let go, so that a model is not in memory as a whole before it is packed.
    ///
    /// - Parameter files: The files, in order.
    /// - Returns: Lower-case hex, `each` by name.
    static func digests(of files: [MappedFile]) -> (all: String, each: [String: String]) {
        var (all, each) = (SHA256(), [String: String]())
        for file in files {
            var own = SHA256()
            for offset in stride(from: 0, to: file.bytes.count, by: 1 << 22) {
                let end = min(offset + 1 << 22, file.bytes.count)
                let piece = UnsafeRawBufferPointer(rebasing: file.bytes[offset..<end])
                own.update(bufferPointer: piece)
                if files.count > 1 { all.update(bufferPointer: piece) }
                file.releasePages(of: file.bytes[offset..<end])
            }
            each[file.name] = own.finalize().hex
        }
        if files.count == 1, let only = each.first { return (only.value, each) }
        return (all.finalize().hex, each)
    }
}
