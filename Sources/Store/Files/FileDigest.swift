import Crypto
import Glibc
import Loop

/// SHA-256 as lower-case hex, of bytes in memory and of files on disk.
enum FileDigest {
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var hash = SHA256()
        hash.update(data: Array(bytes))
        return hash.finalize().hex
    }

    static func hex(_ text: String) -> String { hex(text.utf8) }

    /// Whether a file is there that can be read, now or later: too many open files, a share that is away or a
    /// mode may pass.
    static func isThere(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return ![ENOENT, ENOTDIR, ELOOP].contains(errno) }
        return status.st_mode & S_IFMT == S_IFREG
    }

    /// Reads in blocks, so that an adapter of any size costs one megabyte.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - checkCancelled: Throws when the digest is no longer wanted; called before each block.
    /// - Returns: The digest.
    /// - Throws: `StoreError`, or what `checkCancelled` throws.
    static func ofFile(_ path: String, checkCancelled: () throws -> Void = {}) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError.file("read", path, errno) }
        defer { close(descriptor) }
        var hash = SHA256()
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            try checkCancelled()
            let count = read(descriptor, &block, block.count)
            if count == 0 { return hash.finalize().hex }
            if count < 0 {
                if errno == EINTR { continue }
                throw StoreError.file("read", path, errno)
            }
            block.withUnsafeBytes { hash.update(bufferPointer: .init(rebasing: $0[..<count])) }
        }
    }
}

extension [FileContent] {
    /// Each file's SHA-256 by its name; names must differ, see `checkNames`.
    var digests: [String: String] {
        Dictionary(uniqueKeysWithValues: map { ($0.name, FileDigest.hex($0.bytes)) })
    }
}
