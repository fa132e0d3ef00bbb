package import Store

/// Keeps the state directory in order between rounds: removes old adapters, sets damaged checkpoints aside.
package struct Housekeeping: Sendable {
    /// How many of the newest checkpoints keep their adapters promoted or not; 0 removes none.
    package var retention: Int
    private let store: JournalStore

    /// Housekeeping for a journal.
    package init(_ store: JournalStore, retention: Int) {
        self.store = store
        self.retention = retention
    }

    /// Removes old adapters of checkpoints that were not promoted.
    ///
    /// Before a round begins rather than when one ends, so that a kill in between leaves nothing undone.
    package func removeOldAdapters() async throws {
        guard retention > 0 else { return }
        _ = try await store.prune(keeping: retention, sparesPromoted: true, isDryRun: false)
    }

    /// Sets damaged checkpoints aside, so that no round begins from one that it cannot load.
    ///
    /// - Returns: Whether there was any.
    @discardableResult
    package func setAsideDamaged() async throws -> Bool {
        !(try await store.setAsideCorruptCheckpoints().isEmpty)
    }
}
