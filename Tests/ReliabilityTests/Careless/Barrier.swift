import Foundation
import Glibc

/// Keeps everybody from making or removing names in a directory, root included, until it is lifted.
///
/// Modes keep an ordinary user out. Root passes them, so for root the directory is made immutable, or, where
/// the file system knows no such thing, mounted over itself read-only.
final class Barrier {
    /// How it is done.
    enum Kind: String {
        case mode = "a mode"
        case immutable = "the immutable flag"
        case mount = "a read-only mount"
    }

    let kind: Kind
    private let path: String
    private var isUp = true
    private var mode: mode_t = 0o750

    private static let readFlags: UInt = 0x8008_6601
    private static let writeFlags: UInt = 0x4008_6602
    private static let immutable: Int = 0x10

    /// Raises it; nil where nothing of this is possible.
    ///
    /// - Parameters:
    ///   - path: The directory.
    ///   - mayMount: Whether a mount does as well: a daemon that runs reaches files inside its state directory
    ///     through a descriptor, and so under what is mounted over that very directory.
    init?(_ path: String, mayMount: Bool) {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        mode = status.st_mode & 0o7777
        if geteuid() != 0 {
            guard chmod(path, 0o555) == 0 else { return nil }
            kind = .mode
        } else if Self.setImmutable(true, path) {
            kind = .immutable
        } else if mayMount, Self.mountReadOnly(path) {
            kind = .mount
        } else {
            return nil
        }
        guard !Self.canWrite(path) else {
            lift()
            return nil
        }
    }

    deinit { lift() }

    /// Lets everybody in again.
    func lift() {
        guard isUp else { return }
        isUp = false
        switch kind {
        case .mode: _ = chmod(path, mode)
        case .immutable: _ = Self.setImmutable(false, path)
        case .mount: _ = umount2(path, Int32(MNT_DETACH))
        }
    }

    private static func setImmutable(_ isSet: Bool, _ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var flags = 0
        guard ioctl(descriptor, readFlags, &flags) == 0 else { return false }
        flags = isSet ? flags | immutable : flags & ~immutable
        return ioctl(descriptor, writeFlags, &flags) == 0
    }

    private static func mountReadOnly(_ path: String) -> Bool {
        guard mount(path, path, nil, UInt(MS_BIND), nil) == 0 else { return false }
        if mount(nil, path, nil, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY), nil) == 0 { return true }
        umount2(path, Int32(MNT_DETACH))
        return false
    }

    private static func canWrite(_ path: String) -> Bool {
        let name = path + "/.tmp-barrier"
        let descriptor = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        unlink(name)
        return true
    }
}
