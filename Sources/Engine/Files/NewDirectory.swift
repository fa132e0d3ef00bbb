import Foundation
import Glibc

/// A directory that appears under its name only when it is complete: files are written into a neighbour with
/// the suffix `.partial` and flushed, then the neighbour is renamed.
struct NewDirectory {
    private let path: String
    private var partial: String { path + ".partial" }

    /// Runs `fill` and publishes what it has written.
    ///
    /// - Throws: `EngineError` of code `invalid_request` when the path exists already, `file_failed` when a
    ///   file cannot be written, or what `fill` throws; nothing is left behind then.
    static func create(_ path: String, fill: (NewDirectory) throws -> Void) throws {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard !FileManager.default.fileExists(atPath: trimmed) else {
            throw EngineError(
                .invalidRequest,
                "cannot export to \(trimmed): it exists already; give a path that does not"
            )
        }
        let directory = NewDirectory(path: trimmed)
        // A neighbour of that name is what an earlier, interrupted export has left.
        try? FileManager.default.removeItem(atPath: directory.partial)
        do {
            try FileManager.default.createDirectory(
                atPath: directory.partial,
                withIntermediateDirectories: false
            )
            try fill(directory)
            try flush(directory.partial, flags: O_RDONLY | O_DIRECTORY)
            guard rename(directory.partial, trimmed) == 0 else { throw failure("rename", directory.partial) }
            let parent = URL(fileURLWithPath: trimmed).deletingLastPathComponent().path
            try flush(parent, flags: O_RDONLY | O_DIRECTORY)
        } catch {
            try? FileManager.default.removeItem(atPath: directory.partial)
            if error is EngineError || error is CancellationError { throw error }
            throw EngineError(
                .fileFailed,
                "cannot write \(directory.partial): \(error.localizedDescription); check permissions and space",
                cause: error
            )
        }
    }

    /// Writes a file of the directory and flushes it.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        try write(name) { put in try bytes.withUnsafeBytes { try put($0) } }
    }

    /// Writes a file piece by piece and flushes it.
    func write(_ name: String, pieces: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
        let path = "\(partial)/\(name)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure("create", path) }
        defer { close(descriptor) }
        try pieces { piece in
            var offset = 0
            while offset < piece.count {
                let rest = UnsafeRawBufferPointer(rebasing: piece[offset...])
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw Self.failure("write", path) }
                offset += count
            }
        }
        guard fsync(descriptor) == 0 else { throw Self.failure("flush", path) }
    }

    private static func flush(_ path: String, flags: Int32) throws {
        let descriptor = open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("flush", path) }
    }

    private static func failure(_ action: String, _ path: String) -> EngineError {
        let reason = String(cString: strerror(errno))
        return EngineError(
            .fileFailed,
            "cannot \(action) \(path): \(reason); check permissions and free space"
        )
    }
}
