import Loop

extension JournalStore {
    /// Free space in the database below which it is left for what comes next.
    private static let leastFree = 16 << 20

    /// Up to how many bytes in use a database that cannot shrink in steps is written again as a whole: a
    /// second or two, in which no phase can commit.
    private static let rewriteLimit = 64 << 20

    /// Bytes that one step gives back, and how many steps one call takes.
    private static let (stepSize, stepLimit) = (4 << 20, 64)

    /// Gives free pages of the database back to the file system, when they are more than a quarter of it and
    /// more than 16 MB.
    ///
    /// In short steps, between which others write, or, for a small database of an earlier version, by writing
    /// it once more. Ends early when its task is cancelled. A disk without room for that is no error: the
    /// database stays as it is.
    ///
    /// - Parameter onStep: Called after each step.
    /// - Returns: Bytes given back.
    /// - Throws: `StoreError` when the journal cannot be read or written.
    @discardableResult
    public func giveSpaceBack(onStep: @Sendable () -> Void = {}) async throws -> Int {
        try await giveSpaceBack(leastFree: Self.leastFree, rewriteLimit: Self.rewriteLimit, onStep: onStep)
    }

    /// The same with other limits, for tests.
    package func giveSpaceBack(
        leastFree: Int,
        rewriteLimit: Int,
        onStep: @Sendable () -> Void = {}
    ) async throws -> Int {
        let before = try await database.space()
        guard before.freeByteCount > leastFree, before.freeCount > before.pageCount / 4 else { return 0 }
        do {
            if before.isIncremental {
                try await shrink(before, onStep)
            } else {
                // Once in a temporary file, once in the log.
                guard before.usedByteCount <= rewriteLimit,
                    try hasRoom(for: 2 * before.usedByteCount + JournalDatabase.logLimit)
                else { return 0 }
                try checkPresence()
                try await database.rewrite()
            }
        } catch let error as StoreError where error.code == .diskFull {
            // Another program was faster than the look at the disk; nothing has changed.
            return 0
        }
        // The file itself becomes shorter only now.
        try await database.cutLog(above: 0)
        let after = try await database.space()
        return (before.pageCount - after.pageCount) * before.pageSize
    }

    private func shrink(_ space: DatabaseSpace, _ onStep: @Sendable () -> Void) async throws {
        let count = max(1, Self.stepSize / max(1, space.pageSize))
        for _ in 0..<min(Self.stepLimit, (space.freeCount + count - 1) / count) {
            guard !Task.isCancelled, try hasRoom(for: 2 * JournalDatabase.logLimit) else { return }
            try checkPresence()
            try await database.removeFreePages(count)
            onStep()
        }
    }

    /// Whether something fits without using the reserve.
    func hasRoom(for byteCount: Int) throws -> Bool { try freeSpace() - reserve >= byteCount }
}
