import Glibc

/// A directory that was opened once.
///
/// What is inside is reached relative to its descriptor: wherever the directory is moved, and whatever takes
/// its name, no file lands outside it.
final class HeldDirectory: Sendable {
    /// Under which path it was opened.
    let path: String
    /// Its descriptor.
    let descriptor: Int32

    /// Opens a directory that is there.
    init(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError.file("open", path, errno) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Where the system finds a path: relative to this directory if it is inside, otherwise as it is.
    func place(of path: String) -> FilePlace {
        if path == self.path { return FilePlace(directory: descriptor, name: ".") }
        guard path.hasPrefix(self.path + "/") else { return FilePlace(path) }
        return FilePlace(directory: descriptor, name: String(path.dropFirst(self.path.count + 1)))
    }
}

/// What a system call of the `openat` family is given: a directory's descriptor, and a name relative to it.
struct FilePlace {
    let directory: Int32
    let name: String

    /// A name in a directory.
    init(directory: Int32, name: String) {
        self.directory = directory
        self.name = name
    }

    /// A path, as the process sees it.
    init(_ path: String) { self.init(directory: AT_FDCWD, name: path) }

    /// Opens it; -1 and `errno` on failure.
    func open(_ flags: Int32, mode: mode_t = 0) -> Int32 { openat(directory, name, flags | O_CLOEXEC, mode) }

    /// What is there, following links; nil and `errno` otherwise.
    func status() -> stat? {
        var status = stat()
        return fstatat(directory, name, &status, 0) == 0 ? status : nil
    }

    /// Names in this directory except `.` and `..`, in no order; nil and `errno` on failure.
    func names() -> [String]? {
        let descriptor = open(O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { return nil }
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return nil
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { return errno == 0 ? names : nil }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// Removes a file, or a directory with all it holds, and follows no links; false and `errno` on failure.
    func remove() -> Bool {
        if unlinkat(directory, name, 0) == 0 || errno == ENOENT { return true }
        guard errno == EISDIR || errno == EPERM else { return false }
        let reason = errno
        let descriptor = open(O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOTDIR { errno = reason }
            return false
        }
        defer { close(descriptor) }
        guard let names = FilePlace(directory: descriptor, name: ".").names() else { return false }
        for name in names.sorted() {
            guard FilePlace(directory: descriptor, name: name).remove() else { return false }
        }
        return unlinkat(directory, name, AT_REMOVEDIR) == 0
    }
}
