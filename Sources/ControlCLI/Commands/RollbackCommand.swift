import ArgumentParser
package import ControlAPI
package import Loop

/// `autodidact rollback ROUND`.
struct RollbackCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Make the checkpoint of an earlier round current; deletes nothing.",
        discussion: "The running round is abandoned; the next one starts from the restored checkpoint."
    )

    @Argument(help: "The round: a number, promoted, or base for the base model.")
    var round: RoundArgument

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Show what would happen and end.")
    var dryRun = false

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let client = session.client
        let round = try await round.resolve(client)
        let checkpoints = try await client.get(CheckpointsReply.self, ControlRoute.checkpoints).checkpoints
        let rounds = try await client.get(RoundsReply.self, ControlRoute.rounds).rounds
        let plan = try RollbackPlan(to: round, checkpoints: checkpoints, rounds: rounds)
        if dryRun {
            return try session.show(plan) { _ in plan.lines }
        }
        if !yes {
            guard session.terminal().canAsk else {
                throw Problem(
                    .usage,
                    "rollback asks before it acts, and there is no terminal to ask on",
                    hint: "add --yes, or --dry-run to see what would happen"
                )
            }
            session.warn(plan.lines.map { $0 + "\n" }.joined() + "go on? [y/N] ")
            guard ["y", "yes"].contains(session.readAnswer()?.lowercased() ?? "") else {
                session.warn("nothing changed\n")
                throw QuietExit(status: 1)
            }
        }
        let reply = try await client.post(
            RollbackReply.self,
            ControlRoute.rollback,
            RollbackRequest(round: round)
        )
        try session.show(reply) { _ in
            ["current is now \(Words.checkpoint(reply.current))"]
                + (reply.abandonedRound.map { ["round \($0) was abandoned"] } ?? [])
        }
    }
}

/// What a rollback will do, worked out from the daemon's lists; the daemon checks it again.
package struct RollbackPlan: ControlReply, Hashable {
    /// Schema version of the plan.
    package var schemaVersion = ControlVersion.schema
    /// The checkpoint that becomes current.
    package var target: CheckpointRecord
    /// The current one.
    package var current: CheckpointRecord
    /// The round that would be abandoned.
    package var abandonedRound: RoundID?
    /// The phase that round is in.
    package var abandonedPhase: Phase?

    /// Finds the checkpoint of a round.
    package init(
        to round: RoundID,
        checkpoints: [CheckpointRecord],
        rounds: [RoundSummary]
    ) throws(Problem) {
        let isBase = round.rawValue == CheckpointID.base.rawValue
        guard isBase || rounds.contains(where: { $0.id == round }) else {
            throw Problem(
                .noSuchRound,
                "there is no round \(round)",
                hint: "see \"autodidact rounds\" for their numbers",
                round: round.rawValue
            )
        }
        let target = checkpoints.first { isBase ? $0.id == .base : $0.round == round }
        guard let target, target.isPromoted else {
            throw Problem(
                .notPromoted,
                target == nil
                    ? "round \(round) made no checkpoint"
                    : "the checkpoint of round \(round) was not promoted",
                hint: "see \"autodidact checkpoints\" for the promoted ones",
                round: round.rawValue
            )
        }
        self.target = target
        current = checkpoints.first(where: \.isCurrent) ?? target
        let open = rounds.last { $0.outcome == nil }
        abandonedRound = open?.id
        abandonedPhase = open?.phase
    }

    /// The plan in words.
    package var lines: [String] {
        let scores = Words.scores(target.evaluations)
        var lines = [
            "rollback to \(Words.checkpoint(target))"
                + (scores.isEmpty ? "" : ": " + scores.joined(separator: " · ")),
            current.id == target.id
                ? "  it is current already" : "  current now: \(Words.checkpoint(current))",
        ]
        if let abandonedRound {
            let phase = abandonedPhase.map { ", now in \($0.rawValue)," } ?? ""
            lines.append(
                "  round \(abandonedRound)\(phase) will be abandoned; its candidates stay in the journal"
            )
        }
        lines.append("  nothing is deleted; the next round starts from \(Words.checkpoint(target))")
        return lines
    }
}
