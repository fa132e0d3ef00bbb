import Foundation
import GRDB
import Loop
import Store
import Synchronization
import Testing

/// Which adapters retention removes, what takes over from a damaged checkpoint, and older databases.
@Suite struct RetentionTests {
    let state = TemporaryState()

    private func hasAdapter(_ number: Int) -> Bool {
        state.exists("checkpoints/00000\(number)/adapter_model.safetensors")
    }

    @Test func `old adapters go, current, promoted and pinned ones and all manifests stay`() async throws {
        let store = try state.open()
        try await store.runRounds([true, false, true, false, false])
        let pinned = RoundEvent(.pinned, message: "pinned")
        _ = try await store.pin(CheckpointID(rawValue: 2), isPinned: true, event: pinned)

        let plan = try await store.prune(keeping: 1, isDryRun: true)
        #expect((1...5).allSatisfy(hasAdapter))
        let report = try await store.prune(keeping: 1, isDryRun: false)

        #expect(plan == report)
        #expect(report.pruned.map(\.rawValue) == [1, 4])
        #expect(report.kept.map(\.reason) == ["pinned", "current", "one of the last 1"])
        #expect((1...5).map(hasAdapter) == [false, true, true, false, true])
        #expect((1...5).allSatisfy { state.exists("checkpoints/00000\($0)/round.json") })
        await expectError(.checkpointPruned) { _ = try await store.adapter(of: CheckpointID(rawValue: 1)) }
        await expectError(.checkpointPruned) {
            try await store.rollback(.round(RoundID(rawValue: 1))) { _ in RoundEvent(.rolledBack, message: "")
            }
        }
        #expect(try await store.prune(keeping: 1, isDryRun: false).pruned.isEmpty)
    }

    @Test func `a look at the state beside retention finds nothing wrong`() async throws {
        let store = try state.open()
        for _ in 0..<5 {
            try await store.runRounds(Array(repeating: true, count: 40))
            async let pruned = store.prune(keeping: 1, isDryRun: false)
            let report = try await store.verify()
            #expect(report.violations.filter { $0.rule.hasPrefix("checkpoint") }.isEmpty)
            _ = try await pruned
        }
    }

    @Test func `adapters of pruned rows that a kill left behind go at the next start`() async throws {
        try await state.open().runRounds([true, true])
        try await DatabaseQueue(path: state.path + "/journal.sqlite").write { db in
            try db.execute(sql: "UPDATE checkpoints SET is_pruned = 1 WHERE id = 1")
        }

        _ = try state.open()

        #expect(!hasAdapter(1) && hasAdapter(2))
    }

    @Test func `a damaged current checkpoint gives way to the nearest sound one`() async throws {
        let store = try state.open()
        try await store.runRounds([true, true, true])
        let round = try await store.begin()
        for number in 2...3 {
            try state.write("x", to: "checkpoints/00000\(number)/adapter_model.safetensors")
        }

        let damaged = try await store.setAsideCorruptCheckpoints()

        #expect(damaged.map(\.rawValue) == [3])
        #expect(try await store.currentCheckpoint().id.rawValue == 1)
        #expect(try await store.round(round.id).outcome == .abandoned)
        #expect(try await store.lastEvents(1).first?.kind == .checkpointCorrupt)
        #expect(try await store.setAsideCorruptCheckpoints().isEmpty)
    }

    @Test func `a damaged checkpoint whose files were brought back counts again after a rollback`()
        async throws
    {
        let store = try state.open()
        try await store.runRounds([true, true])
        let path = state.path + "/checkpoints/000002/adapter_model.safetensors"
        let whole = try Data(contentsOf: URL(filePath: path))
        try Data("damaged".utf8).write(to: URL(filePath: path))
        #expect(try await store.setAsideCorruptCheckpoints().map(\.rawValue) == [2])
        try whole.write(to: URL(filePath: path))

        try await store.rollback(.round(RoundID(rawValue: 2))) { _ in RoundEvent(.rolledBack, message: "") }

        #expect(try await store.currentCheckpoint().isCorrupt == false)
        #expect(try await store.verify().violations.allSatisfy { $0.rule != "current_promoted" })
    }

    @Test func `a reserve may change while it runs`() async throws {
        let store = try state.open()
        try await store.checkSpace()

        store.reserve = .max
        await expectError(.diskFull) { try await store.checkSpace() }
    }

    @Test(arguments: ["training", "checkpoints"])
    func `a directory that cannot be written is noticed though the rest can be`(name: String) async throws {
        let isRefusing = Mutex(false)
        let files = DurableFiles { step, path in
            guard isRefusing.withLock({ $0 }), step == .create, path.contains("/\(name)/") else { return }
            throw StoreError(.permission, "cannot create \(path)")
        }
        let store = try state.open(files: files)
        try await store.checkSpace()

        isRefusing.withLock { $0 = true }

        await expectError(.permission) { try await store.checkSpace() }
    }

    @Test(arguments: ["-1", "1"])
    func `a schema number that cannot be is a damaged database`(version: String) async throws {
        try await state.open().runRounds([true])
        let queue = try DatabaseQueue(path: state.path + "/journal.sqlite")
        try await queue.write { db in try db.execute(sql: "PRAGMA user_version = \(version)") }
        try queue.close()

        await expectError(.databaseCorrupt) { _ = try state.open() }
    }

    @Test func `a database of the first schema is brought up and goes on`() async throws {
        try await state.open().runRounds([true])
        try await DatabaseQueue(path: state.path + "/journal.sqlite").write { db in
            try db.execute(
                sql: """
                    ALTER TABLE checkpoints DROP COLUMN is_pruned;
                    ALTER TABLE checkpoints DROP COLUMN is_corrupt;
                    ALTER TABLE rounds DROP COLUMN seal;
                    UPDATE rounds SET configuration = json_remove(configuration, '$.collapse');
                    DROP TABLE paraphrases;
                    DROP TABLE variants;
                    DROP TABLE levels;
                    DROP TABLE preflights;
                    DROP TABLE archives;
                    ALTER TABLE control DROP COLUMN events_after;
                    DROP TABLE rollbacks;
                    DROP TABLE retirements;
                    DROP TABLE corrections;
                    DROP TABLE scores;
                    ALTER TABLE rounds DROP COLUMN seal_version;
                    ALTER TABLE meta DROP COLUMN model_files;
                    DROP TRIGGER rounds_sums;
                    DROP INDEX rounds_totals;
                    DROP INDEX rounds_gate;
                    ALTER TABLE rounds DROP COLUMN generated_count;
                    ALTER TABLE rounds DROP COLUMN generated_token_count;
                    ALTER TABLE rounds DROP COLUMN trained_token_count;
                    ALTER TABLE rounds DROP COLUMN gate_share;
                    DROP TABLE receipts;
                    DROP TABLE candidate_texts;
                    ALTER TABLE candidates ADD COLUMN text TEXT NOT NULL DEFAULT '';
                    ALTER TABLE rounds DROP COLUMN last_question;
                    PRAGMA user_version = 1;
                    """
            )
        }

        let store = try state.open()

        #expect(try await store.rounds().map(\.outcome) == [.promoted])
        try await store.runRounds([true])
        #expect(try await store.currentCheckpoint().id.rawValue == 2)
    }

    @Test func `an adapter that names bytes beyond every file is reported`() async throws {
        let state = TemporaryState()
        let store = try state.open()
        let header = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#
        let length = UInt64(header.utf8.count)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
        var round = try await store.begin()
        round.phase = .evaluate
        _ = try await store.recordCheckpoint(
            files: [FileContent(name: "adapter_model.safetensors", bytes: bytes)],
            round: round,
            events: []
        )

        let report = try await store.verify()

        #expect(report.violations.map(\.rule).contains("checkpoint_finite"))
    }
}
