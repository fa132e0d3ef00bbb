package import ControlAPI
import Glibc

/// Where the daemon listens.
package enum SocketPath {
    /// The socket of an installed daemon.
    package static let system = "/run/autodidact/control.sock"
    /// The socket of a daemon run from a checkout.
    package static let checkout = "state/control.sock"
    /// The environment variable that names another one.
    package static let variable = "AUTODIDACT_SOCKET"
    /// The environment variable that names the directory of a user's sockets.
    package static let runtimeVariable = "XDG_RUNTIME_DIR"

    /// The socket of a user's own service; nil where the user has no directory for it.
    package static func user(_ environment: [String: String]) -> String? {
        guard let directory = environment[runtimeVariable], directory.hasPrefix("/") else { return nil }
        let path = directory + "/autodidact/control.sock"
        return path.utf8.count <= ControlLimits.socketPathByteCount ? path : nil
    }

    /// Where a daemon is looked for, in order; empty if somebody names its socket.
    package static func places(option: String?, environment: [String: String]) -> [String] {
        guard named(option, environment) == nil else { return [] }
        return [user(environment), system, checkout].compactMap { $0 }
    }

    /// Picks the socket: `--socket`, then the environment, then that of the user's own service if it answers,
    /// then the installed daemon's, then the checkout's.
    ///
    /// - Parameters:
    ///   - option: What `--socket` says.
    ///   - environment: Environment variables.
    ///   - exists: Whether there is a file.
    ///   - answers: Whether somebody listens on a socket: one that a killed daemon has left does not count.
    /// - Returns: The path.
    /// - Throws: `Problem` if it cannot be a socket's path.
    package static func resolve(
        option: String?,
        environment: [String: String],
        exists: (String) -> Bool = { access($0, F_OK) == 0 },
        answers: (String) -> Bool = { connects(to: $0) }
    ) throws(Problem) -> String {
        let path: String
        if let named = named(option, environment) {
            path = named
        } else if let user = user(environment), answers(user) {
            path = user
        } else if !exists(system), exists(checkout) {
            path = checkout
        } else {
            path = system
        }
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw Problem(.usage, "the socket path is empty", hint: "give one with --socket PATH")
        }
        guard path.utf8.count <= ControlLimits.socketPathByteCount else {
            throw Problem(
                .usage,
                "the socket path has \(path.utf8.count) bytes, Linux allows "
                    + "\(ControlLimits.socketPathByteCount): \(path)",
                hint: "use a shorter one, for example a symbolic link to its directory"
            )
        }
        return path
    }

    private static func named(_ option: String?, _ environment: [String: String]) -> String? {
        if let option { return option }
        guard let named = environment[variable], !named.isEmpty else { return nil }
        return named
    }

    /// Whether a connection is taken, or would be if fewer were waiting.
    package static func connects(to path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 || errno == EAGAIN
    }
}
