extension RoundRunner {
    /// Carries out the gate's verdict in one transaction.
    func promote(_ round: inout RoundRecord) async throws {
        let start = clock()
        guard let gate = round.report.gate, let checkpoint = round.checkpoint else {
            throw LoopError(
                .invalidData,
                "round \(round.id) is in phase promote without a gate report; roll back"
            )
        }
        round.outcome = gate.isPassed ? .promoted : .rejected
        let verdict =
            gate.isPassed
            ? "checkpoint \(checkpoint) promoted: gained \(gate.gainedCount), lost \(gate.lostCount) questions"
            : "checkpoint \(checkpoint) rejected, \(round.parent) stays current: "
                + gate.failures.joined(separator: "; ")
        let outcome = RoundEvent(
            gate.isPassed ? .roundPromoted : .roundRejected,
            round: round.id,
            phase: .promote,
            message: verdict,
            decision: RoundEvent.Decision(
                checkpoint: checkpoint,
                accuracyChange: gate.after.share - gate.before.share
            )
        )
        let line = gate.isPassed ? "promoted" : "rejected"
        try await finish(&round, since: start, line: line, isVerdict: true, events: [outcome])
    }

    /// Scores the test split for the report alone and finishes the round.
    func reportTest(_ round: inout RoundRecord) async throws {
        let start = clock()
        let questions = try await store.questions(in: .test, of: round.id)
        guard !questions.isEmpty, let checkpoint = round.checkpoint else {
            return try await finish(&round, since: start, line: "no test questions")
        }
        let before = try await evaluation(of: round.parent, on: .test, questions: questions, round: round)
        let after = try await evaluation(of: checkpoint, on: .test, questions: questions, round: round)
        round.report.testBefore = before.summary.accuracy
        round.report.testAfter = after.summary.accuracy
        let line =
            "test accuracy \(Plain.percent(before.summary.accuracy.share)) before, "
            + "\(Plain.percent(after.summary.accuracy.share)) after on \(Plain.count(questions.count)) questions"
        try await finish(&round, since: start, line: line)
    }
}
