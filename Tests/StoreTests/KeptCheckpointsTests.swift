import Foundation
import Loop
import Store
import Testing

/// What retention must leave: everything that a rollback is promised to reach.
@Suite struct KeptCheckpointsTests {
    let state = TemporaryState()

    private func store(_ outcomes: [Outcome]) async throws -> JournalStore {
        let store = try state.open()
        try await store.add(trainTexts.map { question($0) })
        for outcome in outcomes { try await store.runRound(outcome) }
        return store
    }

    @Test func `rejected checkpoints go and promoted ones stay unless a count is asked for`() async throws {
        let store = try await store([.promoted, .rejected, .promoted, .rejected, .rejected, .promoted])

        let unasked = try await store.prune(keeping: 1, sparesPromoted: true, isDryRun: true)
        let asked = try await store.prune(keeping: 1, isDryRun: true)

        #expect(unasked.pruned.map(\.rawValue) == [2, 4, 5])
        #expect(unasked.kept.map(\.id.rawValue) == [1, 3, 6])
        #expect(unasked.kept.map(\.reason).contains("promoted"))
        #expect(Set(asked.pruned).isSuperset(of: unasked.pruned) && asked.pruned.count > 3)
    }

    @Test func `the target of undoing a rollback stays`() async throws {
        let store = try await store([.promoted, .promoted, .promoted])
        let event: @Sendable (RollbackPlan) -> RoundEvent = { _ in RoundEvent(.rolledBack, message: "") }
        try await store.rollback(.round(RoundID(rawValue: 3)), event: event)
        try await store.rollback(.round(RoundID(rawValue: 1)), event: event)
        for outcome in [Outcome.promoted, .promoted, .promoted] { try await store.runRound(outcome) }

        let report = try await store.prune(keeping: 1, isDryRun: false)

        #expect(!report.pruned.contains(CheckpointID(rawValue: 3)))
        #expect(report.kept.first { $0.id.rawValue == 3 }?.reason == "rollback --undo goes there")
        let plan = try await store.rollback(.undo, event: event)
        #expect(plan.target.id.rawValue == 3)
    }
}
