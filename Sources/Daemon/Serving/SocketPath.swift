import ControlAPI
import Foundation
import Glibc

/// The control socket's place in the file system.
package struct SocketPath: Sendable {
    /// The path as given.
    package let path: String

    /// Checks length and directory.
    ///
    /// - Parameter path: Where the socket shall be.
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
    }

    /// Makes the path free to bind: refuses where a daemon answers, removes a socket nobody listens on.
    ///
    /// Hummingbird removes whatever lies there without asking, so this must come first.
    package func prepare() throws(DaemonError) { try checkFree(removesStale: true) }

    /// Refuses a path that could not be bound; removes nothing unless told to.
    ///
    /// - Parameters:
    ///   - removesStale: Whether a socket nobody listens on goes.
    ///   - stateDirectory: A directory that will have been made before the socket is bound.
    /// - Throws: `DaemonError` when the path cannot be bound.
    package func checkFree(removesStale: Bool = false, stateDirectory: String? = nil) throws(DaemonError) {
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

    /// Lets owner and group in, nobody else.
    package func restrict() throws(DaemonError) {
        guard chmod(path, 0o660) == 0 else { throw failure("cannot set the mode of", errno) }
    }

    /// Removes the socket's file at the end.
    package func remove() { _ = unlink(path) }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        URL(filePath: one, directoryHint: .isDirectory).standardizedFileURL
            == URL(filePath: other, directoryHint: .isDirectory).standardizedFileURL
    }

    /// What connecting gives: 0 when somebody answers, else the error number.
    private func connectError() -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? 0 : errno
    }

    private func failure(_ what: String, _ code: Int32) -> DaemonError {
        DaemonError(
            code == EACCES || code == EPERM ? .permission : .systemFailed,
            "\(what) socket \(path): \(String(cString: strerror(code))); check its directory's owner and mode"
        )
    }
}
