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

    /// Picks the socket: `--socket`, then the environment, then the installed daemon's, then the checkout's.
    package static func resolve(
        option: String?,
        environment: [String: String],
        exists: (String) -> Bool = { access($0, F_OK) == 0 }
    ) throws(Problem) -> String {
        let path: String
        if let option {
            path = option
        } else if let named = environment[variable], !named.isEmpty {
            path = named
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
}
