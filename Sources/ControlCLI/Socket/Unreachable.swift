package import ControlAPI
import Glibc

/// What is said when nothing answers on the socket.
package enum Unreachable {
    /// The group whose members may use the socket.
    package static let group = "autodidact"
    /// The next command to run.
    package static let hint =
        "look at \"systemctl status autodidactd\", with --user for a service of your own, "
        + "or in a checkout start one with \"autodidactd --config FILE\""

    /// The problem for a failed connection.
    ///
    /// - Parameters:
    ///   - socketPath: The socket.
    ///   - code: The error number.
    ///   - places: Where a daemon was looked for; empty if the socket was named.
    /// - Returns: What to say.
    package static func problem(_ socketPath: String, errno code: Int32, places: [String] = []) -> Problem {
        switch code {
        case EACCES, EPERM:
            return Problem(
                .permission,
                "no permission to open \(socketPath)",
                hint: "become a member of the group \(group) (\"sudo usermod -aG \(group) $USER\", "
                    + "then log in again) or use sudo"
            )
        case ENOENT, ECONNREFUSED:
            if !places.isEmpty {
                return Problem(
                    .noDaemon,
                    "no daemon answers; looked at \(places.joined(separator: ", "))",
                    hint: hint
                )
            }
            let detail =
                code == ENOENT
                ? "no daemon: the socket \(socketPath) does not exist"
                : "no daemon answers on the socket \(socketPath)"
            return Problem(.noDaemon, detail, hint: hint)
        default:
            let reason = String(cString: strerror(code))
            return Problem(.noDaemon, "no daemon answers on the socket \(socketPath): \(reason)", hint: hint)
        }
    }
}
