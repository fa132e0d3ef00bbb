import GRDB
import Loop

extension Database {
    /// The checkpoints that lead from one, its number being the argument, back to the base model: a table
    /// `line` for a statement to begin with.
    static let lineTable = """
        WITH RECURSIVE line (id, parent, round) AS (
            SELECT id, parent, round FROM checkpoints WHERE id = ?
            UNION ALL
            SELECT checkpoints.id, checkpoints.parent, checkpoints.round
            FROM checkpoints JOIN line ON checkpoints.id = line.parent
        )

        """

    /// The line to a checkpoint; empty for the base model.
    func line(to checkpoint: CheckpointID) throws -> CheckpointLine {
        let rounds = try Int.fetchAll(
            self,
            sql: Self.lineTable + "SELECT round FROM line WHERE round IS NOT NULL ORDER BY id",
            arguments: [checkpoint.rawValue]
        )
        let newest = rounds.dropFirst().suffix(CheckpointLine.mostSteps - 1)
        let steps = try (rounds.prefix(1) + newest).map { try step(of: round(RoundID(rawValue: $0))) }
        return CheckpointLine(steps: steps, leftOutCount: rounds.count - steps.count)
    }

    /// A round as part of a line.
    func step(of round: RoundRecord) throws -> CheckpointLine.Step {
        CheckpointLine.Step(round: round, questionCount: try questionCount(of: round.id))
    }
}
