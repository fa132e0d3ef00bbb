package import ControlAPI
package import Loop
package import Store

/// Decides whether another round begins, or the loop waits for a person.
package struct RestPolicy: Sendable {
    /// How many rounds, and whether the process ends after them.
    package var options: LoopOptions
    /// Rejections in a row after which the loop waits; 0 never waits.
    package var patience: Int
    /// What was last reported, so that it is reported once.
    private var announced: LoopState?

    /// Why no further round begins.
    package struct Reason: Sendable {
        /// What the loop's state becomes.
        package let state: LoopState
        /// The event that says so.
        package let event: RoundEvent
    }

    /// A policy at its start.
    ///
    /// - Parameters:
    ///   - options: How many rounds.
    ///   - patience: Rejections in a row after which the loop waits.
    package init(_ options: LoopOptions, patience: Int) {
        self.options = options
        self.patience = patience
    }

    /// Why no further round begins; nil when one does.
    package func reason(_ store: JournalStore) async throws -> Reason? {
        if options.rounds > 0, try await store.finishedRoundCount() >= options.rounds {
            let detail =
                "all \(Plain.count(options.rounds)) rounds are done; raise loop.rounds to continue"
            return Reason(state: .completed, event: RoundEvent(.completed, message: detail))
        }
        return try await plateau(store).map {
            Reason(state: .plateau, event: RoundEvent(.plateau, message: $0))
        }
    }

    /// Why the loop waits for a person, if so, according to the journal.
    package func plateau(_ store: JournalStore) async throws -> String? {
        if try await store.streak(of: .failed) >= 2 {
            let reason = try await store.lastFinishedRounds(1).last?.report.failure ?? ""
            return "two rounds in a row failed; correct the cause, then resume or roll back: \(reason)"
        }
        let streak = try await store.streak(of: .rejected)
        guard patience > 0, streak >= patience else { return nil }
        return "\(streak) rejections in a row; add questions, roll back, or resume to try \(patience) more"
    }

    /// Whether a reason has not been reported yet; from now on it counts as reported.
    ///
    /// Before the event is written: a person's request to continue may come meanwhile.
    package mutating func isNews(_ reason: Reason) -> Bool {
        defer { announced = reason.state }
        return announced != reason.state
    }

    /// Lets the next reason be reported, whatever it is.
    package mutating func reset() { announced = nil }
}
