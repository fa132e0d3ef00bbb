#if FAILPOINTS
    import Foundation
    import Glibc
    import Synchronization
#endif

/// Named places around every write, flush, rename, commit and announcement, where tests end the process.
///
/// A build without `AUTODIDACT_FAILPOINTS=1` in its environment leaves nothing of them. With it,
/// `AUTODIDACT_FAILPOINT=NAME` in the daemon's environment kills it with SIGKILL when it comes to that place,
/// `NAME#3` when it comes there for the third time (with `AUTODIDACT_FAILPOINT_STOP=1` it is stopped
/// instead), and `AUTODIDACT_FAILPOINT_LOG=FILE` lists the places it came to.
package enum Failpoint {
    /// Whether this build has them.
    package static var isBuilt: Bool {
        #if FAILPOINTS
            true
        #else
            false
        #endif
    }

    /// Says that a place has been reached.
    @inline(__always)
    package static func reached(_ name: @autoclosure () -> String) {
        #if FAILPOINTS
            plan.reached(name())
        #endif
    }

    #if FAILPOINTS
        private static let plan = Plan(ProcessInfo.processInfo.environment)

        private final class Plan: Sendable {
            private let target: String?
            private let remaining: Mutex<Int>
            private let log: Int32
            private let signal: Int32

            init(_ environment: [String: String]) {
                let parts = environment["AUTODIDACT_FAILPOINT"]?.split(separator: "#").map(String.init) ?? []
                target = parts.first
                remaining = Mutex(parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
                signal = environment["AUTODIDACT_FAILPOINT_STOP"] == "1" ? SIGSTOP : SIGKILL
                let path = environment["AUTODIDACT_FAILPOINT_LOG"]
                log = path.map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) } ?? -1
            }

            func reached(_ name: String) {
                if log >= 0 {
                    let line = Array((name + "\n").utf8)
                    _ = write(log, line, line.count)
                }
                guard name == target else { return }
                let isLast = remaining.withLock { count in
                    count -= 1
                    return count == 0
                }
                if isLast { kill(getpid(), signal) }
            }
        }
    #endif
}
