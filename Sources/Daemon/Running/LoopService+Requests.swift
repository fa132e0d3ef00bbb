package import ControlAPI
package import Loop
import Store

// What people may ask of the loop. One request at a time.
extension LoopService {
    /// Persists the pause, cancels the running phase and returns when it has ended.
    ///
    /// Idempotent.
    package func pause() async throws {
        try await control.withLock { try await self.setPaused(true) }
    }

    /// Goes on, also from a plateau or from waiting.
    ///
    /// Idempotent.
    package func resume() async throws {
        try await control.withLock { try await self.setPaused(false) }
    }

    /// Makes an older round's checkpoint current, ending the running round; refused before anything is
    /// disturbed where the round has no promoted checkpoint.
    ///
    /// - Parameter round: The round; 0 is the base model.
    /// - Returns: What changed.
    /// - Throws: `StoreError`, such as `no_such_round` and `not_promoted`.
    package func rollback(to round: RoundID) async throws -> RollbackReply {
        try await control.withLock { try await self.rollBackHeld(to: round) }
    }

    /// Adds questions between two statements of the loop and goes on from a plateau; they take part from the
    /// next round on.
    ///
    /// - Parameter add: What adds them, alone.
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

    /// Reads the journal's word once, before anybody changes it.
    func loadPause() async throws {
        guard !isPauseLoaded else { return }
        isPaused = try await store.isPaused()
        isPauseLoaded = true
    }

    private func setPaused(_ paused: Bool) async throws {
        try await loadPause()
        if paused == isPaused {
            if !paused { await acceptPlateau() }
            return
        }
        if paused {
            // First the mirror: from this line on no phase starts.
            isPaused = true
            do {
                _ = try await holding { [store] in
                    try await store.setPaused(true, event: RoundEvent(.paused, message: "paused by a person"))
                }
            } catch {
                isPaused = false
                throw error
            }
            enter(.paused)
        } else {
            try await store.setPaused(false, event: RoundEvent(.resumed, message: "resumed by a person"))
            isPaused = false
            enter(.running)
            await acceptPlateau()
        }
    }

    private func acceptPlateau() async {
        acceptedRejections = (try? await store.rejectionStreak()) ?? 0
        acceptedFailure = try? await store.lastFinishedRounds(1).last?.id
        goOn()
    }

    private func goOn() {
        failureStreak = 0
        announcedWait = nil
        wake()
    }

    private func rollBackHeld(to round: RoundID) async throws -> RollbackReply {
        try await checkRollback(to: round)
        let previous = try await store.currentCheckpoint()
        let reply = try await holding { [store] in
            let open = try await store.openRound()
            let name = round.rawValue == 0 ? "the base model" : "round \(round)"
            let current = try await store.rollback(
                to: round,
                event: RoundEvent(.rolledBack, round: open?.id, message: "rolled back to \(name)")
            )
            return RollbackReply(current: current, previous: previous.id, abandonedRound: open?.id)
        }
        acceptedRejections = 0
        acceptedFailure = try? await store.lastFinishedRounds(1).last?.id
        goOn()
        return reply
    }

    private func checkRollback(to round: RoundID) async throws {
        if round.rawValue == 0 { return }
        let outcome = try await store.round(round).outcome
        if outcome == .promoted { return }
        throw StoreError(
            .notPromoted,
            "cannot roll back to round \(round): it is \(outcome?.rawValue ?? "still running"), not promoted; "
                + "\"autodidact checkpoints\" lists what was"
        )
    }
}
