import Crypto
import Foundation
import Glibc
import Loop

extension DurableFiles {
    /// Whether a file is there that can be read, now or later: too many open files, a share that is away or a
    /// mode may pass.
    func isThere(_ path: String) -> Bool {
        guard let status = place(of: path).status() else { return ![ENOENT, ENOTDIR, ELOOP].contains(errno) }
        return status.st_mode & S_IFMT == S_IFREG
    }

    /// A file's SHA-256 as lower-case hex; read in blocks, so that an adapter of any size costs one megabyte.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - checkCancelled: Throws when the digest is no longer wanted; called before each block.
    /// - Returns: The digest.
    /// - Throws: `StoreError`, or what `checkCancelled` throws.
    func digest(of path: String, checkCancelled: () throws -> Void = {}) throws -> String {
        var hash = SHA256()
        try read(path) { block in
            try checkCancelled()
            hash.update(bufferPointer: block)
        }
        return hash.finalize().hex
    }

    /// A small file's bytes.
    ///
    /// - Throws: `StoreError` when it cannot be read.
    func bytes(of path: String) throws -> Data {
        var bytes = Data()
        try read(path) { bytes.append(contentsOf: $0) }
        return bytes
    }

    private func read(_ path: String, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        let descriptor = place(of: path).open(O_RDONLY)
        guard descriptor >= 0 else { throw StoreError.file("read", path, errno) }
        defer { close(descriptor) }
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                throw StoreError.file("read", path, errno)
            }
            try block.withUnsafeBytes { try take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}
