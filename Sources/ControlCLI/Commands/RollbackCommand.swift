import ArgumentParser
package import ControlAPI
import Loop

/// `autodidact rollback ROUND`.
struct RollbackCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Make the checkpoint of an earlier round current; deletes nothing.",
        discussion: """
            It shows what will change and asks. The running round is abandoned; the next one starts from the restored \
            checkpoint. --undo goes back to the checkpoint that was current before the last rollback; undoing twice rolls \
            back again.
            """
    )

    @Argument(
        help: "The round: a number, promoted, or base for the base model.",
        completion: RoundCompletion.promotedOrBase
    )
    var round: RoundArgument?

    @Flag(help: "Undo the last rollback.")
    var undo = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Show what would happen and change nothing.")
    var dryRun = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (round != nil) != undo else {
            throw ValidationError(undo ? "give either a round or --undo" : "give a round, or --undo")
        }
    }

    func execute(_ session: Session) async throws {
        guard yes || dryRun || session.terminal().canAsk else {
            throw Problem(
                .usage,
                "rollback asks before it acts, and there is no terminal to ask on",
                hint: "add --yes, or --dry-run to see what would happen"
            )
        }
        let target = try await target(session.client)
        var shown: RollbackPreviewReply?
        if dryRun || !yes {
            let preview = try await Self.preview(target, session.client)
            if dryRun { return try session.show(preview) { $0.rollback(preview) } }
            try ask(preview, session)
            shown = preview
        }
        // What was shown is what happens: the daemon refuses when a round was promoted meanwhile.
        let request = RollbackRequest(target, expectedCurrent: shown?.current.id)
        let reply = try await session.client.post(RollbackReply.self, ControlRoute.rollback, request)
        try session.show(reply) { _ in
            var lines = ["current is now \(Words.checkpoint(reply.current))"]
            if let round = reply.abandonedRound { lines.append("round \(round) was abandoned") }
            if reply.previous != reply.current.id {
                lines.append("\"autodidact rollback --undo\" undoes this")
            }
            return lines
        }
    }

    private func target(_ client: ControlClient) async throws -> RollbackTarget {
        guard let round else { return .undo }
        return .round(try await round.resolve(client))
    }

    private static func preview(_ target: RollbackTarget, _ client: ControlClient) async throws
        -> RollbackPreviewReply
    {
        let query =
            switch target {
            case .round(let round): (name: ControlQuery.round, value: "\(round)")
            case .undo: (name: ControlQuery.undo, value: "true")
            }
        return try await client.get(RollbackPreviewReply.self, ControlRoute.rollback, query: [query])
    }

    private func ask(_ preview: RollbackPreviewReply, _ session: Session) throws {
        let lines = Renderer(width: nil).rollback(preview)
        session.warn(lines.map { $0 + "\n" }.joined() + "continue? [y/N] ")
        guard ["y", "yes"].contains(session.readAnswer()?.lowercased() ?? "") else {
            session.warn("nothing changed\n")
            throw QuietExit(status: 1)
        }
    }
}

extension Renderer {
    /// What a rollback would change.
    package func rollback(_ preview: RollbackPreviewReply) -> [String] {
        let (current, target) = (preview.current, preview.target)
        var lines = [
            (preview.isUndo ? "undo the last rollback: back to " : "rollback to ") + Words.checkpoint(target)
        ]
        guard current.id != target.id || preview.abandonedRound != nil else {
            return lines + ["  it is already current and no round is running: nothing would change"]
        }
        if current.id == target.id {
            lines.append("  it is already current")
        } else {
            lines += ["  now:  \(scored(current))", "  then: \(scored(target))"]
        }
        if !preview.leaving.isEmpty { lines.append("  leaves the line: \(names(preview.leaving))") }
        if !preview.joining.isEmpty { lines.append("  comes back: \(names(preview.joining))") }
        if let round = preview.abandonedRound {
            let phase = preview.abandonedPhase.map { ", now in \($0.rawValue)," } ?? ""
            lines.append("  round \(round)\(phase) will be abandoned; its candidates stay in the journal")
        }
        lines.append("  round \(preview.nextRound) will start from \(Words.checkpoint(target))")
        lines.append("  nothing is deleted" + kept(preview))
        return lines
    }

    private func scored(_ record: CheckpointRecord) -> String {
        ([Words.checkpoint(record)] + Words.scores(record.evaluations)).joined(separator: " · ")
    }

    private func names(_ records: [CheckpointRecord]) -> String {
        records.map(Words.checkpoint).joined(separator: ", ")
    }

    private func kept(_ preview: RollbackPreviewReply) -> String {
        let there = preview.leaving.filter { !$0.isPruned }
        guard !there.isEmpty else { return "" }
        let gone = preview.leaving.count - there.count
        return ": \(Words.plural(there.count, "adapter")) (\(Format.bytes(preview.byteCount))) "
            + "\(there.count == 1 ? "stays" : "stay") on disk"
            + (gone > 0 ? ", retention removed \(gone) before" : "")
    }
}
