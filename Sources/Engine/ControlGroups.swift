import Foundation

/// The cgroup v2 groups that this process is in, and their limits.
struct ControlGroups {
    /// The process's own group and all above it, nearest first, `""` for the root; none without cgroup v2.
    private let paths: [String]
    private let root: String

    /// Finds the groups.
    ///
    /// - Parameters:
    ///   - cgroup: The file that names the process's group.
    ///   - root: Where groups are.
    init(cgroup: String, root: String) {
        self.root = root
        guard let text = try? String(contentsOfFile: cgroup, encoding: .utf8),
            let own = text.split(separator: "\n").first(where: { $0.hasPrefix("0::") })?.dropFirst(3)
        else {
            paths = []
            return
        }
        let names = own.split(separator: "/")
        paths = (0...names.count).reversed().map { count in names.prefix(count).map { "/" + $0 }.joined() }
    }

    /// What a file says in each group that has it.
    func limits(_ name: String) -> [(group: String, text: String)] {
        paths.compactMap { group in
            let text = try? String(contentsOfFile: root + group + "/" + name, encoding: .utf8)
            return text.map {
                (group.isEmpty ? "/" : group, $0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }
    }
}
