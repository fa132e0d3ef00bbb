package import ControlAPI
import Glibc

/// What is said when nothing answers on the socket.
package enum Unreachable {
    /// The group whose members may use the socket.
    package static let group = "autodidact"
    /// The next command to run.
    package static let hint =
        "look at \"systemctl status autodidactd\", or in a checkout start one with \"autodidactd --config FILE\""

    /// The problem for a failed connection.
    package static func problem(_ socketPath: String, errno code: Int32) -> Problem {
        switch code {
        case EACCES, EPERM:
            return Problem(
                .permission,
                "no permission to open \(socketPath)",
                hint: "become a member of the group \(group) (\"sudo usermod -aG \(group) $USER\", "
                    + "then log in again) or use sudo"
            )
        case ENOENT:
            return Problem(.noDaemon, "no daemon: the socket \(socketPath) does not exist", hint: hint)
        case ECONNREFUSED:
            return Problem(.noDaemon, "no daemon answers on the socket \(socketPath)", hint: hint)
        default:
            let reason = String(cString: strerror(code))
            return Problem(.noDaemon, "no daemon answers on the socket \(socketPath): \(reason)", hint: hint)
        }
    }
}
