import GRDB
import Loop
import Store
import Testing

/// Levels of questions, and what earlier rounds' votes said about them.
@Suite struct LevelTests {
    let state = TemporaryState()

    private func levelled(_ text: String, _ level: Int?, _ split: Split = .train) -> QuestionInput {
        var content = question(text, split)
        content.level = level
        return content
    }

    /// Runs a round to its end whose vote found one mean share of level 2.
    private func runRound(_ store: JournalStore, _ outcome: Outcome, share: Double?) async throws
        -> RoundRecord
    {
        var round = try await store.begin()
        round.phase = .evaluate
        round.report.levelVotes = share.map { [LevelVote(level: 2, questionCount: 10, meanShare: $0)] }
        round = try await store.recordCheckpoint(files: adapterFiles(), round: round, events: [])
        round.outcome = outcome
        round.phase = .report
        try await store.decide(round, events: [])
        round.finishedAt = ""
        try await store.advance(round, candidates: [], events: [])
        return round
    }

    private func shares(_ store: JournalStore, _ checkpoint: CheckpointID) async throws -> [Double] {
        try await store.levelVotes(upTo: checkpoint).compactMap { $0.first?.meanShare }
    }

    @Test func `a question keeps its level, wherever it is read`() async throws {
        let inputs = [levelled("a?", 3), levelled("b?", nil), levelled("c?", 0, .gate)]

        let ids = try await state.open().add(inputs)

        let store = try state.open()
        #expect(try await store.questions(in: .train).map(\.content.level) == [3, nil])
        #expect(try await store.question(ids[2])?.content.level == 0)
        #expect(try await store.questionRecords().map(\.question.content) == inputs)
        #expect(try await store.verify().violations == [])
    }

    @Test func `another level counts from the next round on`() async throws {
        let store = try state.open()
        let ids = try await store.add([levelled("a?", 3), levelled("b?", nil, .gate)])
        let round = try await store.begin()

        try await store.add(
            [],
            levels: [QuestionLevel(question: ids[0], level: 4), QuestionLevel(question: ids[1], level: 1)]
        )
        try await store.add([], levels: [QuestionLevel(question: ids[0], level: 5)])

        #expect(try await store.questions(in: .train, of: round.id).map(\.content.level) == [3])
        #expect(try await store.questions(in: .gate, of: round.id).map(\.content.level) == [nil])
        #expect(try await store.questions(in: .train).map(\.content.level) == [5])
        #expect(try await store.questions(in: .gate).map(\.content.level) == [1])
        #expect(try await !store.verify().violations.map(\.rule).contains("level"))
    }

    @Test func `votes are those of rounds on the line to the checkpoint, oldest first`() async throws {
        let store = try state.open()
        try await store.add([levelled("a?", 2)])
        let first = try await runRound(store, .promoted, share: 0.4)
        _ = try await runRound(store, .rejected, share: 0.5)
        let third = try await runRound(store, .promoted, share: nil)
        _ = try await runRound(store, .rejected, share: 0.7)

        #expect(try await shares(store, #require(third.checkpoint)) == [0.4, 0.5, 0.7])
        try await store.rollback(.round(first.id)) { _ in RoundEvent(.rolledBack, message: "back") }

        #expect(try await shares(store, #require(first.checkpoint)) == [0.4, 0.5])
        #expect(try await shares(store, .base) == [0.4])
    }

    @Test func `an open round's votes do not count yet`() async throws {
        let store = try state.open()
        try await store.add([levelled("a?", 2)])
        var round = try await store.begin()
        round.phase = .weigh
        round.report.levelVotes = [LevelVote(level: 2, questionCount: 10, meanShare: 0.4)]
        try await store.advance(round, candidates: [], events: [])

        #expect(try await store.levelVotes(upTo: .base) == [])
    }

    @Test func `a journal without levels opens, and is seen as it is before that`() async throws {
        _ = try await { try await state.open().add(trainQuestions) }()
        try await DatabaseQueue(path: state.path + "/journal.sqlite").write { db in
            try db.execute(sql: "DROP TABLE paraphrases; DROP TABLE levels; PRAGMA user_version = 12;")
        }
        var seen: [QuestionRecord] = []

        let store = try JournalStore(stateDirectory: state.path, admit: { seen = $0.questionRecords })

        #expect(seen.map(\.question.content) == trainQuestions)
        #expect(try await store.questionRecords() == seen)
        #expect(try await store.verify().violations == [])
    }

    @Test func `a level of a round that is not there breaks a rule`() async throws {
        _ = try await { try await state.open().add([levelled("a?", 2)]) }()
        try await DatabaseQueue(path: state.path + "/journal.sqlite").write { db in
            try db.execute(sql: "UPDATE levels SET after_round = 9")
        }

        let rules = try await state.open().verify().violations.map(\.rule)

        #expect(rules == ["level"])
    }

    @Test func `sets that differ in a level alone are not the same`() throws {
        let plain = try QuestionDigest.of([levelled("a?", nil)])

        #expect(try QuestionDigest.of([levelled("a?", 2)]) != plain)
        // Of [{"answer":"3","choices":[],"text":"a?"}], which is what counted before there were levels.
        #expect(plain == "152653e8728e43d6a793a3a5e68f248ab1c77c871ae3c1cdfc0ec303ba78144c")
    }
}
