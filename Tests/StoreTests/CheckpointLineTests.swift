import Loop
import Store
import Testing

/// What the journal tells of the rounds on the way to a checkpoint.
@Suite struct CheckpointLineTests {
    let state = TemporaryState()

    /// Runs a round whose first candidate of each question is kept.
    private func runRound(_ store: JournalStore, _ questions: [QuestionID], rank: Int) async throws
        -> RoundRecord
    {
        var configuration = RoundConfiguration()
        configuration.finetune.rank = rank
        var round = try await store.beginRound(
            seed: 1,
            configuration: configuration,
            waves: [questions],
            events: []
        )
        var candidates = questions.flatMap { id in (0..<2).map { candidate(round.id, id, $0) } }
        let wave = Wave(index: 0, questions: questions)
        try await store.commitWave(wave, of: round.id, candidates: candidates, seconds: 1)
        for place in candidates.indices {
            let isKept = candidates[place].index == 0
            candidates[place].settle(isKept ? .kept : .dropped, isKept ? .selected : .outvoted)
        }
        round.phase = .finetune
        try await store.advance(round, candidates: candidates, events: [])
        round.phase = .evaluate
        round = try await store.recordCheckpoint(files: adapterFiles(), round: round, events: [])
        round.outcome = .promoted
        round.phase = .report
        try await store.decide(round, events: [])
        round.finishedAt = ""
        try await store.advance(round, candidates: [], events: [])
        return round
    }

    @Test func `kept candidates are those of the rounds on the line, oldest first`() async throws {
        let store = try state.open()
        let ids = try await store.add(trainTexts.map { question($0) })
        let first = try await runRound(store, ids, rank: 8)
        _ = try await runRound(store, ids, rank: 8)
        try await store.rollback(.round(first.id)) { _ in RoundEvent(.rolledBack, message: "back") }
        let third = try await runRound(store, ids, rank: 8)

        let kept = try await store.keptCandidates(upTo: #require(third.checkpoint))

        #expect(kept.map(\.round.rawValue) == [1, 1, 1, 3, 3, 3])
        #expect(kept.map(\.question) == ids + ids)
        #expect(kept.allSatisfy { $0.verdict == .kept && $0.index == 0 })
        #expect(try await store.keptCandidates(upTo: .base) == [])
    }

    @Test func `a checkpoint tells the settings it was made with`() async throws {
        let store = try state.open()
        let ids = try await store.add(trainTexts.map { question($0) })
        let round = try await runRound(store, ids, rank: 4)

        #expect(try await store.configuration(of: #require(round.checkpoint)) == round.configuration)
        #expect(try await store.configuration(of: round.id) == round.configuration)
        #expect(round.configuration.finetune.rank == 4)
        #expect(try await store.configuration(of: .base) == nil)
    }
}
