import Foundation
import Glibc
import Synchronization

/// The exclusive hold on a state directory; ends when the value is released or the process dies.
///
/// The directory itself is locked: removing names in it lets nobody else in. The file `lock` is locked too,
/// for versions that know only that one, and says who holds it.
final class StateLock: Sendable {
    /// The directory, for as long as the lock is held.
    let directory: HeldDirectory
    private let file: LockFile

    /// Takes the lock of a directory that is there; writes nothing.
    init(_ state: StateDirectory) throws {
        directory = try HeldDirectory(state.path)
        if flock(directory.descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { throw Self.isHeld(state) }
            // Some network file systems lock no directories; the file's lock has to do there.
            guard [EBADF, ENOLCK, EOPNOTSUPP, EINVAL, ENOSYS].contains(errno) else {
                throw StoreError.file("lock", state.path, errno)
            }
        }
        file = LockFile(state, directory.place(of: state.lock))
        try file.take(flags: 0)
    }

    /// Leaves this process's id in the lock file; the first write of a start.
    func claim() throws {
        try file.take(flags: O_CREAT)
        try file.write("\(getpid())\n")
    }

    /// The error for whoever comes second.
    fileprivate static func isHeld(_ state: StateDirectory) -> StoreError {
        let holder =
            (holder(of: state.path) ?? written(in: state.lock)).map { "process \($0)" } ?? "another process"
        return StoreError(
            .stateLocked,
            "state directory \(state.path) is held by \(holder); stop it or choose another directory"
        )
    }

    /// The process that has locked a file, as the kernel lists it; nil where it does not say.
    private static func holder(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0,
            let list = try? String(contentsOfFile: "/proc/locks", encoding: .utf8)
        else { return nil }
        let (major, minor) = FileIdentity.numbers(of: UInt64(status.st_dev))
        let name = String(format: "%02x:%02x:%llu", major, minor, UInt64(status.st_ino))
        for line in list.split(separator: "\n") where line.contains("FLOCK") {
            let words = line.split(separator: " ")
            // 1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF
            if words.count > 5, words[5] == name, let id = Int(words[4]), id > 0 { return "\(id)" }
        }
        return nil
    }

    private static func written(in path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 10 }, as: UTF8.self)
        return text.isEmpty ? nil : text
    }
}

/// The file `lock`.
private final class LockFile: Sendable {
    private let state: StateDirectory
    private let place: FilePlace
    private let descriptor = Mutex<Int32>(-1)

    init(_ state: StateDirectory, _ place: FilePlace) {
        self.state = state
        self.place = place
    }

    deinit {
        let number = descriptor.withLock { $0 }
        if number >= 0 { close(number) }
    }

    /// Locks the file unless that is done; without `O_CREAT`, one that is not there is left for later.
    func take(flags: Int32) throws {
        try descriptor.withLock { descriptor in
            guard descriptor < 0 else { return }
            let number = place.open(O_RDWR | flags, mode: 0o644)
            guard number >= 0 else {
                if errno == ENOENT, flags & O_CREAT == 0 { return }
                throw StoreError.file("open", state.lock, errno)
            }
            guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
                let reason = errno
                close(number)
                guard reason == EWOULDBLOCK else { throw StoreError.file("lock", state.lock, reason) }
                throw StateLock.isHeld(state)
            }
            descriptor = number
        }
    }

    /// Replaces its text; what was there stays if the disk is full.
    func write(_ text: String) throws {
        try descriptor.withLock { descriptor in
            let bytes = Array(text.utf8)
            guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count,
                ftruncate(descriptor, off_t(bytes.count)) == 0
            else { throw StoreError.file("write", state.lock, errno) }
        }
    }
}
