import Foundation
import GRDB
import Loop
import Store
import Testing

/// What is read of a journal before it is opened is what the store reads, whatever schema it has.
@Suite struct StartLookTests {
    let state = TemporaryState()

    /// The questions that a start sees; it is refused then.
    private func look() throws -> [QuestionRecord] {
        var records: [QuestionRecord] = []
        #expect(throws: LookedAt.self) {
            _ = try JournalStore(
                stateDirectory: state.path,
                admit: { look in
                    records = look.questionRecords
                    throw LookedAt()
                }
            )
        }
        return records
    }

    /// Questions of two splits, of which one is retired, one was and is back, and one has a corrected answer.
    private func fill() async throws -> [QuestionRecord] {
        let store = try state.open()
        let event = RoundEvent(.questionsRetired, message: "")
        let ids = try await store.add([
            question("a?", .gate), question("b?"), question("c?"), question("d?"), question("e?", .gate),
        ])
        try await store.fail(store.begin().id, event: RoundEvent(.roundEnded, message: ""))
        try await store.retire([ids[0], ids[2]]) { _ in event }
        try await store.retire([ids[2]], isBack: true) { _ in event }
        let correction = QuestionCorrection(
            question: ids[1],
            answer: "33",
            rationale: "So.",
            origin: "train.jsonl:1"
        )
        try await store.add([], corrections: [correction])
        return try await store.questionRecords()
    }

    @Test func `retired questions and corrected answers are seen`() async throws {
        let records = try await fill()
        let before = try state.picture()

        let found = try look()

        #expect(found == records)
        #expect(found.map(\.question.content.text) == ["b?", "c?", "d?", "a?", "e?"])
        #expect(found.map(\.isRetired) == [false, false, false, true, false])
        #expect(found.first?.question.content.answer == "33" && found[3].lastRound?.rawValue == 1)
        #expect(try state.picture() == before)
    }

    @Test(arguments: [7, 8])
    func `journals of schemas before those are read as they are`(version: Int) async throws {
        _ = try await fill()
        let queue = try DatabaseQueue(path: state.path + "/journal.sqlite")
        try await queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    DROP TABLE paraphrases;
                    DROP TABLE variants;
                    DROP TABLE levels;
                    DROP TABLE preflights;
                    DROP TABLE archives;
                    ALTER TABLE control DROP COLUMN events_after;
                    """
            )
            if version < 9 { try db.execute(sql: "DROP TABLE retirements; DROP TABLE corrections;") }
            if version < 8 {
                try db.execute(
                    sql: """
                        DROP TABLE scores;
                        ALTER TABLE rounds DROP COLUMN seal_version;
                        ALTER TABLE meta DROP COLUMN model_files;
                        """
                )
            }
            try db.execute(sql: "PRAGMA user_version = \(version)")
        }
        try queue.close()
        let before = try state.picture()

        let found = try look()

        #expect(try state.picture() == before)
        #expect(found.allSatisfy { !$0.isRetired && $0.question.content.answer == "3" })
        #expect(try await state.open().questionRecords() == found)
    }

    @Test func `a newer schema is refused by the look, and nothing is changed`() async throws {
        _ = try await fill()
        let queue = try DatabaseQueue(path: state.path + "/journal.sqlite")
        try await queue.write { db in try db.execute(sql: "PRAGMA user_version = 15") }
        try queue.close()
        let before = try state.picture()

        let message = await expectError(.newerSchema) { _ = try state.open() }

        #expect(message.contains("schema 15") && message.contains("up to 14"))
        #expect(try state.picture() == before)
    }
}

private struct LookedAt: Error {}
