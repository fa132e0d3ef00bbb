import Glibc
import Synchronization

/// Remembers a SIGHUP that comes before the configuration can be read again.
///
/// It would end the process, which a service manager takes for an orderly end, so that nobody starts it again.
enum EarlyReload {
    private static let isWanted = Atomic<Bool>(false)

    /// Remembers from now on, until the reload service listens.
    static func listen() {
        // Here, since a signal handler must not be the first to use it.
        isWanted.store(false, ordering: .relaxed)
        signal(SIGHUP) { _ in EarlyReload.isWanted.store(true, ordering: .relaxed) }
    }

    /// Whether one has come; forgets it.
    static func take() -> Bool { isWanted.exchange(false, ordering: .relaxed) }
}
