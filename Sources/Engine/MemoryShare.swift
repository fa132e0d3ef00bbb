import Foundation

/// How much memory this process may use: the machine's, cut by the limits of its cgroup and its parents.
///
/// `/proc/meminfo` is not read: a service manager may hide it.
package struct MemoryShare: Hashable, Sendable {
    /// Bytes that may be used.
    package let byteCount: Int
    /// What sets the limit, such as `memory.high of /system.slice/autodidactd.service`.
    package let source: String

    /// A given share, for tests.
    ///
    /// - Parameter byteCount: Bytes.
    package init(byteCount: Int) {
        self.byteCount = byteCount
        source = "the caller"
    }

    /// Looks at the machine and at the cgroup v2 limits from the process's own group up to the root.
    ///
    /// Above `memory.high` the kernel slows a process down, above `memory.max` it kills it; the lower one
    /// counts.
    ///
    /// - Parameters:
    ///   - cgroup: The file that names the process's group.
    ///   - root: Where groups are.
    ///   - machine: The machine's bytes; nil asks the kernel.
    package init(cgroup: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup", machine: Int? = nil) {
        var (least, found) = (machine ?? CheckedKernels.memoryByteCount, "the machine")
        let groups = ControlGroups(cgroup: cgroup, root: root)
        for name in ["memory.high", "memory.max"] {
            for (group, text) in groups.limits(name) {
                guard let limit = Int(text), limit < least else { continue }
                (least, found) = (limit, "\(name) of \(group)")
            }
        }
        byteCount = least
        source = found
    }

    /// What keys and values may use in addition to a model's weights.
    ///
    /// An eighth and 64 MiB stay free for logits, the journal and everything else.
    ///
    /// - Parameters:
    ///   - weights: Bytes of the weights while candidates are written.
    ///   - most: The most they may take anywhere.
    /// - Returns: Bytes, 0...`most`.
    package func cacheByteCount(besides weights: Int, most: Int) -> Int {
        max(0, min(most, byteCount - weights - byteCount / 8 - 64 << 20))
    }

    /// What an operator should know: that memory is short, and what follows; nil if it is not.
    ///
    /// - Parameters:
    ///   - cache: Bytes that keys and values get.
    ///   - most: Bytes that they would get.
    ///   - weights: Bytes of the weights while they are fine-tuned.
    /// - Returns: The note, in words.
    package func note(cache: Int, most: Int, weights: Int) -> String? {
        if byteCount < weights {
            return
                "\(source) allows \(Self.megabytes(byteCount)) of memory, the weights take \(Self.megabytes(weights)) "
                + "in fine-tuning: the kernel may kill the daemon; allow more (MemoryHigh=, MemoryMax=), or use a smaller model"
        }
        guard cache < most else { return nil }
        return
            "\(source) allows \(Self.megabytes(byteCount)) of memory: keys and values get \(Self.megabytes(cache)) of "
            + "\(Self.megabytes(most)), so that fewer candidates than engine.rows may decode at once; results stay the same"
    }

    private static func megabytes(_ byteCount: Int) -> String { "\(byteCount / 1_000_000) MB" }
}
