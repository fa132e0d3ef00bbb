import Foundation
import Glibc
import Testing

/// A directory byte for byte, with names, types, modes, sizes and times of change.
struct StatePicture: Equatable {
    private let entries: [String: String]

    /// Looks at a directory; one that is not there has no entries.
    init(_ path: String) throws {
        var entries: [String: String] = [:]
        let below = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        for name in [""] + below {
            var status = stat()
            guard lstat(path + "/" + name, &status) == 0 else { continue }
            let isFile = status.st_mode & S_IFMT == S_IFREG
            let bytes =
                isFile ? try Data(contentsOf: URL(filePath: path + "/" + name)).base64EncodedString() : ""
            let time = "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
            entries[name] =
                "mode \(status.st_mode) size \(status.st_size) time \(time) inode \(status.st_ino) \(bytes)"
        }
        self.entries = entries
    }

    /// What is new, gone or changed, without the bytes.
    func differences(from other: StatePicture) -> [String] {
        Set(entries.keys).union(other.entries.keys).sorted().compactMap { name in
            guard entries[name] != other.entries[name] else { return nil }
            let (now, before) = (
                entries[name]?.prefix(90) ?? "nothing", other.entries[name]?.prefix(90) ?? "nothing"
            )
            return "\(name.isEmpty ? "the directory" : name): \(before) became \(now)"
        }
    }
}
