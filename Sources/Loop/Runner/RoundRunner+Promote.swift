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
}
