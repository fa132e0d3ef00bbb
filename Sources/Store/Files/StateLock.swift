import Glibc

/// The exclusive hold on a state directory; ends when the value is released or the process dies.
final class StateLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock and writes this process's id into the file, so that a second process can name it.
    init(file path: String, of directory: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StoreError.file("open", path, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            let holder = Self.holder(descriptor)
            close(descriptor)
            guard number == EWOULDBLOCK else { throw StoreError.file("lock", path, number) }
            throw StoreError(
                .stateLocked,
                "state directory \(directory) is held by process \(holder); stop it or choose another directory"
            )
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
            let number = errno
            close(descriptor)
            throw StoreError.file("write", path, number)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 10 }, as: UTF8.self)
        return text.isEmpty ? "unknown" : text
    }
}
