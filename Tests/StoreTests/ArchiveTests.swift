import Foundation
import Loop
import Store
import Testing

/// Rounds whose candidates are compressed: every answer stays what it was.
@Suite struct ArchiveTests {
    let state = TemporaryState()

    private func ids(_ numbers: Int...) -> [RoundID] { numbers.map(RoundID.init(rawValue:)) }

    @Test(arguments: [1, 1 << 20])
    func `an archived round gives every answer that it gave before`(partLimit: Int) async throws {
        let store = try state.open()
        try await store.fillRounds(4)
        let (before, look) = (try await RoundAnswers(store), try await store.verify())

        let archived = try await store.archiveRounds(keeping: 1, limit: 100, partLimit: partLimit)

        #expect(archived == ids(1, 2, 3))
        #expect(try state.number("SELECT count(*) FROM archives") == (partLimit == 1 ? 9 : 3))
        for table in ["candidates", "candidate_texts", "scores", "waves"] {
            #expect(try state.number("SELECT count(*) FROM \(table) WHERE round < 4") == 0, "\(table)")
        }
        #expect(try await RoundAnswers(store) == before)
        #expect(try await store.verify() == look)
        #expect(before.candidates.joined().contains { $0.scores[.length] != nil })
    }

    @Test func `the oldest are archived first, a few at a time, and never the open one`() async throws {
        let store = try state.open()
        try await store.fillRounds(3)
        let open = try await store.begin()

        let first = try await store.archiveRounds(keeping: 0, limit: 2)
        let second = try await store.archiveRounds(keeping: 0, limit: 2)
        let third = try await store.archiveRounds(keeping: 0, limit: 2)

        #expect(first == ids(1, 2) && second == ids(3) && third == [])
        #expect(try await store.archivedRounds() == ids(1, 2, 3))
        #expect(try await store.openRound()?.id == open.id)
    }

    @Test func `a round without candidates is archived, too`() async throws {
        let store = try state.open()
        try await store.runRounds([true, false])
        let (before, look) = (try await RoundAnswers(store), try await store.verify())

        #expect(try await store.archiveRounds(keeping: 0) == ids(1, 2))

        #expect(try await RoundAnswers(store) == before)
        #expect(try await store.verify() == look)
    }

    @Test func `what a kill leaves right after is the same`() async throws {
        let store = try state.open()
        try await store.fillRounds(3)
        let before = try await RoundAnswers(store)
        try await store.archiveRounds(keeping: 1)

        let killed = try state.killed()

        #expect(try await RoundAnswers(killed.open()) == before)
    }

    @Test func `without room and once cancelled it leaves all as it is`() async throws {
        let store = try state.open()
        try await store.fillRounds(2)

        store.reserve = .max
        let full = try await store.archiveRounds(keeping: 0)
        store.reserve = 0
        let cancelled = try await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.archiveRounds(keeping: 0)
        }.value

        #expect(full == [] && cancelled == [])
        #expect(try await store.archivedRounds() == [])
    }

    @Test func `rounds go on, back and forth, and adapters are removed beside archives`() async throws {
        let store = try state.open()
        try await store.fillRounds(4)
        try await store.archiveRounds(keeping: 0)
        let event: @Sendable (RollbackPlan) -> RoundEvent = { _ in RoundEvent(.rolledBack, message: "") }

        try await store.rollback(.round(RoundID(rawValue: 1)), event: event)
        try await store.fillRounds(1)
        let pruned = try await store.prune(keeping: 1, isDryRun: false).pruned
        let plan = try await store.rollback(.undo, event: event)

        #expect(pruned.map(\.rawValue) == [1, 2, 3])
        #expect(plan.target.id.rawValue == 4)
        let line = try await store.keptCandidates(upTo: CheckpointID(rawValue: 5))
        #expect(Set(line.map(\.round.rawValue)) == [1, 5] && line.count == 6)
        let faults = try await store.verify().violations.map(\.rule)
        #expect(
            !faults.contains { $0.hasPrefix("archive") || $0.hasPrefix("candidate") || $0 == "round_seal" }
        )
    }

    @Test(arguments: [
        ("archive", "UPDATE archives SET content = substr(content, 1, length(content) - 9) WHERE round = 2"),
        ("archive", "UPDATE archives SET byte_count = byte_count + 16384 WHERE round = 2"),
        ("archive", "UPDATE archives SET byte_count = 1 << 60 WHERE round = 2"),
        ("archive", "UPDATE archives SET format = 99 WHERE round = 2"),
        ("archive", "UPDATE archives SET last_question = first_question WHERE round = 2"),
        ("archive", "UPDATE archives SET question_count = question_count + 1 WHERE round = 2"),
        ("archive_parts", "UPDATE archives SET part = 7 WHERE round = 2"),
        ("archive_rows", "INSERT INTO waves VALUES (2, 0, '[1]', 1)"),
        ("archive_round", "UPDATE rounds SET finished_at = NULL WHERE id = 2"),
        ("round_seal", "UPDATE rounds SET seed = seed + 1 WHERE id = 2"),
        (
            "round_seal",
            """
            UPDATE archives SET (content, sha256, byte_count) =
                (SELECT content, sha256, byte_count FROM archives WHERE round = 3) WHERE round = 2
            """
        ),
        (
            "candidate_count",
            "UPDATE rounds SET configuration = json_set(configuration, '$.generate.candidates', 5)"
        ),
        (
            "report_generated",
            "UPDATE rounds SET report = json_set(report, '$.generatedCount', 9) WHERE id = 2"
        ),
        ("retired_wave", "INSERT INTO retirements (question, after_round, retired_at) VALUES (2, 1, '')"),
    ])
    func `what is changed in or about an archive is found and named`(rule: String, sql: String) async throws {
        try await {
            let store = try state.open()
            try await store.fillRounds(3)
            try await store.archiveRounds(keeping: 0)
        }()
        let before = try JournalStore.verify(stateDirectory: state.path).violations

        try state.change(sql)

        let found = try JournalStore.verify(stateDirectory: state.path).violations
        #expect(!before.contains { $0.rule == rule })
        #expect(found.contains { $0.rule == rule }, "\(found)")
    }

    @Test func `a damaged archive is refused with its round and what to do, the others are read`()
        async throws
    {
        let store = try state.open()
        try await store.fillRounds(2)
        try await store.archiveRounds(keeping: 0)
        try state.change("UPDATE archives SET content = zeroblob(length(content)) WHERE round = 1")

        let message = await expectError(.databaseCorrupt) {
            _ = try await store.candidates(of: RoundID(rawValue: 1))
        }

        #expect(message.contains("archive of round 1") && message.contains("backup"))
        #expect(try await store.candidates(of: RoundID(rawValue: 2)).count == 12)
    }
}
