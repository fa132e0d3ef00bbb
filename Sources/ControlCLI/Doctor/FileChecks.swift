import ControlAPI
import Foundation
import Glibc

/// What is on the disk and who may use it: shared libraries, the state directory, the socket.
enum FileChecks {
    /// The user that the installed service runs as.
    private static let serviceUser = "autodidact"

    /// Debian's packages by a part of the library's name.
    private static let packages = [
        ("libsqlite3", "libsqlite3-0"), ("libsystemd", "libsystemd0"), ("libstdc++", "libstdc++6"),
    ]

    /// Whether the program finds every shared library.
    static func libraries(of program: String) -> Finding {
        guard let result = try? DaemonProgram.run("/usr/bin/ldd", [program]), result.status == 0 else {
            return Finding("packages", .warning, "ldd cannot read \(program): not checked")
        }
        return libraries(listing: result.output)
    }

    /// The same from ldd's output.
    static func libraries(listing: String) -> Finding {
        let lines = listing.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let missing = lines.filter { $0.hasSuffix("not found") }.compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        guard !missing.isEmpty else {
            return Finding("packages", .good, "all \(lines.count) shared libraries found")
        }
        let needed = Set(
            missing.compactMap { name in packages.first { name.hasPrefix($0.0) }?.1 }
        ).sorted()
        return Finding(
            "packages",
            .problem,
            "not found: \(missing.joined(separator: ", "))",
            remedy: needed.isEmpty
                ? "install autodidactd again, with its libraries"
                : "\"sudo apt install \(needed.joined(separator: " "))\""
        )
    }

    /// Whether the state directory belongs to the user that runs the daemon, and nobody else may use it.
    static func permissions(_ directory: String) -> Finding {
        var status = stat()
        guard stat(directory, &status) == 0 else {
            return Finding("permissions", .good, "\(directory) is not there yet: the first start creates it")
        }
        let owner = name(ofUser: status.st_uid)
        let text = "\(directory) belongs to \(owner), mode \(octal(status.st_mode))"
        guard owner == serviceUser || status.st_uid == getuid() else {
            return Finding(
                "permissions",
                .warning,
                text,
                remedy: "\"sudo chown -R \(serviceUser): \(directory)\", unless \(owner) runs the daemon"
            )
        }
        guard status.st_mode & 0o007 == 0 else {
            return Finding(
                "permissions",
                .warning,
                "\(text): everybody can look into it",
                remedy: "\"sudo chmod o= \(directory)\""
            )
        }
        return Finding("permissions", .good, text)
    }

    /// Whether there is a socket that this user may open.
    static func socket(_ path: String) -> Finding {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let isHidden = errno == EACCES
            return Finding(
                "socket",
                isHidden ? .problem : .warning,
                isHidden ? "no permission to check \(path)" : "there is none at \(path)",
                remedy: isHidden ? Unreachable.problem(path, errno: EACCES).hint : Unreachable.hint
            )
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            return Finding(
                "socket",
                .problem,
                "\(path) is not a socket",
                remedy: "remove it, then start autodidactd again"
            )
        }
        let text = "\(path), mode \(octal(status.st_mode)), group \(name(ofGroup: status.st_gid))"
        guard access(path, R_OK | W_OK) == 0 else {
            return Finding("socket", .problem, text, remedy: Unreachable.problem(path, errno: EACCES).hint)
        }
        return Finding("socket", .good, text)
    }

    private static func octal(_ mode: mode_t) -> String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static func name(ofUser id: uid_t) -> String {
        getpwuid(id).flatMap { $0.pointee.pw_name }.map { String(cString: $0) } ?? "\(id)"
    }

    private static func name(ofGroup id: gid_t) -> String {
        getgrgid(id).flatMap { $0.pointee.gr_name }.map { String(cString: $0) } ?? "\(id)"
    }
}
