import Foundation
import Glibc
import Loop
import Store
import Testing

/// A journal that has less to hold becomes smaller, and keeps only as many events as it was told to.
@Suite struct SpaceTests {
    let state = TemporaryState()

    /// A journal in which most pages are free, and what it answers.
    private func emptied() async throws -> (JournalStore, RoundAnswers) {
        let store = try state.open()
        try await store.fillRounds(6, textLength: 30_000)
        let answers = try await RoundAnswers(store)
        try await store.archiveRounds(keeping: 1)
        return (store, answers)
    }

    private func fileSize() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: state.path + "/journal.sqlite")
        return (attributes[.size] as? NSNumber)?.intValue ?? -1
    }

    @Test func `free pages go back to the file system and nothing else changes`() async throws {
        let (store, answers) = try await emptied()
        let before = try state.number("PRAGMA page_count")
        #expect(try state.number("PRAGMA auto_vacuum") == 2)

        let given = try await store.giveSpaceBack(leastFree: 0, rewriteLimit: 0)

        let after = try state.number("PRAGMA page_count")
        #expect(given == (before - after) * 16_384 && after < before / 2)
        #expect(try fileSize() == after * 16_384)
        #expect(try state.number("PRAGMA freelist_count") == 0)
        #expect(try await RoundAnswers(store) == answers)
        #expect(try await store.verify().violations.allSatisfy { $0.rule != "integrity" })
        let killed = try state.killed()
        #expect(try await RoundAnswers(killed.open()) == answers)
    }

    @Test func `a journal of an earlier version is written once more, if that is quick`() async throws {
        do { _ = try await emptied() }
        try state.change("PRAGMA auto_vacuum = NONE; VACUUM;")
        let store = try state.open()
        #expect(try state.number("PRAGMA auto_vacuum") == 0)
        try await store.fillRounds(5, textLength: 30_000)
        try await store.archiveRounds(keeping: 0)
        let answers = try await RoundAnswers(store)
        let before = try state.number("PRAGMA page_count")

        let tooLarge = try await store.giveSpaceBack(leastFree: 0, rewriteLimit: 0)
        let given = try await store.giveSpaceBack(leastFree: 0, rewriteLimit: 1 << 30)

        let after = try state.number("PRAGMA page_count")
        #expect(tooLarge == 0 && given == (before - after) * 16_384 && after < before / 2)
        #expect(try state.number("PRAGMA auto_vacuum") == 2)
        #expect(try await RoundAnswers(store) == answers)
        #expect(try state.number("SELECT count(*) FROM pragma_foreign_key_check") == 0)
    }

    @Test func `little free space, a full disk and a stop leave the file as it is`() async throws {
        let (store, answers) = try await emptied()
        let before = try state.number("PRAGMA page_count")

        let little = try await store.giveSpaceBack()
        store.reserve = .max
        let full = try await store.giveSpaceBack(leastFree: 0, rewriteLimit: 1 << 30)
        store.reserve = 0
        let stopped = try await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.giveSpaceBack(leastFree: 0, rewriteLimit: 1 << 30)
        }.value

        #expect(little == 0 && full == 0 && stopped == 0)
        #expect(try state.number("PRAGMA page_count") == before)
        #expect(try await RoundAnswers(store) == answers)
    }

    @Test func `the oldest events go in whole rounds, and the numbers of the others stay`() async throws {
        let store = try state.open()
        try await store.fillRounds(3)
        try await store.append([RoundEvent(.warning, message: "between")])
        let all = try await store.events(after: 0)
        #expect(all.map(\.id) == Array(1...7))

        let none = try await store.removeEvents(keeping: 0)
        let tooFew = try await store.removeEvents(keeping: 7)
        let removed = try await store.removeEvents(keeping: 4)

        #expect(none == 0 && tooFew == 0 && removed == 2)
        #expect(try await store.events(after: 0) == Array(all[2...]))
        #expect(try await store.lastRemovedEvent() == 2)
        #expect(try await store.removeEvents(keeping: 4) == 0)
        try await store.append([RoundEvent(.warning, message: "next")])
        #expect(try await store.lastEvents(1).first?.id == 8)
        #expect(try await store.totals().lastEvent == 8)
    }

    @Test func `a journal whose oldest events were removed is sound, one with a hole is not`() async throws {
        let store = try state.open()
        try await store.fillRounds(4)
        let rules: (VerifyReport) -> [String] = { $0.violations.map(\.rule).filter { $0.hasPrefix("event") } }
        #expect(rules(try await store.verify()) == [])

        try await store.removeEvents(keeping: 3)

        #expect(rules(try await store.verify()) == [])
        #expect(try await store.lastRemovedEvent() == 4)
        try state.change("DELETE FROM events WHERE id = 6")
        #expect(rules(try await store.verify()) == ["event_gap", "event_verdict"])
        try state.change("DELETE FROM events WHERE id = 5")
        #expect(rules(try await store.verify()).contains("event_gap"))
    }

    @Test func `events that went before a rollback or a receipt take nothing from either`() async throws {
        let store = try state.open()
        try await store.fillRounds(3)
        let key = RequestKey("k", request: "back".utf8)
        let receipt = Receipt<RollbackPlan>(key) { _ in Data("{}".utf8) }
        try await store.rollback(.round(RoundID(rawValue: 1)), receipt: receipt) { _ in
            RoundEvent(.rolledBack, message: "back")
        }
        try await store.fillRounds(2)

        try await store.removeEvents(keeping: 1)

        #expect(try await store.events(after: 0).contains { $0.kind == .rolledBack } == false)
        #expect(try await store.reply(to: key) == Data("{}".utf8))
        #expect(try await store.lastRollbacks(1).first?.target.rawValue == 1)
        let plan = try await store.rollbackPlan(.undo)
        #expect(plan.target.id.rawValue == 3)
    }
}
