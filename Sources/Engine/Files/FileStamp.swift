import Crypto
import Foundation
import Glibc
import Loop
import Synchronization

/// What tells whether the file at a path is still the one that was opened: its place, size and times of
/// change.
struct FileStamp: Hashable, Sendable {
    /// The path it was opened by.
    let path: String
    private let byteCount: Int64
    private let seconds: Int
    private let nanoseconds: Int
    private let inode: UInt64
    private let device: UInt64
    /// When anything of the file last changed; unlike the content's own time, no program can set it.
    private var statusSeconds: Int
    private var statusNanoseconds: Int

    /// Keeps what the system said of an open file.
    init(path: String, _ status: stat) {
        self.path = path
        byteCount = Int64(status.st_size)
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        inode = UInt64(status.st_ino)
        device = UInt64(status.st_dev)
        (statusSeconds, statusNanoseconds) = (status.st_ctim.tv_sec, status.st_ctim.tv_nsec)
    }

    /// Looks at a path; nil when nothing is there.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(path: path, status)
    }

    /// Compares the file at the path now with this one.
    ///
    /// Call it before mapped pages are read: those of a file that was cut short end the process (SIGBUS).
    /// Where only the status time differs, the owner or a link may have changed, or a copy that keeps dates
    /// has written over the file: its content decides.
    ///
    /// - Parameters:
    ///   - sha256: What its content was, lower-case hex.
    ///   - harmless: Changes that left the content as it was.
    /// - Throws: `EngineError` of code `model_changed`, naming the file.
    func check(sha256: String?, _ harmless: HarmlessChanges) throws {
        let now = FileStamp(path: path)
        guard now != self else { return }
        if let now, differsInStatusTimeOnly(from: now) {
            if harmless.contains(now) { return }
            if try MappedFile.digests(of: [MappedFile(path: path)]).all == sha256 { return harmless.add(now) }
        }
        throw EngineError(
            .modelChanged,
            "cannot read \(path): it was \(now == nil ? "removed" : "changed") after the model was opened; "
                + "put the file back, or restart the daemon with another state directory"
        )
    }

    private func differsInStatusTimeOnly(from other: FileStamp) -> Bool {
        var other = other
        (other.statusSeconds, other.statusNanoseconds) = (statusSeconds, statusNanoseconds)
        return other == self
    }
}

/// Changes of files that left their content as it was, so that each is read for it once.
final class HarmlessChanges: Sendable {
    private let stamps = Mutex<Set<FileStamp>>([])

    /// Whether a file was found unchanged in this state.
    func contains(_ stamp: FileStamp) -> Bool { stamps.withLock { $0.contains(stamp) } }

    /// Remembers a file that was found unchanged.
    func add(_ stamp: FileStamp) { stamps.withLock { _ = $0.insert(stamp) } }
}

/// A small file of a model, read whole, with what tells whether it has changed since.
struct StampedFile: Sendable {
    /// Its name within the model's directory.
    let name: String
    /// Its content.
    let bytes: [UInt8]
    /// The file as it was when it was read.
    let stamp: FileStamp

    /// Reads a file of a directory; nil when it is not there or cannot be read.
    init?(_ name: String, in directory: String) {
        let path = "\(directory)/\(name)"
        guard let stamp = FileStamp(path: path), let content = FileManager.default.contents(atPath: path)
        else {
            return nil
        }
        self.name = name
        self.stamp = stamp
        bytes = Array(content)
    }

    /// SHA-256 of the content, lower-case hex.
    var sha256: String { SHA256.hash(data: bytes).hex }
}
