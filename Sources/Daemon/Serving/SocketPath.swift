import ControlAPI
import Foundation
import Glibc
import Loop

/// The control socket's place in the file system.
package struct SocketPath: Sendable {
    /// The path as given.
    package let path: String
    /// A socket that the service manager listens on for us; it outlives this process and is never removed.
    private let inherited: Int32?

    /// Checks length and directory.
    ///
    /// - Parameter path: Where the socket will be.
    /// - Throws: `DaemonError` when the kernel could not bind it.
    package init(_ path: String) throws(DaemonError) {
        let length = path.utf8.count
        guard length <= ControlLimits.socketPathByteCount else {
            throw DaemonError(
                .invalidConfiguration,
                "socket path \(path) has \(length) bytes, Linux allows \(ControlLimits.socketPathByteCount); "
                    + "set socket or --socket to a shorter path"
            )
        }
        self.path = path
        inherited = nil
    }

    /// A socket held by the service manager.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - inherited: Its descriptor.
    package init(_ path: String, inherited: Int32) {
        self.path = path
        self.inherited = inherited
    }

    /// Makes the path free to bind: refuses if a daemon answers, removes a socket nobody listens on.
    ///
    /// - Throws: `DaemonError` when the path cannot be bound.
    package func prepare() throws(DaemonError) { try checkFree(removesStale: true) }

    /// Refuses a path that could not be bound; removes nothing unless told to.
    ///
    /// - Parameters:
    ///   - removesStale: Whether a socket nobody listens on is removed.
    ///   - stateDirectory: A directory that will have been made before the socket is bound.
    /// - Throws: `DaemonError` when the path cannot be bound.
    package func checkFree(removesStale: Bool = false, stateDirectory: String? = nil) throws(DaemonError) {
        if inherited != nil { return }
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure("cannot look at", errno) }
            let directory = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
            let isMadeLater = stateDirectory.map { Self.isSame($0, directory) } ?? false
            guard isMadeLater || FileManager.default.fileExists(atPath: directory) else {
                throw DaemonError(
                    .invalidConfiguration,
                    "socket directory \(directory) does not exist; create it, or set socket to another path"
                )
            }
            // Now, and not when the journal has been opened already.
            if access(directory, W_OK | X_OK) != 0, errno != ENOENT { throw failure("cannot make", errno) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw DaemonError(
                .invalidConfiguration,
                "\(path) is there and not a socket; set socket to another path, or remove the file"
            )
        }
        switch connectError() {
        case 0, EAGAIN:
            throw DaemonError(
                .socketInUse,
                "socket \(path) is in use by a running daemon; stop that one, or set socket to another path"
            )
        case ECONNREFUSED:
            guard removesStale else { return }
            guard unlink(path) == 0 || errno == ENOENT else {
                throw failure("cannot remove the stale", errno)
            }
        case ENOENT: return
        case let code: throw failure("cannot connect to", code)
        }
    }

    /// A bound socket that lets owner and group in, nobody else.
    ///
    /// Its mode is set before anybody can connect; the server begins to listen.
    ///
    /// - Returns: A descriptor that the caller owns.
    /// - Throws: `DaemonError` when the path cannot be bound.
    package func bound() throws(DaemonError) -> Int32 {
        if let inherited { return inherited }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { throw failure("cannot make", errno) }
        guard withAddress({ Glibc.bind(descriptor, $0, $1) }) == 0, chmod(path, 0o660) == 0 else {
            let code = errno
            close(descriptor)
            throw failure("cannot bind", code)
        }
        return descriptor
    }

    /// Which file the path leads to, so that another one in its place is known as such.
    package struct Mark: Hashable, Sendable {
        private let device: UInt64
        private let inode: UInt64

        fileprivate init?(_ path: String) {
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
        }
    }

    /// What is at the path now; nil for nothing.
    package var mark: Mark? { Mark(path) }

    /// Removes the socket's file at the end, unless the service manager holds it.
    ///
    /// - Parameter mark: What it was when it was bound: if its name was removed, another daemon may have
    ///   bound the path since, and its socket stays.
    package func remove(_ mark: Mark?) {
        guard inherited == nil, let mark, mark == self.mark else { return }
        _ = unlink(path)
    }

    private func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        URL(filePath: one, directoryHint: .isDirectory).standardizedFileURL
            == URL(filePath: other, directoryHint: .isDirectory).standardizedFileURL
    }

    /// What connecting gives: 0 when somebody answers, otherwise the error number.
    private func connectError() -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        let result = withAddress { connect(descriptor, $0, $1) }
        return result == 0 ? 0 : errno
    }

    private func failure(_ what: String, _ code: Int32) -> DaemonError {
        DaemonError(
            SystemFailure.isDenied(code) ? .permission : .systemFailed,
            "\(what) socket \(path): \(String(cString: strerror(code))); check its directory's owner and mode"
        )
    }
}
