package import ControlAPI
package import Loop
package import Store

// What people may ask of the loop. One request at a time.
extension LoopService {
    /// Persists the pause, cancels the running phase and returns when it has ended.
    ///
    /// Idempotent.
    package func pause() async throws {
        try await control.withLock { try await self.setPaused(true) }
    }

    /// Continues, also from a plateau or from waiting.
    ///
    /// Idempotent.
    package func resume() async throws {
        try await control.withLock { try await self.setPaused(false) }
    }

    /// Makes an older checkpoint current, ending the running round; refused before anything is disturbed if
    /// the target was not promoted, is damaged or gone, or another checkpoint than expected is current.
    ///
    /// - Parameters:
    ///   - target: What becomes current.
    ///   - expected: The checkpoint that the caller believes to be current; nil skips this check.
    ///   - key: The request, if it may be sent again.
    /// - Returns: What changed.
    /// - Throws: `StoreError`, such as `no_such_round` and `not_promoted`.
    package func rollback(
        to target: RollbackTarget,
        expecting expected: CheckpointID? = nil,
        key: RequestKey? = nil
    ) async throws -> RollbackReply {
        let receipt = key.map { Receipt($0) { try ControlCoding.encode(RollbackReply($0)) } }
        return try await control.withLock {
            try await self.rollBackHeld(to: target, expecting: expected, receipt)
        }
    }

    /// Adds questions between two steps of the loop and continues from a plateau; they count from the next
    /// round on.
    ///
    /// - Parameter add: Adds them, while nothing else runs.
    /// - Returns: What it returned.
    /// - Throws: What it threw.
    package func addQuestions<Value: Sendable>(
        _ add: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await control.withLock {
            let value = try await add()
            await self.goOn()
            return value
        }
    }

    /// Takes questions out of use, or puts them back, between two steps of the loop, and continues from a
    /// plateau; a dry run leaves that alone.
    ///
    /// - Parameters:
    ///   - isDryRun: Whether nothing is changed.
    ///   - change: Changes them, while no other request does.
    /// - Returns: What it returned.
    /// - Throws: What it threw.
    package func changeQuestions<Value: Sendable>(
        unless isDryRun: Bool,
        _ change: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        isDryRun ? try await change() : try await addQuestions(change)
    }

    /// Reads the pause from the journal once, before anything changes it.
    func loadPause() async throws {
        guard !hold.isLoaded else { return }
        hold.isPaused = try await store.isPaused()
        hold.isLoaded = true
    }

    private func setPaused(_ paused: Bool) async throws {
        try await loadPause()
        if paused == hold.isPaused {
            if !paused { try await leavePlateau() }
            return
        }
        if paused {
            // First the mirror: from this line on no phase starts.
            hold.isPaused = true
            do {
                _ = try await holding { [store] in
                    try await store.setPaused(true, event: RoundEvent(.paused, message: "paused by a person"))
                }
            } catch {
                hold.isPaused = false
                throw error
            }
            enter(.paused)
        } else {
            try await store.setPaused(false, event: RoundEvent(.resumed, message: "resumed by a person"))
            hold.isPaused = false
            enter(.running)
            try await leavePlateau()
        }
    }

    /// Only there: a pause without one must not change what the next rounds draw.
    private func leavePlateau() async throws {
        if try await store.openRound() == nil, try await rests.isStuck(store) {
            try await store.endStreak()
        }
        goOn()
    }

    private func rollBackHeld(
        to target: RollbackTarget,
        expecting expected: CheckpointID?,
        _ receipt: Receipt<RollbackPlan>?
    ) async throws -> RollbackReply {
        // Once before anything is held, so that a request that is refused disturbs no phase.
        try await store.rollbackPlan(target).check(expected)
        let plan = try await holding { [store] in
            try await store.rollback(target, expecting: expected, receipt: receipt) { plan in
                RoundEvent(.rolledBack, round: plan.abandonedRound, message: Self.rollbackMessage(plan))
            }
        }
        goOn()
        return RollbackReply(plan)
    }

    private static func rollbackMessage(_ plan: RollbackPlan) -> String {
        let name = plan.target.round.map { "round \($0)" } ?? "the base model"
        return plan.isUndo ? "rollback undone: back to \(name)" : "rolled back to \(name)"
    }
}
