import Foundation

/// The file system that a state directory lies on.
public enum StateVolume {
    /// Types whose locks and flushes SQLite cannot rely on; FUSE is told apart by what runs behind it.
    private static let networkTypes: Set<String> = [
        "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "glusterfs", "ncpfs",
        "coda",
    ]
    private static let localFuse: Set<String> = [
        "fuse.fuse-overlayfs", "fuse.ntfs-3g", "fuse.ext2", "fuse.ext4",
    ]

    /// The network file system that a path lies on.
    ///
    /// - Parameter path: A path; if it is not there yet, what counts is the directory that it will be made
    ///   in.
    /// - Returns: Its type, such as `nfs4` or `fuse.sshfs`; nil on a local one.
    public static func networkType(of path: String) -> String? {
        guard let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) else {
            return nil
        }
        var place = path
        while !FileManager.default.fileExists(atPath: place), place.count > 1 {
            place = (place as NSString).deletingLastPathComponent
        }
        return networkType(of: (place as NSString).resolvingSymlinksInPath, mounts: mounts)
    }

    /// The same by a list of mounts as `/proc/self/mountinfo` has it.
    package static func networkType(of path: String, mounts: String) -> String? {
        var best: (length: Int, type: String)?
        for line in mounts.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let dash = words.firstIndex(of: "-"), words.count > dash + 1, dash > 4 else { continue }
            let point = unescaped(words[4])
            guard path == point || path.hasPrefix(point == "/" ? "/" : point + "/") else { continue }
            // Of two mounts on one place the later one is seen.
            if best.map({ point.utf8.count >= $0.length }) ?? true {
                best = (point.utf8.count, String(words[dash + 1]))
            }
        }
        guard let type = best?.type else { return nil }
        let isNetwork = networkTypes.contains(type) || type.hasPrefix("fuse.") && !localFuse.contains(type)
        return isNetwork ? type : nil
    }

    /// What to say of a state directory on such a file system; empty on a local one.
    public static func warnings(of path: String) -> [String] {
        networkType(of: path).map { [warning(of: path, type: $0)] } ?? []
    }

    /// What to say of a state directory on a file system of a type.
    package static func warning(of path: String, type: String) -> String {
        "stateDirectory: \(path) is on a network file system (\(type)): SQLite's locks and flushes may not hold there, "
            + "and a cut connection holds the loop; put the state on a local disk"
    }

    /// Blanks and the like are written as three octal digits.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
