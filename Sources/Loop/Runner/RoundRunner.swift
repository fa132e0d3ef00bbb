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
    let catalog: Catalog

    /// Joins what a round needs.
    ///
    /// - Parameters:
    ///   - engine: Runs the model.
    ///   - store: The journal.
    ///   - clock: Monotonic seconds, for `secondsPerPhase`.
    ///   - report: Told how far the running phase is, from the engine's threads.
    ///   - catalog: What a configuration can name.
    public init(
        engine: any RoundEngine,
        store: any RoundStore,
        clock: @escaping @Sendable () -> Double,
        report: @escaping @Sendable (Progress) -> Void,
        catalog: Catalog = .standard
    ) {
        self.engine = engine
        self.store = store
        self.clock = clock
        self.report = report
        self.catalog = catalog
    }

    /// Continues an open round from its phase to its end.
    ///
    /// - Parameter round: The round as the store holds it.
    /// - Returns: The finished round as the store holds it.
    /// - Throws: `CancellationError` when the task is cancelled (the round stays open where it was),
    ///   `LoopError` `degenerateLoss` or `invalidData`, or an error of engine or store.
    public func run(_ round: RoundRecord) async throws -> RoundRecord { try await run(round, before: nil) }

    /// Continues an open round until a phase would begin.
    ///
    /// - Parameters:
    ///   - round: The round as the store holds it.
    ///   - stop: The phase that is not begun; nil continues to the end.
    /// - Returns: The round as the store holds it.
    /// - Throws: As `run(_:)`.
    public func run(_ round: RoundRecord, before stop: Phase?) async throws -> RoundRecord {
        // A recorded configuration may name what this version does not have.
        try round.configuration.validate(in: catalog)
        var round = round
        while round.finishedAt == nil, round.phase != stop {
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

    /// Ends a phase: the round continues with the next one, or ends here if it has an outcome before its
    /// verdict.
    ///
    /// - Parameters:
    ///   - round: The round with what the phase has measured; becomes the round as recorded.
    ///   - start: When the phase began or was resumed, by the runner's clock.
    ///   - line: What the phase has to say.
    ///   - candidates: Candidates that changed.
    ///   - adapter: The files of a new adapter.
    ///   - isVerdict: Whether the outcome is the gate's verdict.
    ///   - events: Events after the phase's own.
    ///   - eventsAhead: Events before it.
    /// - Throws: An error of the store.
    func finish(
        _ round: inout RoundRecord,
        since start: Double,
        line: String,
        candidates: [Candidate] = [],
        adapter: [FileContent]? = nil,
        isVerdict: Bool = false,
        events: [RoundEvent] = [],
        eventsAhead: [RoundEvent] = []
    ) async throws {
        let phase = round.phase
        round.report.secondsPerPhase[phase.rawValue, default: 0] += clock() - start
        // A round that ends before its verdict ends where it is; a decided one continues to its report.
        let endsHere = round.outcome != nil && phase < .promote
        let step = endsHere ? nil : phase.next
        let total = round.report.secondsPerPhase[phase.rawValue] ?? 0
        let finished = RoundEvent(
            .phaseFinished,
            round: round.id,
            phase: phase,
            message: "\(phase.rawValue): \(line) in \(Plain.seconds(total))"
        )
        round = try await store.commit(
            PhaseEnd(
                of: round,
                step: step.map { .next($0) } ?? .end,
                isVerdict: isVerdict,
                candidates: candidates,
                adapter: adapter,
                events: eventsAhead + [finished] + events
            )
        )
    }

    /// The key of the round's randomness.
    func key(of round: RoundRecord) -> RandomKey {
        RandomKey(seed: round.seed, round: UInt32(truncatingIfNeeded: round.id.rawValue))
    }

    /// Writes the round's prompts.
    func prompts(of round: RoundRecord) throws(LoopError) -> PromptWriter {
        try round.configuration.prompt.writer(catalog.promptFormats.with(engine.chat))
    }

    /// The train questions that a round began with, by number.
    func trainQuestions(of round: RoundRecord) async throws -> [QuestionID: Question] {
        let questions = try await store.questions(in: .train, of: round.id)
        return Dictionary(questions.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Measures questions against the model; nil when the engine does not say what it takes.
    func lengths(of configuration: RoundConfiguration) throws(LoopError) -> LengthCheck? {
        guard let ruler = engine.ruler else { return nil }
        return try LengthCheck(configuration, ruler, formats: catalog.promptFormats.with(engine.chat))
    }

    /// The round's valid questions whose worked answers can be scored.
    func validQuestions(of round: RoundRecord) async throws -> [Question] {
        let valid = try await store.questions(in: .valid, of: round.id)
        guard let lengths = try lengths(of: round.configuration) else { return valid }
        return valid.filter { lengths.excessInScoring($0.content) == nil }
    }

    /// Reports the engine's progress as the phase's.
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
