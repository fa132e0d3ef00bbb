import Daemon
import Loop
import Store
import Synchronization

/// Rounds without a model: each begins or resumes in the real journal, says so, and hangs until told how to
/// end.
final class FakeRounds: Sendable {
    enum End: Sendable {
        case reject
        case promote
        case score(Double)
        case noData(dropCounts: [String: Int])
        case noHeadroom
        case throwing(String)
        case failing(StoreError)
        case breaking(any EngineFailure)
    }

    private let store: JournalStore
    private let ends = Mailbox<End>()
    private let begun = Mailbox<RoundID>()
    /// What rounds run with, and the loop's course decides by.
    let settings = Mutex(DaemonSettings())
    /// What each round says that it has cost.
    let cost = Mutex((seconds: 0.0, tokens: 0))
    /// Thrown one after the other before a round begins.
    let refusals = Mutex<[String]>([])

    init(_ store: JournalStore) {
        self.store = store
    }

    var source: RoundSource { RoundSource { try await self.run() } }

    /// Waits until a round begins or resumes.
    func nextBegun() async throws -> RoundID { try await begun.take() }

    /// Ends the round that hangs, or the next one to.
    func end(_ end: End) { ends.put(end) }

    private func run() async throws -> RoundRecord {
        var round: RoundRecord
        if let open = try await store.openRound() {
            round = open
        } else {
            let refusal = refusals.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            if let refusal { throw LoopError(.invalidData, refusal) }
            let turn = CourseTurn(settings.withLock { $0 }, try await store.recentSteps())
            round = try await store.beginRound(
                seed: 1,
                configuration: turn.configuration,
                waves: [],
                events: [RoundEvent(.roundStarted, message: "begun")] + turn.notes
            )
        }
        begun.put(round.id)
        let cost = cost.withLock { $0 }
        if cost.seconds > 0 { round.report.secondsPerPhase[Phase.generate.rawValue] = cost.seconds }
        if cost.tokens > 0 { round.report.generatedTokenCount = cost.tokens }
        let end = try await ends.take()
        switch end {
        case .failing(let error): throw error
        case .breaking(let error): throw error
        case .throwing(let message): throw LoopError(.degenerateLoss, message)
        case .reject:
            round.outcome = .rejected
            round.finishedAt = ""
            try await store.decide(round, events: [RoundEvent(.roundRejected, message: "rejected")])
        case .noData(let dropCounts):
            round.outcome = .noData
            round.finishedAt = ""
            round.report.generatedCount = 40
            round.report.dropCounts = dropCounts
            let event = RoundEvent(.roundEnded, message: "no data")
            try await store.advance(round, candidates: [], events: [event])
        case .noHeadroom:
            round.outcome = .noData
            round.finishedAt = ""
            round.report.headroom = HeadroomReport(
                split: .valid,
                questionCount: 50,
                voteCount: round.configuration.headroom.votes,
                greedyRightCount: 40,
                voteRightCount: 40
            )
            try await store.advance(
                round,
                candidates: [],
                events: [RoundEvent(.roundEnded, message: "no headroom")]
            )
        case .promote, .score:
            round.phase = .evaluate
            let files = [
                FileContent(name: "adapter_config.json", bytes: Array("{}".utf8)),
                FileContent(name: "adapter_model.safetensors", bytes: [1, 2, UInt8(round.id.rawValue)]),
            ]
            round = try await store.recordCheckpoint(files: files, round: round, events: [])
            if case .score(let share) = end, let checkpoint = round.checkpoint {
                let accuracy = Accuracy(rightCount: Int((share * 1000).rounded()), of: 1000)
                let summary = EvaluationSummary(split: .gate, accuracy: accuracy, accuracyPerProfile: [:])
                try await store.record(Evaluation(summary: summary, answers: []), of: checkpoint)
            }
            round.outcome = .promoted
            round.finishedAt = ""
            try await store.decide(round, events: [RoundEvent(.roundPromoted, message: "promoted")])
        }
        return round
    }
}

extension JournalStore {
    /// Ends a phase without an adapter or a verdict; an empty `finishedAt` ends the round.
    func advance(_ round: RoundRecord, candidates: [Candidate], events: [RoundEvent]) async throws {
        _ = try await commit(PhaseEnd(of: round, step: round.step, candidates: candidates, events: events))
    }

    /// Gives the verdict.
    func decide(_ round: RoundRecord, events: [RoundEvent]) async throws {
        _ = try await commit(PhaseEnd(of: round, step: round.step, isVerdict: true, events: events))
    }

    /// Ends fine-tuning with an adapter.
    func recordCheckpoint(
        files: [FileContent],
        round: RoundRecord,
        events: [RoundEvent]
    ) async throws -> RoundRecord {
        try await commit(PhaseEnd(of: round, step: round.step, adapter: files, events: events))
    }
}

extension RoundRecord {
    /// Tests set the next phase, or an empty `finishedAt`, themselves.
    fileprivate var step: PhaseEnd.Step { finishedAt == nil ? .next(phase) : .end }
}
