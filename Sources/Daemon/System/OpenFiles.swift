import Foundation
import Glibc
import Loop

/// How many files and sockets the daemon may have open at once.
package enum OpenFiles {
    /// What the unit asks for: more than a thousand clients, each with its connection.
    private static let wanted = 16_384

    /// The fewest that it can work with.
    ///
    /// Each processor's event loop has three and may have a fourth in passing; streams, journal, readers,
    /// model files and the first clients share the rest.
    package static func needed(processorCount: Int) -> Int { 64 + 4 * processorCount }

    /// Raises this process's limit as far as it is allowed and of use.
    ///
    /// - Throws: `DaemonError` `system_failed` if that is not far enough: later, every refused descriptor
    ///   would be a failure somewhere else.
    package static func raiseLimit() throws(DaemonError) {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        if limit.rlim_cur < limit.rlim_max, limit.rlim_cur < rlim_t(wanted) {
            var raised = limit
            raised.rlim_cur = min(limit.rlim_max, rlim_t(wanted))
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        let needed = needed(processorCount: ProcessInfo.processInfo.processorCount)
        guard limit.rlim_cur < rlim_t(needed) else { return }
        throw DaemonError(
            .systemFailed,
            "only \(limit.rlim_cur) files may be open at once, \(needed) are needed; "
                + "raise the limit: \"ulimit -n \(max(needed, 1024))\" in a shell, LimitNOFILE= in a unit"
        )
    }
}
