import Foundation
import GRDB
import Loop
import Store
import Testing

@Suite struct JournalStoreTests {
    let state = TemporaryState()

    @Test func `a new state holds the base model as its current checkpoint`() async throws {
        let store = try state.open()

        let current = try await store.currentCheckpoint()

        #expect(current.id == .base && current.isPromoted && current.isCurrent && current.parent == nil)
        #expect(current.createdAt == "2027-01-15T08:00:00Z")
        #expect(try await store.adapter(of: .base) == nil)
        #expect(try await store.openRound() == nil)
        #expect(try await store.streak(of: .rejected) == 0)
    }

    @Test func `the writer flushes fully, in WAL, with foreign keys on`() async throws {
        let store = try state.open()

        let pragmas = try store.writerPragmas()

        #expect(
            pragmas == ["journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "mmap_size": "0"]
        )
    }

    @Test func `every table is strict and the schema is numbered`() async throws {
        try await { _ = try await state.open().begin() }()

        let queue = try DatabaseQueue(path: state.path + "/journal.sqlite")

        let tables = try await queue.read { db in
            try Row.fetchAll(db, sql: "PRAGMA table_list").filter {
                $0["type"] == "table" && !($0["name"] as String).hasPrefix("sqlite_")
            }.map { ($0["name"] as String, $0["strict"] as Bool) }
        }
        #expect(
            tables.map(\.0).sorted() == [
                "archives", "candidate_texts", "candidates", "checkpoints", "control", "corrections",
                "evaluations", "events", "levels", "meta", "paraphrases", "preflights", "questions",
                "receipts",
                "retirements",
                "rollbacks",
                "rounds",
                "scores", "variants", "waves",
            ]
        )
        #expect(tables.allSatisfy { $0.1 })
        #expect(try await queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 14)
    }

    @Test func `a newer schema is refused`() async throws {
        _ = try state.open()
        try await DatabaseQueue(path: state.path + "/journal.sqlite").write { db in
            try db.execute(sql: "PRAGMA user_version = 99")
        }

        let message = await expectError(.newerSchema) { _ = try state.open() }

        #expect(message.contains("99"))
    }

    @Test func `an orderly end leaves the journal in one file`() async throws {
        try await { try await state.open().append([RoundEvent(.started, message: "ready")]) }()

        #expect(try state.names(".") == ["checkpoints", "exports", "journal.sqlite", "lock", "training"])
    }

    @Test func `a damaged journal is refused by name`() async throws {
        _ = try state.open()
        try state.write(String(repeating: "no database ", count: 500), to: "journal.sqlite")

        let message = await expectError(.databaseCorrupt) { _ = try state.open() }

        #expect(message.contains("journal.sqlite"))
    }

    @Test func `a second holder is refused with the first one's process id`() async throws {
        let store = try state.open()

        let message = await expectError(.stateLocked) { _ = try state.open() }

        #expect(message.contains(state.path) && message.contains("process \(getpid())"))
        withExtendedLifetime(store) {}
    }

    @Test func `a released state can be opened again`() async throws {
        try await { _ = try await state.open().begin() }()

        let again = try state.open()

        #expect(try await again.openRound()?.id.rawValue == 1)
    }

    @Test func `a state directory stays with its first model`() async throws {
        var model = ModelIdentity.tiny
        let store = try state.open()
        try store.bind(model: model)
        model.threadCount = 2
        try store.bind(model: model)
        model.name = "other"
        model.sha256 = String(repeating: "b", count: 64)

        let message = await expectError(.otherModel) { try store.bind(model: model) }

        #expect(message.contains("tiny") && message.contains("other"))
    }

    @Test func `events are numbered, stamped and announced after their commit`() async throws {
        let announcements = Announcements()
        let store = try state.open(announce: announcements.add)

        try await store.append([
            RoundEvent(.started, message: "ready"), RoundEvent(.warning, message: "careful"),
        ])

        #expect(announcements.events.map(\.id) == [1, 2])
        #expect(announcements.events.allSatisfy { $0.time == "2027-01-15T08:00:00Z" })
        #expect(try await store.events(after: 1).map(\.message) == ["careful"])
        #expect(try await store.lastEvents(1).map(\.id) == [2])
        #expect(try await store.lastEvents(5) == announcements.events)
    }

    @Test func `a refused change announces nothing`() async throws {
        let announcements = Announcements()
        let store = try state.open(announce: announcements.add)
        let round = RoundRecord(
            id: RoundID(rawValue: 9),
            parent: .base,
            phase: .vote,
            seed: 1,
            configuration: RoundConfiguration(),
            startedAt: ""
        )

        await expectError(.noSuchRound) {
            try await store.advance(
                round,
                candidates: [],
                events: [RoundEvent(.phaseFinished, message: "no")]
            )
        }

        #expect(announcements.events.isEmpty)
        #expect(try await store.lastEvents(5).isEmpty)
    }

    @Test func `a pause outlives the process and is noted once`() async throws {
        try await {
            let store = try state.open()
            #expect(try await store.setPaused(true, event: RoundEvent(.paused, message: "paused")))
            #expect(try await !store.setPaused(true, event: RoundEvent(.paused, message: "paused")))
        }()

        let store = try state.open()

        #expect(try await store.isPaused())
        #expect(try await store.lastEvents(9).count == 1)
        #expect(try await store.setPaused(false, event: RoundEvent(.resumed, message: "resumed")))
        #expect(try await !store.isPaused())
    }

    @Test func `questions keep their order and content per split`() async throws {
        let store = try state.open()
        let valid = QuestionInput(
            text: "Which?",
            choices: ["one", "two"],
            answer: "A",
            rationale: "Because.",
            split: .valid,
            origin: "valid.jsonl:1"
        )

        let ids = try await store.add(trainTexts.map { question($0) } + [valid])

        #expect(ids.map(\.rawValue) == [1, 2, 3, 4])
        #expect(try await store.questions(in: .train).map(\.content.text) == trainTexts)
        #expect(try await store.questions(in: .valid).map(\.content) == [valid])
        #expect(try await store.question(ids[3])?.content == valid)
        #expect(try await store.questionCounts() == [.train: 3, .valid: 1, .gate: 0, .test: 0])
    }

    @Test func `a round keeps the questions it began with`() async throws {
        let store = try state.open()
        try await store.add([question("a?"), question("b?", .gate)])
        let first = try await store.begin()
        try await store.add([question("c?", .gate)])

        #expect(try await store.questions(in: .gate, of: first.id).map(\.content.text) == ["b?"])
        #expect(try await store.questions(in: .gate).count == 2)

        try await store.fail(first.id, event: RoundEvent(.roundEnded, message: ""))
        let second = try await store.begin()
        #expect(try await store.questions(in: .gate, of: second.id).map(\.content.text) == ["b?", "c?"])
        #expect(try await store.questions(in: .gate, of: first.id).count == 1)
    }

    @Test func `a duplicate question names both origins and adds nothing`() async throws {
        let store = try state.open()
        try await store.add([question("What is 1 + 2?", origin: "train.jsonl:7")])

        let message = await expectError(.duplicateQuestion) {
            try await store.add([
                question("What is 8 + 9?"), question("What is 1 + 2?", .test, origin: "test.jsonl:3"),
            ])
        }

        #expect(message.contains("train.jsonl:7") && message.contains("test.jsonl:3"))
        #expect(try await store.questions(in: .train).count == 1)
    }

    @Test func `what does not fit beside the reserve is refused with its size`() throws {
        let store = try JournalStore(stateDirectory: state.path, reserve: 1 << 20)

        #expect(throws: Never.self) { try store.checkSpace(for: 1, of: "export one") }
        let error = #expect(throws: StoreError.self) { try store.checkSpace(for: 1 << 60, of: "export one") }

        #expect(error?.code == .diskFull)
        #expect(error?.message.contains("export one takes about 1099511627776 MB") == true)
    }
}
