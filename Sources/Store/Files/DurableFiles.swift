import Foundation
import Glibc
import Loop

/// Writes files and directories so that they survive a power cut: temporary name, write, flush, rename,
/// flush the directory.
///
/// A failed flush is never tried again: the kernel may have dropped the very pages and would then
/// report success. The caller gets the error and records nothing.
package struct DurableFiles: Sendable {
    /// One step of a write, as tests name it to make it fail.
    package enum Step: String, Sendable, CaseIterable {
        /// A file or directory is created.
        case create
        /// Bytes are written.
        case write
        /// A file's bytes are flushed.
        case flush
        /// The temporary name gives way to the real one.
        case rename
        /// A directory's entries are flushed.
        case flushDirectory
        /// A file or directory is removed.
        case remove
    }

    /// Names that begin so are unfinished writes; opening the state removes them.
    static let temporaryPrefix = ".tmp-"

    /// Called before each step with its path; the step fails with what it throws.
    package var before: @Sendable (Step, String) throws -> Void

    /// The directory that paths inside it are relative to; nil takes every path as it is.
    private var held: HeldDirectory?

    /// Writes with an optional hook before each step.
    package init(before: @escaping @Sendable (Step, String) throws -> Void = { _, _ in }) {
        self.before = before
    }

    /// The same, inside a directory that stays the one it is.
    func inside(_ directory: HeldDirectory) -> DurableFiles {
        var files = self
        files.held = directory
        return files
    }

    /// Where the system finds a path.
    func place(of path: String) -> FilePlace { held?.place(of: path) ?? FilePlace(path) }

    private func step(_ step: Step, _ path: String) throws {
        Failpoint.reached("files.\(Self.kind(of: path)).\(step.rawValue)")
        try before(step, path)
    }

    /// Which part of the state directory a path is in.
    private static func kind(of path: String) -> String {
        ["checkpoints", "training", "exports"].first { path.contains("/\($0)/") } ?? "state"
    }

    /// Creates a directory for owner and group unless it is there; its parent must be.
    ///
    /// Nobody else may read questions, answers and weights. A directory that is there keeps its mode. A
    /// parent that is missing is not made: the state directory may have been moved away, and nothing belongs
    /// in its place.
    func createDirectory(_ path: String) throws {
        try createDirectory(path, mode: 0o750, makesParents: false)
    }

    /// Creates the state directory itself; parents that are missing get the usual mode.
    func createStateDirectory(_ path: String) throws {
        try createDirectory(path, mode: 0o750, makesParents: true)
    }

    private func createDirectory(_ path: String, mode: mode_t, makesParents: Bool) throws {
        if isDirectory(path) { return }
        let parent = (path as NSString).deletingLastPathComponent
        if makesParents, !parent.isEmpty, parent != path {
            try createDirectory(parent, mode: 0o755, makesParents: true)
        }
        try step(.create, path)
        let place = place(of: path)
        guard mkdirat(place.directory, place.name, mode) == 0 || errno == EEXIST else {
            throw StoreError.file("create directory", path, errno)
        }
        try flushDirectory(parent.isEmpty ? "." : parent)
    }

    /// Writes a directory whole: after a crash it is there with every byte, or not there.
    ///
    /// A directory of that name gives way to the new one. Files are written in the order given.
    func writeDirectory(_ path: String, files: [FileContent]) throws {
        let parent = (path as NSString).deletingLastPathComponent
        let name = (path as NSString).lastPathComponent
        let temporary = parent + "/" + Self.temporaryPrefix + name
        try remove(temporary)
        try createDirectory(temporary)
        do {
            for file in files { try write(file.bytes, to: temporary + "/" + file.name) }
            try flushDirectory(temporary)
            try remove(path)
            try step(.rename, path)
            let (old, new) = (place(of: temporary), place(of: path))
            guard renameat(old.directory, old.name, new.directory, new.name) == 0 else {
                throw StoreError.file("rename to", path, errno)
            }
            Failpoint.reached("files.\(Self.kind(of: path)).renamed")
        } catch {
            // Best effort: what stays is removed when the state is opened next.
            _ = place(of: temporary).remove()
            throw error
        }
        try flushDirectory(parent)
    }

    /// Gives a directory that another writer has filled its real name, every file in it flushed first.
    ///
    /// Nothing may have that name yet.
    func install(_ temporary: String, as path: String) throws {
        for name in try names(in: temporary) { try flush(temporary + "/" + name) }
        try flushDirectory(temporary)
        try step(.rename, path)
        let (old, new) = (place(of: temporary), place(of: path))
        guard renameat(old.directory, old.name, new.directory, new.name) == 0 else {
            throw StoreError.file("rename to", path, errno)
        }
        Failpoint.reached("files.\(Self.kind(of: path)).renamed")
        try flushDirectory((path as NSString).deletingLastPathComponent)
    }

    private func flush(_ path: String) throws {
        try step(.flush, path)
        let descriptor = place(of: path).open(O_RDONLY)
        guard descriptor >= 0 else { throw StoreError.file("open", path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError.file("flush", path, errno) }
    }

    /// Writes, flushes and removes a small file, to see that a directory can be written.
    func probe(in directory: String) throws {
        let path = directory + "/" + Self.temporaryPrefix + "probe"
        try remove(path)
        do {
            try write([UInt8](repeating: 0, count: 4096), to: path)
        } catch {
            _ = place(of: path).remove()
            throw error
        }
        try remove(path)
    }

    /// Removes a file or a directory with all it holds; nothing there is fine.
    func remove(_ path: String) throws {
        let place = place(of: path)
        var status = stat()
        guard fstatat(place.directory, place.name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
        try step(.remove, path)
        guard place.remove() else { throw StoreError.file("remove", path, errno) }
    }

    /// Names in a directory, sorted; none when it is not there.
    func names(in path: String) throws -> [String] {
        guard isDirectory(path) else { return [] }
        guard let names = place(of: path).names() else { throw StoreError.file("list", path, errno) }
        return names.sorted()
    }

    /// Whether a directory is there.
    func isDirectory(_ path: String) -> Bool {
        place(of: path).status().map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try step(.create, path)
        let descriptor = place(of: path).open(O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
        guard descriptor >= 0 else { throw StoreError.file("create", path, errno) }
        defer { close(descriptor) }
        try step(.write, path)
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw StoreError.file("write", path, errno)
            }
            offset += count
        }
        try step(.flush, path)
        guard fsync(descriptor) == 0 else { throw StoreError.file("flush", path, errno) }
    }

    private func flushDirectory(_ path: String) throws {
        try step(.flushDirectory, path)
        let descriptor = place(of: path).open(O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw StoreError.file("open directory", path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError.file("flush directory", path, errno) }
        Failpoint.reached("files.\(Self.kind(of: path)).flushedDirectory")
    }
}
