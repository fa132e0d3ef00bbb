package import Store

/// Keeps the state directory in order between rounds: removes old adapters, keeps the
/// journal small, sets damaged checkpoints aside.
package struct Housekeeping: Sendable {
    /// How many of the newest checkpoints keep their adapters promoted or not; 0 removes none.
    package var retention: Int
    /// After how many newer rounds a round is archived; 0 archives none.
    package var archiveAfter = 0
    /// How many of the newest events stay at least; 0 keeps all.
    package var keepEvents = 0
    private let store: JournalStore

    /// Housekeeping for a journal.
    package init(_ store: JournalStore, retention: Int) {
        self.store = store
        self.retention = retention
    }

    /// Takes what the settings say.
    package mutating func adopt(_ storage: StorageOptions) {
        retention = storage.keep
        archiveAfter = storage.archiveAfter
        keepEvents = storage.keepEvents
    }

    /// Removes old adapters of checkpoints that were not promoted.
    ///
    /// Before a round begins rather than when one ends, so that a kill in between leaves nothing undone.
    package func removeOldAdapters() async throws {
        guard retention > 0 else { return }
        _ = try await store.prune(keeping: retention, sparesPromoted: true, isDryRun: false)
    }

    /// Rounds archived before the next round begins: a second or so, and a long backlog takes a few rounds.
    private static let archivedAtOnce = 8

    /// Keeps the journal small: archives older rounds, removes the oldest events, and gives space back.
    ///
    /// Between rounds, when no phase waits for the journal. Each step ends early when its task is cancelled, and
    /// what is left is done before the next round.
    ///
    /// - Parameter onStep: Called after each step, as a sign of life.
    /// - Throws: `StoreError` when the journal cannot be read or written.
    package func shrinkJournal(onStep: @escaping @Sendable () -> Void = {}) async throws {
        if archiveAfter > 0 {
            try await store.archiveRounds(
                keeping: archiveAfter,
                limit: Self.archivedAtOnce,
                onStep: onStep
            )
        }
        if keepEvents > 0 { try await store.removeEvents(keeping: keepEvents) }
        guard !Task.isCancelled else { return }
        try await store.giveSpaceBack(onStep: onStep)
    }

    /// Sets damaged checkpoints aside, so that no round begins from one that it cannot load.
    ///
    /// - Returns: Whether there was any.
    @discardableResult
    package func setAsideDamaged() async throws -> Bool {
        !(try await store.setAsideCorruptCheckpoints().isEmpty)
    }
}
