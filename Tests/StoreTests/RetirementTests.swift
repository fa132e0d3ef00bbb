import Foundation
import GRDB
import Loop
import Store
import Testing

/// Questions out of use, and answers that are corrected: from the next round on, and never before.
@Suite struct RetirementTests {
    let state = TemporaryState()

    private let end = RoundEvent(.roundEnded, message: "")

    @discardableResult
    private func retire(
        _ store: JournalStore,
        _ ids: [QuestionID],
        isBack: Bool = false,
        isDryRun: Bool = false
    ) async throws -> RetirementChange {
        try await store.retire(ids, isBack: isBack, isDryRun: isDryRun) { change in
            RoundEvent(.questionsRetired, message: "\(change.questions.count) questions")
        }
    }

    /// What verification finds, except that the fixture's rounds have no events and no evaluations.
    private func faults(_ store: JournalStore) async throws -> [String] {
        let fixture: Set = ["event_begin", "event_verdict", "round_gate", "evaluation_promoted"]
        return try await store.verify().violations.filter { !fixture.contains($0.rule) }
            .map { "\($0.rule): \($0.detail)" }
    }

    private func texts(_ questions: [Question]) -> [String] { questions.map(\.content.text) }

    @Test func `a retired question is out of the next round, and the open one keeps it`() async throws {
        let store = try state.open()
        let ids = try await store.add([question("a?"), question("b?", .gate), question("c?", .gate)])
        let first = try await store.begin()

        let change = try await retire(store, [ids[1]])

        #expect(change.firstRound.rawValue == 2 && change.counts[.gate] == 1)
        #expect(texts(try await store.questions(in: .gate, of: first.id)) == ["b?", "c?"])
        #expect(texts(try await store.questions(in: .gate)) == ["c?"])
        #expect(try await store.question(ids[1])?.content.text == "b?")
        try await store.fail(first.id, event: end)
        let second = try await store.begin()
        #expect(texts(try await store.questions(in: .gate, of: second.id)) == ["c?"])
        #expect(texts(try await store.questions(in: .gate, of: first.id)) == ["b?", "c?"])
        let faults = try await faults(store)
        #expect(faults == [])
    }

    @Test func `what is put back counts from the next round on, and the rounds between stay without`()
        async throws
    {
        let store = try state.open()
        let ids = try await store.add([question("a?"), question("b?")])
        try await store.fail(try await store.begin().id, event: end)
        try await retire(store, [ids[0]])
        let second = try await store.begin()
        try await retire(store, [ids[0]], isBack: true)

        #expect(texts(try await store.questions(in: .train, of: second.id)) == ["b?"])
        #expect(texts(try await store.questions(in: .train)) == ["a?", "b?"])
        try await store.fail(second.id, event: end)
        let third = try await store.begin()
        #expect(texts(try await store.questions(in: .train, of: third.id)) == ["a?", "b?"])
        #expect(texts(try await store.questions(in: .train, of: RoundID(rawValue: 1))) == ["a?", "b?"])
        #expect(try await store.questionRecords().allSatisfy { !$0.isRetired })
        let faults = try await faults(store)
        #expect(faults == [])
    }

    @Test func `retired between the draw and the beginning, a question is in that round still`() async throws
    {
        let store = try state.open()
        let ids = try await store.add(trainQuestions)
        try await retire(store, [ids[0]])

        let round = try await store.beginRound(
            seed: 1,
            configuration: RoundConfiguration(),
            waves: [ids],
            events: []
        )

        #expect(try await store.questions(in: .train, of: round.id).map(\.id) == ids)
        #expect(try await store.questions(in: .train).map(\.id) == Array(ids.dropFirst()))
        let faults = try await faults(store)
        #expect(faults == [])
    }

    @Test func `an evaluation counts for the open round, and not for one with other questions`() async throws
    {
        let store = try state.open()
        let ids = try await store.add([question("a?"), question("b?", .gate), question("c?", .gate)])
        let round = try await store.begin()
        try await store.record(evaluation(.gate, Array(ids.dropFirst())), of: .base)

        try await retire(store, [ids[1]])

        #expect(try await store.evaluation(of: .base, on: .gate) != nil)
        try await store.fail(round.id, event: end)
        #expect(try await store.evaluation(of: .base, on: .gate) == nil)
        try await retire(store, [ids[1]], isBack: true)
        #expect(try await store.evaluation(of: .base, on: .gate) != nil)
    }

    @Test func `a retired question can be added with another answer, and is not put back beside it`()
        async throws
    {
        let store = try state.open()
        let old = try await store.add([question("a?", .gate)])
        try await retire(store, old)
        var changed = question("a?", .gate)
        changed.answer = "4"

        let new = try await store.add([changed])

        #expect(try await store.questions(in: .gate).map(\.id) == new)
        let message = await expectError(.duplicateQuestion) { try await retire(store, old, isBack: true) }
        #expect(message.contains("question 2 has the same text"), "\(message)")
        await expectError(.duplicateQuestion) { try await store.add([changed]) }
        let faults = try await faults(store)
        #expect(faults == [])
    }

    @Test func `a corrected answer counts from the next round on`() async throws {
        let store = try state.open()
        let ids = try await store.add([question("a?"), question("b?", .gate)])
        let round = try await store.begin()
        let correction = QuestionCorrection(
            question: ids[0],
            answer: "7",
            rationale: nil,
            origin: "train.jsonl:1"
        )

        try await store.add([], corrections: [correction])

        #expect(try await store.questions(in: .train, of: round.id).map(\.content.answer) == ["3"])
        #expect(try await store.question(ids[0], of: round.id)?.content.answer == "3")
        #expect(try await store.questions(in: .train).map(\.content.answer) == ["7"])
        await expectError(.invalidRequest) {
            try await store.add(
                [],
                corrections: [
                    QuestionCorrection(question: ids[1], answer: "7", rationale: nil, origin: "g:1")
                ]
            )
        }
        let faults = try await faults(store)
        #expect(faults == [])
    }

    @Test func `a dry run, an unknown number and a refusal change nothing`() async throws {
        struct Refusal: Error {}
        let store = try state.open()
        let ids = try await store.add([question("a?")])
        let before = try await store.events(after: 0)

        let shown = try await retire(store, ids, isDryRun: true)
        await expectError(.invalidRequest) { try await retire(store, ids + [QuestionID(rawValue: 99)]) }
        await #expect(throws: Refusal.self) {
            try await store.retire(
                ids,
                check: { _ in throw Refusal() },
                event: { _ in
                    RoundEvent(.questionsRetired, message: "")
                }
            )
        }

        #expect(shown.questions.map(\.id) == ids && shown.counts[.train] == 0)
        #expect(try await store.questionCounts()[.train] == 1)
        #expect(try await store.events(after: 0) == before)
    }

    @Test func `event, receipt and change are one transaction, and a second time changes nothing`()
        async throws
    {
        let store = try state.open()
        let ids = try await store.add([question("a?"), question("b?")])
        let key = RequestKey("key-1", request: "retire".utf8)
        let receipt = Receipt<RetirementChange>(key) { Data("\($0.questions.count)".utf8) }

        try await store.retire([ids[0]], receipt: receipt) { _ in
            RoundEvent(.questionsRetired, message: "one")
        }
        let again = try await retire(store, [ids[0]])

        // Named: the directory goes when its value does.
        let copy = try state.killed()
        let killed = try copy.open()
        #expect(try await killed.reply(to: key) == Data("1".utf8))
        #expect(try await killed.retiredCounts()[.train] == 1)
        #expect(again.questions.isEmpty && again.unchanged == [ids[0]])
        #expect(try await killed.events(after: 0).count { $0.kind == .questionsRetired } == 1)
        withExtendedLifetime(copy) {}
    }

    @Test func `totals count what is in use and what is not`() async throws {
        let store = try state.open()
        let ids = try await store.add([question("a?"), question("b?"), question("c?", .gate)])
        try await retire(store, [ids[0]])

        let totals = try await store.totals()

        #expect(totals.questionCounts == [.train: 1, .valid: 0, .gate: 1, .test: 0])
        #expect(totals.retiredCounts == [.train: 1, .valid: 0, .gate: 0, .test: 0])
    }

    @Test func `a journal of the schema before keeps its questions, candidates and seals`() async throws {
        let ids = try await {
            let store = try state.open()
            try await store.runRounds([true])
            return try await store.questions(in: .train)
        }()
        let queue = try DatabaseQueue(path: state.path + "/journal.sqlite")
        try await queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    PRAGMA foreign_keys = OFF;
                    DROP TABLE paraphrases;
                    DROP TABLE variants;
                    DROP TABLE levels;
                    DROP TABLE preflights;
                    DROP TABLE archives;
                    ALTER TABLE control DROP COLUMN events_after;
                    DROP TABLE retirements;
                    DROP TABLE corrections;
                    CREATE TABLE old (
                        id INTEGER NOT NULL PRIMARY KEY CHECK (id > 0),
                        text TEXT NOT NULL CHECK (text <> ''),
                        choices TEXT NOT NULL,
                        answer TEXT,
                        rationale TEXT,
                        split TEXT NOT NULL CHECK (split IN ('train', 'valid', 'gate', 'test')),
                        origin TEXT NOT NULL,
                        added_at TEXT NOT NULL,
                        UNIQUE (text, choices)
                    ) STRICT;
                    INSERT INTO old SELECT * FROM questions;
                    DROP TABLE questions;
                    ALTER TABLE old RENAME TO questions;
                    CREATE INDEX questions_split ON questions (split, id);
                    PRAGMA user_version = 8;
                    """
            )
        }
        try queue.close()

        let store = try state.open()

        #expect(try await store.questions(in: .train) == ids)
        #expect(try store.writerPragmas()["foreign_keys"] == "1")
        try await retire(store, [ids[0].id])
        try await store.add([question(ids[0].content.text)])
        try await store.runRounds([true])
        let faults = try await faults(store)
        #expect(faults == [])
    }
}
