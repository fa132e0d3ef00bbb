/// Runs rounds: one phase after another, each ending in one transaction of the store.
///
/// A round taken up again at any phase, wave or training save ends with the same candidates, selection
/// and checkpoint as one that was never interrupted, because every phase reads its input from the store
/// alone. Reference answers of train questions are read for the report and by policy `oracle` only;
/// the test split decides nothing.
public struct RoundRunner: Sendable {
    let engine: any RoundEngine
    let store: any RoundStore
    let clock: @Sendable () -> Double
    let report: @Sendable (Progress) -> Void

    /// Joins what a round needs.
    ///
    /// - Parameters:
    ///   - engine: Runs the model.
    ///   - store: The journal.
    ///   - clock: Monotonic seconds, for `secondsPerPhase`.
    ///   - report: Told how far the running phase is, from the engine's threads.
    public init(
        engine: any RoundEngine,
        store: any RoundStore,
        clock: @escaping @Sendable () -> Double,
        report: @escaping @Sendable (Progress) -> Void
    ) {
        self.engine = engine
        self.store = store
        self.clock = clock
        self.report = report
    }

    /// Continues an open round from its phase to its end.
    ///
    /// - Parameter round: The round as the store holds it.
    /// - Returns: The finished round; its `finishedAt` is empty here and stamped in the store.
    /// - Throws: `CancellationError` when the task is cancelled (the round stays open where it was),
    ///   `LoopError` `degenerateLoss` or `invalidData`, or an error of engine or store.
    public func run(_ round: RoundRecord) async throws -> RoundRecord {
        var round = round
        while round.finishedAt == nil {
            try Task.checkCancellation()
            try await store.checkSpace()
            switch round.phase {
            case .generate: try await generate(&round)
            case .vote: try await vote(&round)
            case .weigh: try await weigh(&round)
            case .select: try await select(&round)
            case .finetune: try await finetune(&round)
            case .evaluate: try await evaluate(&round)
            case .promote: try await promote(&round)
            case .report: try await reportTest(&round)
            }
        }
        return round
    }

    /// Ends a phase in one transaction.
    ///
    /// - Parameters:
    ///   - round: The round; gets the next phase and the seconds, or is finished when there is no next
    ///     phase or it has an outcome already.
    ///   - start: When the phase began by `clock`.
    ///   - candidates: Candidates whose fields changed.
    ///   - line: What the phase did, in numbers.
    ///   - events: Further events of the same transaction.
    /// - Throws: An error of the store.
    func finish(
        _ round: inout RoundRecord,
        since start: Double,
        candidates: [Candidate] = [],
        line: String,
        events: [RoundEvent] = []
    ) async throws {
        let (next, event) = close(round, since: start, line: line)
        var done = next
        if done.phase == round.phase { done.finishedAt = "" }
        try await store.advance(done, candidates: candidates, events: [event] + events)
        round = done
    }

    /// The round after its phase, and the event that says so; changes nothing by itself.
    func close(_ round: RoundRecord, since start: Double, line: String) -> (RoundRecord, RoundEvent) {
        var next = round
        let seconds = clock() - start
        next.report.secondsPerPhase[round.phase.rawValue, default: 0] += seconds
        // A round that ends before its verdict ends where it is; a decided one goes on to its report.
        let endsHere = round.outcome != nil && round.phase < .promote
        if let following = round.phase.next, !endsHere { next.phase = following }
        let total = next.report.secondsPerPhase[round.phase.rawValue] ?? seconds
        let message = "\(round.phase.rawValue): \(line) in \(Plain.seconds(total))"
        return (next, RoundEvent(.phaseFinished, round: round.id, phase: round.phase, message: message))
    }

    /// The key of the round's randomness.
    func key(of round: RoundRecord) -> RandomKey {
        RandomKey(seed: round.seed, round: UInt32(truncatingIfNeeded: round.id.rawValue))
    }

    /// The train questions by number.
    func trainQuestions() async throws -> [QuestionID: Question] {
        let questions = try await store.questions(in: .train)
        return Dictionary(questions.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Passes engine progress on, in units of a phase.
    func progress(
        of round: RoundRecord,
        unit: String,
        doneBefore: Int = 0,
        totalCount: Int? = nil
    ) -> @Sendable (EngineProgress) -> Void {
        let (id, phase, report) = (round.id, round.phase, report)
        return { step in
            report(
                Progress(
                    round: id,
                    phase: phase,
                    doneCount: doneBefore + step.doneCount,
                    totalCount: totalCount ?? step.totalCount,
                    unit: unit,
                    tokenCount: step.tokenCount,
                    loss: step.loss
                )
            )
        }
    }
}
