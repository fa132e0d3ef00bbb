package import ControlAPI
package import Loop
package import Store

/// Decides whether another round begins, or the loop waits for a person; `Course` has the rules.
package struct RestPolicy: Sendable {
    /// How many rounds, and whether the process ends after them.
    package var options: LoopOptions
    /// Rounds in a row, rejected or without data, after which the loop waits; 0 never waits.
    package var patience: Int
    /// What was last reported, so that it is reported once.
    private var announced: StopReason?

    /// Why no further round begins.
    package struct Reason: Sendable {
        /// The reason.
        package let stop: StopReason
        /// What happened and what to do.
        package let detail: String

        /// What the loop's state becomes.
        package var state: LoopState { stop.isCompletion ? .completed : .plateau }

        /// The event that says so; its last words name the reason.
        package var event: RoundEvent {
            RoundEvent(
                stop.isCompletion ? .completed : .plateau,
                message: "\(detail) (stop: \(stop.rawValue))",
                stop: stop
            )
        }
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
        let course = options.course(patience: patience)
        let record = try await store.courseRecord(for: course)
        guard case .stop(let stop) = course.next(after: record) else { return nil }
        let detail =
            switch stop {
            case .target:
                "the target is reached: \(Plain.percent(record.gateShare ?? 0)) of the gate's questions, loop.target is "
                    + "\(options.target); \(stop.advice)"
            case .rounds: "all \(Plain.count(options.rounds)) rounds are done; raise loop.rounds to continue"
            case .hours:
                "phases have worked for \(Plain.duration(record.seconds)), loop.hours is \(options.hours); "
                    + stop.advice
            case .tokens:
                "\(Plain.count(record.tokenCount)) tokens were generated and trained on, loop.tokens is "
                    + "\(Plain.count(options.tokens)); \(stop.advice)"
            case .plateau, .noData, .deadEnd, .person: try await detail(stop, record.recent, store)
            }
        return Reason(stop: stop, detail: detail)
    }

    /// Whether the loop waits for a person, according to the journal.
    package func isStuck(_ store: JournalStore) async throws -> Bool {
        options.course(patience: patience).stuck(after: try await store.recentSteps()) != nil
    }

    private func detail(_ stop: StopReason, _ recent: [Course.Step], _ store: JournalStore) async throws
        -> String
    {
        let streak = Course.streak(of: [.rejected, .noData], in: recent)
        if stop == .deadEnd {
            guard Course.streak(of: [.failed], in: recent).count >= 2 else {
                return try await triedAll(recent, store)
            }
            let reason = try await store.lastFinishedRounds(1).last?.report.failure ?? ""
            return "two rounds in a row failed; correct the cause, then resume or roll back: \(reason)"
        }
        let count = streak.count
        guard let newest = streak.last(where: { $0.outcome == .noData }) else {
            return
                "\(count) rejections in a row; add questions, roll back, or resume to try \(patience) more"
        }
        let emptyCount = streak.count { $0.outcome == .noData }
        let kinds =
            emptyCount == count
            ? "\(count) rounds in a row without data"
            : "\(count) rounds in a row brought nothing, \(count - emptyCount) rejected and \(emptyCount) without data"
        let cause = cause(try await store.round(newest.round))
        return "\(kinds): \(cause), or resume to try \(patience) more"
    }

    /// What was tried since the last promotion, and what came of it.
    private func triedAll(_ recent: [Course.Step], _ store: JournalStore) async throws -> String {
        let tried = recent.filter { $0.outcome != .promoted }.map { step in
            "\(step.lever?.rawValue ?? "own settings") in round \(step.round) "
                + (step.outcome == .noData ? "without data" : step.outcome.rawValue)
        }.joined(separator: ", ")
        let idle = options.course(patience: patience).leversWithoutUse(after: recent)
        guard !idle.isEmpty, let newest = recent.last(where: { $0.lacksHeadroom }) else {
            return
                "everything in loop.escalation was tried and nothing promoted: \(tried); add or change questions, name "
                + "other levers, or resume to try all again"
        }
        let names = idle.map(\.rawValue).joined(separator: ", ")
        return
            "\(cause(try await store.round(newest.round))); tried: \(tried); not tried, since a missing headroom "
            + "stays what it is with them: \(names)"
    }

    /// Why a round ended without data, and what to change.
    private func cause(_ round: RoundRecord) -> String {
        if let headroom = round.report.headroom, round.report.generatedCount == nil {
            return
                "no headroom (\(headroom.sentence)); lower headroom.least \(round.configuration.headroom.least), raise "
                + "generate.temperature \(round.configuration.generate.temperature), "
                // Where it is named it was tried before this is said.
                + (options.escalation.contains(.temperature)
                    ? "or add harder questions"
                    : "add harder questions, or name temperature in loop.escalation")
        }
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
            case .lowReward:
                settings.select.outside.rewardRule == .threshold
                    ? "lower select.rewardLimit \(settings.select.outside.rewardLimit)"
                    : "raise select.keep \(settings.select.keep)"
            case .noReward: "check select.rewardCommand, which gave no number for them"
            case .lowSmallModel:
                "raise select.smallModelShare \(settings.select.outside.smallModelShare)"
            case .unlearnable: "name a larger model in select.smallModel"
            default: "add questions"
            }
        return
            "of \(Plain.count(generated)) candidates \(Plain.count(most.value)) were dropped as \(most.key); \(remedy)"
    }

    /// Whether a reason has not been reported yet; from now on it counts as reported.
    ///
    /// Before the event is written: a person's request to continue may come meanwhile.
    package mutating func isNews(_ reason: Reason) -> Bool {
        defer { announced = reason.stop }
        return announced != reason.stop
    }

    /// Lets the next reason be reported, whatever it is.
    package mutating func reset() { announced = nil }
}

extension LoopOptions {
    /// The rules of the loop's course.
    ///
    /// - Parameter patience: Rounds in a row, rejected or without data, after which it waits without levers.
    /// - Returns: The rules.
    package func course(patience: Int) -> Course {
        var course = Course()
        course.rounds = rounds
        course.target = target
        course.hours = hours
        course.tokens = tokens
        course.patience = patience
        course.escalation = escalation
        course.escalateAfter = escalateAfter
        return course
    }
}
