import Foundation
import Loop
import Store
import Testing

@Suite struct JournalStoreRoundTests {
    let state = TemporaryState()

    private func beginWithWaves(_ store: JournalStore) async throws -> (RoundRecord, [QuestionID]) {
        let ids = try await store.add(trainTexts.map { question($0) })
        let round = try await store.beginRound(
            seed: .max,
            configuration: RoundConfiguration(),
            waves: [[ids[1], ids[0]], [ids[2]]],
            events: [RoundEvent(.roundStarted, message: "round 1 begins")]
        )
        return (round, ids)
    }

    @Test func `a round begins from the current checkpoint with its waves`() async throws {
        let store = try state.open()

        let (round, ids) = try await beginWithWaves(store)

        #expect(round.id.rawValue == 1 && round.parent == .base && round.phase == .generate)
        #expect(round.seed == .max && round.finishedAt == nil)
        #expect(try await store.openRound() == round)
        #expect(
            try await store.waves(of: round.id)
                == [Wave(index: 0, questions: [ids[1], ids[0]]), Wave(index: 1, questions: [ids[2]])]
        )
        #expect(try await store.lastEvents(1).first?.round == round.id)
        await expectError(.roundOpen) { _ = try await store.begin() }
    }

    @Test func `a committed wave survives a kill and its candidates come in order`() async throws {
        let store = try state.open()
        let (round, ids) = try await beginWithWaves(store)
        let candidates = [ids[1], ids[0]].flatMap { id in (0..<2).map { candidate(round.id, id, $0) } }

        try await store.commitWave(
            Wave(index: 0, questions: [ids[1], ids[0]]),
            of: round.id,
            candidates: candidates,
            seconds: 1.5
        )

        let reopened = try state.killed()
        let after = try reopened.open()
        let stored = try await after.candidates(of: round.id)
        #expect(stored.map(\.question) == [ids[0], ids[0], ids[1], ids[1]])
        #expect(Set(stored) == Set(candidates))
        #expect(try await after.waves(of: round.id).map(\.isDone) == [true, false])
        #expect(try await after.openRound()?.report.secondsPerPhase == ["generate": 1.5])
    }

    @Test func `a wave is committed once and only with its own questions`() async throws {
        let store = try state.open()
        let (round, ids) = try await beginWithWaves(store)
        let wave = Wave(index: 1, questions: [ids[2]])

        await expectError(.invalidRequest) {
            try await store.commitWave(
                wave,
                of: round.id,
                candidates: [candidate(round.id, ids[0], 0)],
                seconds: 1
            )
        }
        #expect(try await store.waves(of: round.id).map(\.isDone) == [false, false])
        try await store.commitWave(
            wave,
            of: round.id,
            candidates: [candidate(round.id, ids[2], 0)],
            seconds: 1
        )
        await expectError(.invalidRequest) {
            try await store.commitWave(wave, of: round.id, candidates: [], seconds: 1)
        }
    }

    @Test func `a phase ends with candidates, report and events in one step`() async throws {
        let store = try state.open()
        var (round, ids) = try await beginWithWaves(store)
        var changed = candidate(round.id, ids[2], 0)
        try await store.commitWave(
            Wave(index: 1, questions: [ids[2]]),
            of: round.id,
            candidates: [changed],
            seconds: 4
        )
        changed.answer = "3"
        changed.consistency = 0.5
        changed.loss = 1.25
        changed.scores[.ds] = 1.5
        changed.settle(.kept, .selected)
        round.phase = .weigh
        round.report.parsedCount = 1
        round.report.meanValidLoss = .nan

        try await store.advance(
            round,
            candidates: [changed],
            events: [RoundEvent(.phaseFinished, phase: .vote, message: "voted")]
        )

        let reopened = try state.killed()
        let after = try reopened.open()
        let stored = try #require(try await after.openRound())
        #expect(stored.phase == .weigh && stored.report.parsedCount == 1)
        #expect(stored.report.meanValidLoss?.isNaN == true)
        #expect(stored.report.secondsPerPhase == ["generate": 4])
        #expect(try await after.candidates(of: round.id) == [changed])
        #expect(try await after.lastEvents(1).first?.phase == .vote)
    }

    @Test func `a page of candidates can be filtered and counted`() async throws {
        let store = try state.open()
        let (round, ids) = try await beginWithWaves(store)
        var candidates = (0..<4).map { candidate(round.id, ids[2], $0) }
        for index in candidates.indices {
            candidates[index].settle(index < 1 ? .kept : .dropped, index < 1 ? .selected : .outvoted)
            // The last one was not weighed.
            if index < 3 { candidates[index].scores[.ds] = Double(index) }
        }
        try await store.commitWave(
            Wave(index: 1, questions: [ids[2]]),
            of: round.id,
            candidates: candidates,
            seconds: 1
        )

        let page = try await store.candidates(
            of: round.id,
            CandidateFilter(verdict: .dropped),
            offset: 1,
            limit: 1
        )

        #expect(page == [candidates[2]])
        #expect(try await store.candidateCount(of: round.id) == 4)
        #expect(try await store.candidateCount(of: round.id, CandidateFilter(reason: .outvoted)) == 3)
        #expect(try await store.candidateCount(of: round.id, CandidateFilter(question: ids[0])) == 0)
        #expect(try await store.candidateCount(of: round.id, CandidateFilter(leastDSWeight: 1)) == 2)
        #expect(try await store.candidateCount(of: round.id, CandidateFilter(mostDSWeight: 0.5)) == 1)
    }

    @Test func `an unknown candidate undoes the whole step`() async throws {
        let store = try state.open()
        var (round, ids) = try await beginWithWaves(store)
        round.phase = .vote

        await expectError(.invalidRequest) {
            try await store.advance(round, candidates: [candidate(round.id, ids[0], 0)], events: [])
        }

        #expect(try await store.openRound()?.phase == .generate)
    }

    @Test func `the end of a round closes it for good`() async throws {
        let store = try state.open()
        var round = try await store.begin()
        round.outcome = .noData
        round.finishedAt = ""

        try await store.decide(round, events: [])

        #expect(try await store.openRound() == nil)
        #expect(try await store.round(round.id).finishedAt == "2027-01-15T08:00:00Z")
        await expectError(.roundClosed) { try await store.advance(round, candidates: [], events: []) }
        await expectError(.roundClosed) { try await store.decide(round, events: []) }
        await expectError(.roundClosed) {
            _ = try await store.recordCheckpoint(files: adapterFiles(), round: round, events: [])
        }
        await expectError(.roundClosed) {
            try await store.commitWave(
                Wave(index: 0, questions: []),
                of: round.id,
                candidates: [],
                seconds: 0
            )
        }
        await expectError(.roundClosed) { try store.write(TrainingSave(step: 1, files: []), of: round.id) }
    }

    @Test func `a promotion moves the current checkpoint with the verdict`() async throws {
        let store = try state.open()

        let round = try await store.runRound(.promoted)

        let reopened = try state.killed()
        let after = try reopened.open()
        let current = try await after.currentCheckpoint()
        #expect(current.id == round.checkpoint && current.isPromoted && current.round == round.id)
        #expect(try await after.checkpoint(.base).isCurrent == false)
        #expect(try await after.begin().parent == current.id)
    }

    @Test func `a promotion without a checkpoint is refused`() async throws {
        let store = try state.open()
        var round = try await store.begin()
        round.outcome = .promoted

        await expectError(.databaseFailed) { try await store.decide(round, events: []) }
        await expectError(.invalidRequest) { try await store.advance(round, candidates: [], events: []) }

        #expect(try await store.openRound()?.outcome == nil)
    }

    @Test func `a rejection keeps the incumbent and lengthens the streak`() async throws {
        let store = try state.open()
        try await store.runRound(.promoted)
        let incumbent = try await store.currentCheckpoint().id
        try await store.runRound(.rejected)
        try await store.runRound(.rejected)

        #expect(try await store.streak(of: .rejected) == 2)
        #expect(try await store.currentCheckpoint().id == incumbent)
        try await store.add([question("new?")])
        #expect(try await store.streak(of: .rejected) == 0)
        try await store.runRound(.rejected)
        #expect(try await store.streak(of: .rejected) == 1)
        try await store.runRound(.promoted)
        #expect(try await store.streak(of: .rejected) == 0)
        #expect(try await store.rounds(after: RoundID(rawValue: 3), limit: 1).map(\.id.rawValue) == [4])
        #expect(try await store.lastRounds(2).map(\.id.rawValue) == [4, 5])
    }

    @Test func `promotions before a round are counted whatever a person does meanwhile`() async throws {
        let store = try state.open()
        for outcome in [Outcome.promoted, .rejected, .promoted, .promoted] {
            try await store.runRound(outcome)
        }
        let open = try await store.begin()
        try await store.add([question("new?")])

        #expect(try await store.promotions(directlyBefore: open.id) == 2)
        #expect(try await store.promotions(directlyBefore: RoundID(rawValue: 3)) == 0)
        #expect(try await store.promotions(directlyBefore: RoundID(rawValue: 2)) == 1)
        #expect(try await store.promotions(directlyBefore: RoundID(rawValue: 1)) == 0)
    }

    @Test func `a list leaves out of a report what only the round's own page shows`() async throws {
        let store = try state.open()
        var round = try await store.begin()
        var report = RoundReport()
        (report.generatedCount, report.meanDSWeight, report.failure) = (8, .infinity, "none")
        report.dropCounts = ["outvoted": 2]
        report.dsWeightQuantiles = [1, 1.5, 2]
        report.secondsPerPhase = ["generate": 0.25]
        round.report = report
        round.report.trainingLosses = [0.5, .nan]
        round.report.consistencyHistogram = [0, 1]
        round.report.dsWeightHistogram = DSHistogram(upper: 3, counts: [1, 2])
        round.report.dsBins = [DSBin(lower: 1)]
        round.report.candidateAccuracy = ["strict": 0.5]
        round.phase = .vote
        try await store.advance(round, candidates: [], events: [])

        let outline = RoundOutline(
            id: round.id,
            parent: .base,
            phase: .vote,
            report: report,
            startedAt: round.startedAt
        )
        #expect(try await store.rounds() == [outline])
        #expect(try await store.lastRounds(1) == [outline])
        #expect(try await store.round(round.id).report.consistencyHistogram == [0, 1])
    }

    @Test func `failures are counted until the round is given up`() async throws {
        let store = try state.open()
        let round = try await store.begin()

        #expect(try await store.recordFailure(of: round.id, message: "disk full") == 1)
        #expect(try await store.recordFailure(of: round.id, message: "disk still full") == 2)
        try await store.fail(round.id, event: RoundEvent(.roundEnded, message: "round 1 failed"))

        let stored = try await store.round(round.id)
        #expect(stored.outcome == .failed && stored.failureCount == 2 && stored.finishedAt != nil)
        #expect(stored.report.failure == "disk still full")
        await expectError(.roundClosed) { try await store.recordFailure(of: round.id, message: "again") }
    }

    @Test func `a rollback restores a promoted checkpoint and abandons the open round`() async throws {
        let store = try state.open()
        let first = try await store.runRound(.promoted)
        try await store.runRound(.promoted)
        try await store.runRound(.rejected)
        let open = try await store.begin()

        let shown = try await store.rollbackPlan(.round(first.id))
        let done = try await store.rollback(.round(first.id), event: rolledBack)
        let current = done.target

        #expect(shown.leaving.map(\.id.rawValue) == [2] && done.leaving == shown.leaving)
        #expect(shown.byteCount == 3_000 && shown.abandonedRound == open.id && shown.nextRound.rawValue == 5)
        #expect(current.id == first.checkpoint && current.isCurrent)
        let abandoned = try await store.round(open.id)
        #expect(abandoned.outcome == .abandoned && abandoned.finishedAt != nil)
        #expect(try await store.checkpoints().count == 4)
        #expect(try state.names("checkpoints") == ["000001", "000002", "000003"])
        #expect(try await store.streak(of: .rejected) == 0)
        #expect(try await store.begin().parent == first.checkpoint)
        let base = try await store.rollback(.round(RoundID(rawValue: 0)), event: rolledBack)
        #expect(base.target.id == .base)
    }

    @Test func `an undo goes back to what was current before, and undoing it rolls back again`() async throws
    {
        let store = try state.open()
        let first = try await store.runRound(.promoted)
        let second = try await store.runRound(.promoted)
        await expectError(.nothingToUndo) { _ = try await store.rollbackPlan(.undo) }
        try await store.rollback(.round(first.id), event: rolledBack)

        let plan = try await store.rollbackPlan(.undo)
        let undone = try await store.rollback(.undo, event: rolledBack)
        let again = try await store.rollback(.undo, event: rolledBack)

        #expect(plan.isUndo && plan.joining.map(\.id) == [second.checkpoint])
        #expect(undone.target.id == second.checkpoint && again.target.id == first.checkpoint)
    }

    @Test func `a rollback that rests on an older look changes nothing`() async throws {
        let store = try state.open()
        let first = try await store.runRound(.promoted)
        let second = try await store.runRound(.promoted)

        await expectError(.outdated) {
            _ = try await store.rollback(.round(first.id), expecting: first.checkpoint, event: rolledBack)
        }

        #expect(try await store.currentCheckpoint().id == second.checkpoint)
    }

    private let rolledBack: @Sendable (RollbackPlan) -> RoundEvent = { _ in
        RoundEvent(.rolledBack, message: "back")
    }

    @Test func `a rollback to a missing or rejected round changes nothing`() async throws {
        let store = try state.open()
        let rejected = try await store.runRound(.rejected)
        let open = try await store.begin()

        await expectError(.noSuchRound) {
            _ = try await store.rollback(.round(RoundID(rawValue: 9)), event: rolledBack)
        }
        let message = await expectError(.notPromoted) {
            _ = try await store.rollback(.round(rejected.id), event: rolledBack)
        }

        #expect(message.contains("rejected"))
        #expect(try await store.openRound() == open)
        #expect(try await store.lastEvents(9).isEmpty)
    }

    @Test func `a rollback to a damaged checkpoint changes nothing`() async throws {
        let store = try state.open()
        let first = try await store.runRound(.promoted)
        let second = try await store.runRound(.promoted)
        try state.write("other bytes", to: "checkpoints/000001/adapter_model.safetensors")

        await expectError(.checkpointCorrupt) {
            _ = try await store.rollback(.round(first.id), event: rolledBack)
        }

        #expect(try await store.currentCheckpoint().id == second.checkpoint)
    }
}
