import Foundation
import GRDB
import Loop

/// What a journal says, read in one transaction through a connection of its own.
struct JournalLook: Sendable {
    /// Finished rounds, each with all that its row and its checkpoint's lasting columns hold.
    var finished: [Int: String] = [:]
    /// Finished rounds with outcome `failed`.
    var failed: [Int] = []
    var outlines: [RoundOutline] = []
    var events: [RoundEvent] = []
    var questions: [Int: String] = [:]
    /// The split of each question.
    var splits: [Int: String] = [:]
    var retired: Set<Int> = []
    var pinned: Set<Int> = []
    var pruned: Set<Int> = []
    var rollbacks: [[Int]] = []
    var current = 0
    var isPaused = false

    /// A look that has seen nothing.
    init() {}

    /// Reads a state directory, whether a daemon holds it or not.
    init(_ state: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: state + "/journal.sqlite", configuration: configuration)
        defer { try? queue.close() }
        self = try queue.read { db in
            var look = JournalLook()
            try look.readRounds(db)
            try look.readRest(db)
            return look
        }
    }

    /// An event's time, kind and text: what may never change.
    static func text(_ event: RoundEvent) -> String {
        "\(event.id) \(event.time) \(event.kind.rawValue) round \(event.round.map { "\($0)" } ?? "none"): "
            + event.message
    }

    private mutating func readRounds(_ db: Database) throws {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT r.*, c.directory, c.sha256, c.files, c.is_promoted, c.created_at
                FROM rounds AS r LEFT JOIN checkpoints AS c ON c.id = r.checkpoint ORDER BY r.id
                """
        )
        for row in rows {
            let id: Int = row["id"]
            let (parent, checkpoint): (Int, Int?) = (row["parent"], row["checkpoint"])
            outlines.append(
                RoundOutline(
                    id: RoundID(rawValue: id),
                    parent: CheckpointID(rawValue: parent),
                    phase: .report,
                    checkpoint: checkpoint.map(CheckpointID.init(rawValue:)),
                    startedAt: ""
                )
            )
            guard row["finished_at"] as String? != nil else { continue }
            finished[id] = "\(row)"
            if row["outcome"] as String? == "failed" { failed.append(id) }
        }
    }

    private mutating func readRest(_ db: Database) throws {
        events = try Row.fetchAll(db, sql: "SELECT id, time, round, kind, message FROM events ORDER BY id")
            .map { row in
                let (name, round): (String, Int?) = (row["kind"], row["round"])
                return RoundEvent(
                    EventKind(rawValue: name) ?? .warning,
                    round: round.map(RoundID.init(rawValue:)),
                    message: row["message"],
                    id: row["id"],
                    time: row["time"]
                )
            }
        for row in try Row.fetchAll(db, sql: "SELECT id, text, split FROM questions") {
            let id: Int = row["id"]
            (questions[id], splits[id]) = (row["text"], row["split"])
        }
        retired = try Int.fetchSet(db, sql: "SELECT question FROM retirements WHERE back_after IS NULL")
        pinned = try Int.fetchSet(db, sql: "SELECT id FROM checkpoints WHERE is_pinned = 1")
        pruned = try Int.fetchSet(db, sql: "SELECT id FROM checkpoints WHERE is_pruned = 1")
        rollbacks = try Row.fetchAll(db, sql: "SELECT previous, target FROM rollbacks ORDER BY id")
            .map { [$0[0], $0[1]] }
        current = try Int.fetchOne(db, sql: "SELECT current FROM control") ?? -1
        isPaused = try Bool.fetchOne(db, sql: "SELECT is_paused FROM control") ?? false
    }
}
