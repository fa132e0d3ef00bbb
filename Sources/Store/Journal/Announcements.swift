import Loop
import Synchronization

/// The events of the transaction that runs: announced once it has committed, forgotten if it has not.
///
/// GRDB's own `afterNextTransaction` keeps what a failed commit leaves for the next one that succeeds.
final class Announcements: Sendable {
    private let pending = Mutex<[RoundEvent]>([])
    private let announce: @Sendable ([RoundEvent]) -> Void

    /// Announcements to a listener.
    init(_ announce: @escaping @Sendable ([RoundEvent]) -> Void) { self.announce = announce }

    /// Takes events of the present transaction.
    func add(_ events: [RoundEvent]) { pending.withLock { $0 += events } }

    /// Begins a transaction.
    func discard() { pending.withLock { $0 = [] } }

    /// Announces the events of a transaction that has committed; the commit's queue calls it.
    func deliver() {
        let events = pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        guard !events.isEmpty else { return }
        Failpoint.reached("announce.before")
        announce(events)
        Failpoint.reached("announce.after")
    }
}
