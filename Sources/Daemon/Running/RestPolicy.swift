package import ControlAPI
package import Loop
package import Store

/// Decides whether another round begins, or the loop waits for a person.
package struct RestPolicy: Sendable {
    /// How many rounds, and whether the process ends after them.
    package var options: LoopOptions
    /// Rounds in a row, rejected or without data, after which the loop waits; 0 never waits.
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
    ///   - patience: Rounds in a row, rejected or without data, after which the loop waits.
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
        let streak = try await store.streak(of: [.rejected, .noData])
        guard patience > 0, streak >= patience else { return nil }
        let last = Array(try await store.lastFinishedRounds(streak).suffix(streak))
        let empty = last.filter { $0.outcome == .noData }
        guard let newest = empty.last else {
            return
                "\(streak) rejections in a row; add questions, roll back, or resume to try \(patience) more"
        }
        let kinds =
            empty.count == streak
            ? "\(streak) rounds in a row without data"
            : "\(streak) rounds in a row brought nothing, \(streak - empty.count) rejected and \(empty.count) without data"
        return "\(kinds): \(Self.cause(newest)), or resume to try \(patience) more"
    }

    /// Why a round ended without data, and what to change.
    private static func cause(_ round: RoundRecord) -> String {
        let generated = round.report.generatedCount ?? 0
        guard generated > 0 else { return "no candidates were written; check the train questions" }
        let drops = round.report.dropCounts ?? [:]
        // The most frequent reason; of equals the first by name.
        guard let most = drops.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).first else {
            return "no candidate was left to train on; add questions"
        }
        let settings = round.configuration
        let remedy =
            switch VerdictReason(rawValue: most.key) {
            case .lowConsistency:
                "lower vote.minVotes \(settings.vote.minVotes) or vote.minShare \(settings.vote.minShare), or raise "
                    + "generate.candidates \(settings.generate.candidates)"
            case .tied: "set vote.tie to first, or raise generate.candidates \(settings.generate.candidates)"
            case .unparsed:
                "check \(settings.answer.pattern == .cue ? "prompt.answerCue" : "answer.pattern"), prompt.template "
                    + "and prompt.shots"
            case .truncated: "raise generate.maxNewTokens \(settings.generate.maxNewTokens)"
            case .tooLong: "raise finetune.maxTokens \(settings.finetune.maxTokens)"
            case .quarantined: "lower finetune.learningRate \(settings.finetune.learningRate)"
            case .wrongAnswer: "check the answers of the train questions"
            case .highEntropy:
                "raise select.keep \(settings.select.keep) or select.entropyLimit \(settings.select.entropy.limit)"
            case .belowBand: "lower select.bandLower \(settings.select.band.lower)"
            case .aboveBand: "raise select.bandUpper \(settings.select.band.upper), or add harder questions"
            case .singleView: "set generate.views, or give the questions variants"
            case .viewsDiffer:
                "raise generate.candidates \(settings.generate.candidates), or lower select.secondViewCount "
                    + "\(settings.select.secondView.count)"
            case .outsideBand: "raise select.bandEdge \(settings.select.shift.edge)"
            default: "add questions"
            }
        return
            "of \(Plain.count(generated)) candidates \(Plain.count(most.value)) were dropped as \(most.key); \(remedy)"
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
