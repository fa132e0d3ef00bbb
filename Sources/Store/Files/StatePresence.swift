import Glibc
import Synchronization

/// Which file a path leads to.
struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64

    /// Nil when nothing is there, or what is there has gone away.
    ///
    /// Follows links: a state directory may be one.
    ///
    /// - Parameter path: The path.
    /// - Throws: `StoreError` when the system does not let us look.
    init?(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            // A network file system that is away says so in its own words.
            if [ENOENT, ENOTDIR, ESTALE, ENOTCONN, EHOSTDOWN, ENODEV, ENXIO].contains(errno) { return nil }
            throw StoreError.file("look at", path, errno)
        }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }

    /// The kernel's major and minor number of a device.
    static func numbers(of device: UInt64) -> (major: UInt32, minor: UInt32) {
        (
            UInt32(truncatingIfNeeded: (device >> 8) & 0xfff | (device >> 32) & ~0xfff),
            UInt32(truncatingIfNeeded: device & 0xff | (device >> 12) & ~0xff)
        )
    }
}

/// Whether the state directory is still the one that was opened.
///
/// Open descriptors go on working when a directory is moved, unmounted or removed; what is written through
/// them may be lost, and what is written by path lands elsewhere. So every transaction and every phase looks
/// first.
final class StatePresence: Sendable {
    private let state: StateDirectory
    private let known = Mutex<Known?>(nil)

    private struct Known {
        var directory: FileIdentity
        /// The very files.
        var files: [String: FileIdentity]
        /// Directories that may be made again, but not on another file system.
        var devices: [String: UInt64]
        /// The file system of `exports`; nil when it was not there.
        var exports: UInt64?
    }

    init(_ state: StateDirectory) { self.state = state }

    /// Takes what is there now as what must stay.
    func remember() throws {
        guard let directory = try FileIdentity(state.path) else {
            throw absent(state.path, "is not there any more")
        }
        var now = Known(directory: directory, files: [:], devices: [:])
        for path in [state.journal, state.journal + "-wal"] { now.files[path] = try FileIdentity(path) }
        for path in [state.checkpoints, state.training] { now.devices[path] = try FileIdentity(path)?.device }
        now.exports = try FileIdentity(state.exports)?.device
        let found = now
        known.withLock { $0 = found }
    }

    /// Looks again; nothing to say before `remember`.
    ///
    /// - Throws: `StoreError` `state_absent`; or what the system says when it does not let us look.
    func check() throws {
        guard let known = known.withLock({ $0 }) else { return }
        guard let directory = try FileIdentity(state.path) else {
            throw absent(state.path, "is not there any more: moved, unmounted or removed")
        }
        guard directory == known.directory else {
            throw absent(state.path, "is another directory now: something was moved or unmounted")
        }
        for (path, identity) in known.files.sorted(by: { $0.key < $1.key }) {
            guard let found = try FileIdentity(path) else { throw absent(path, "is not there any more") }
            guard found == identity else { throw absent(path, "is another file now") }
        }
        for (path, device) in known.devices {
            guard let found = try FileIdentity(path) else {
                if path == state.checkpoints { throw absent(path, "is not there any more") }
                continue
            }
            guard found.device == device else { throw absent(path, "is on another file system now") }
        }
    }

    /// Looks whether `exports` is still on its own disk, if it has one: where that was mounted there is an
    /// empty directory now, which must not be filled.
    ///
    /// - Throws: `StoreError` `state_absent`; or what the system says when it does not let us look.
    func checkExports() throws {
        guard let known = known.withLock({ $0 }), let device = known.exports else { return }
        let found = try FileIdentity(state.exports)?.device
        // On the state directory's own disk it may be removed, and is made again.
        if found == nil, device == known.directory.device { return }
        if found != device { throw absent(state.exports, "is on another file system now") }
    }

    private func absent(_ path: String, _ what: String) -> StoreError {
        StoreError(
            .stateAbsent,
            "\(path) \(what); put it back as it was, or stop the daemon before you use another one in its place"
        )
    }
}
