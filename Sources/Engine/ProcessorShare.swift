import Foundation

/// How many threads this process may keep busy: its affinity, cut by the CPU quotas of its cgroup and its
/// parents.
package enum ProcessorShare {
    /// At least 1.
    static func threadCount() -> Int {
        let affinity = CheckedKernels.affinityCount
        let allowed = affinity > 0 ? affinity : ProcessInfo.processInfo.activeProcessorCount
        return max(1, min(allowed, quota() ?? allowed))
    }

    /// CPUs of the lowest quota from the process's own cgroup up to the root, rounded up; nil if there is
    /// none.
    ///
    /// - Parameters:
    ///   - cgroup: The file that names the process's group.
    ///   - root: Where groups are.
    /// - Returns: CPUs.
    package static func quota(cgroup: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup") -> Int? {
        ControlGroups(cgroup: cgroup, root: root).limits("cpu.max").compactMap { limit -> Int? in
            let parts = limit.text.split(whereSeparator: \.isWhitespace)
            guard parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]), period > 0
            else { return nil }
            return Int((quota / period).rounded(.up))
        }.min()
    }
}
