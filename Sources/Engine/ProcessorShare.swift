import Foundation

/// How many threads this process may keep busy: its affinity, cut by the cgroup's CPU quota.
enum ProcessorShare {
    /// At least 1.
    static func threadCount() -> Int {
        let affinity = CheckedKernels.affinityCount
        let allowed = affinity > 0 ? affinity : ProcessInfo.processInfo.activeProcessorCount
        return max(1, min(allowed, quota() ?? allowed))
    }

    /// CPUs of the cgroup v2 quota, rounded up; nil where there is none.
    private static func quota() -> Int? {
        guard let own = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8),
            let path = own.split(separator: "\n").first(where: { $0.hasPrefix("0::") })?.dropFirst(3),
            let line = try? String(contentsOfFile: "/sys/fs/cgroup\(path)/cpu.max", encoding: .utf8)
        else { return nil }
        let parts = line.split(whereSeparator: \.isWhitespace)
        guard parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]), period > 0 else {
            return nil
        }
        return Int((quota / period).rounded(.up))
    }
}
