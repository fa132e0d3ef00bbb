import Foundation
import GRDB
import Loop

extension StateVerifier {
    /// Checkpoints: one root, parents before children, bound to their rounds, one of them current.
    func checkTree() throws {
        try rule(
            "current_checkpoint",
            "the current checkpoint % does not exist",
            sql: "SELECT current FROM control WHERE current NOT IN (SELECT id FROM checkpoints)"
        )
        try rule("current_checkpoint") {
            try Int.fetchOne(db, sql: "SELECT count(*) FROM control") == 1
                ? [] : ["the row that names it is missing"]
        }
        try rule(
            "current_promoted",
            "the current checkpoint % was never promoted, is pruned or is damaged",
            sql: """
                SELECT id FROM checkpoints WHERE id = (SELECT current FROM control)
                    AND (is_promoted = 0 OR is_pruned = 1 OR is_corrupt = 1)
                """
        )
        try rule("tree_root") {
            try Int.fetchOne(db, sql: "SELECT count(*) FROM checkpoints WHERE id = 0") == 1
                ? [] : ["the base model's checkpoint 0 is missing"]
        }
        try rule(
            "tree_parent",
            "checkpoint % has parent %, which does not come before it",
            sql: """
                SELECT id, parent FROM checkpoints AS c WHERE id > 0 AND
                    (parent IS NULL OR parent >= id OR NOT EXISTS (SELECT 1 FROM checkpoints WHERE id = c.parent))
                """
        )
        try rule(
            "checkpoint_round",
            "checkpoint % names round %, which names checkpoint %",
            sql: """
                SELECT c.id, c.round, r.checkpoint FROM checkpoints AS c LEFT JOIN rounds AS r ON r.id = c.round
                WHERE c.id > 0 AND r.checkpoint IS NOT c.id
                """
        )
        try rule(
            "round_checkpoint",
            "round % names checkpoint %, which is not there",
            sql: """
                SELECT id, checkpoint FROM rounds WHERE checkpoint IS NOT NULL
                    AND checkpoint NOT IN (SELECT id FROM checkpoints)
                """
        )
        try rule(
            "checkpoint_parent",
            "checkpoint % has parent %, its round started from %",
            sql: """
                SELECT c.id, c.parent, r.parent FROM checkpoints AS c JOIN rounds AS r ON r.id = c.round
                WHERE c.parent <> r.parent
                """
        )
        try rule(
            "promotion",
            "checkpoint % is promoted: %, but its round's outcome is %",
            sql: """
                SELECT c.id, c.is_promoted, r.outcome FROM checkpoints AS c JOIN rounds AS r ON r.id = c.round
                WHERE c.is_promoted <> (r.outcome IS 'promoted')
                """
        )
    }

    /// Rounds: numbered without gaps, ended with all that their outcome needs, and unchanged since.
    func checkRounds() throws {
        let rounds = try Row.fetchAll(db, sql: "SELECT \(RoundRecord.columns) FROM rounds ORDER BY id")
        report.roundCount = rounds.count
        var records: [RoundRecord] = []
        try rule("round_readable") {
            rounds.compactMap { row in
                do {
                    records.append(try RoundRecord(row))
                    return nil
                } catch {
                    return "round \(row[0] ?? -1) cannot be read: \(error)"
                }
            }
        }
        try rule("round_numbers") {
            zip(records, 1...).first { $0.id.rawValue != $1 }.map {
                ["round \($0.id) is where \($1) is expected"]
            }
                ?? []
        }
        try rule("round_open") {
            let open = records.filter { $0.finishedAt == nil }
            return open.dropLast().map { "round \($0.id) is open as well as round \(open.last?.id ?? $0.id)" }
                + open.filter { $0.id != records.last?.id }.map { "round \($0.id) is open but not the last" }
        }
        try rule("round_outcome") {
            records.compactMap {
                $0.finishedAt != nil && $0.outcome == nil ? "round \($0.id) ended without one" : nil
            }
        }
        try rule("round_parent") {
            try records.filter { try !exists("SELECT 1 FROM checkpoints WHERE id = ?", $0.parent.rawValue) }
                .map { "round \($0.id) started from checkpoint \($0.parent), which is not there" }
        }
        try rule("round_gate") { records.compactMap(Self.gateFault) }
        try rule("round_numbers_finite") {
            records.compactMap { round in
                let numbers =
                    [round.report.meanValidLoss, round.report.meanDSWeight, round.report.cutDSWeight]
                    .compactMap { $0 } + (round.report.trainingLosses ?? [])
                return numbers.allSatisfy(\.isFinite)
                    ? nil : "round \(round.id) reports a number that is not finite"
            }
        }
        try rule("round_phase") {
            records.compactMap { round in
                let needs = round.phase > .finetune && round.outcome != .abandoned && round.outcome != .failed
                return needs && round.checkpoint == nil
                    ? "round \(round.id) is in phase \(round.phase.rawValue) without a checkpoint" : nil
            }
        }
        try checkWaves()
        let archived = try Int.fetchSet(db, sql: "SELECT DISTINCT round FROM archives")
        try checkSeals(
            of: records.filter { $0.finishedAt != nil && !archived.contains($0.id.rawValue) }.map(\.id)
        )
    }

    /// Waves: all done once their round has gone on.
    func checkWaves() throws {
        try rule(
            "round_waves",
            "round % has gone beyond generate with wave % not done",
            sql: """
                SELECT r.id, w."index" FROM rounds AS r JOIN waves AS w ON w.round = r.id
                WHERE r.phase <> 'generate' AND w.is_done = 0
                """
        )
    }

    /// Seals of rounds that have ended.
    func checkSeals(of rounds: [RoundID]) throws {
        try rule("round_seal") { try rounds.compactMap { try RoundSeal.fault(of: $0, in: db) } }
    }

    private static func gateFault(_ round: RoundRecord) -> String? {
        switch round.outcome {
        case .promoted:
            if round.checkpoint == nil { return "round \(round.id) is promoted without a checkpoint" }
            return round.report.gate?.isPassed == true
                ? nil : "round \(round.id) is promoted though its gate did not pass"
        case .rejected:
            let isCollapse = round.report.collapse?.isEmpty == false
            return round.report.gate?.isPassed == true || (round.report.gate == nil && !isCollapse)
                ? "round \(round.id) is rejected without a gate that failed" : nil
        default: return nil
        }
    }

    func exists(_ sql: String, _ number: Int) throws -> Bool {
        try Int.fetchOne(db, sql: sql, arguments: [number]) != nil
    }
}
