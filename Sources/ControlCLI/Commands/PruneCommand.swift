import ArgumentParser
package import ControlAPI

/// `autodidact prune`.
struct PruneCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove adapters of old checkpoints to free space.",
        discussion: """
            Without --keep, every promoted checkpoint stays, and the newest ones. With it, promoted ones go, too, but the \
            newest, the best, the current, the pinned, and the one that "rollback --undo" goes to. Only adapters go; \
            manifests, scores and candidates stay.
            """
    )

    @Option(help: "How many of the newest to keep, promoted or not.")
    var keep: Int?

    @Flag(help: "Only say what would be removed.")
    var dryRun = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let keep, keep < 1 { throw ValidationError("--keep is \(keep); give 1 or more") }
    }

    func execute(_ session: Session) async throws {
        let request = PruneRequest(keep: keep, isDryRun: dryRun)
        let reply = try await session.client.post(PruneReply.self, ControlRoute.prune, request)
        try session.show(reply) { $0.prune(reply) }
    }
}

extension Renderer {
    /// What is removed, what stays and why.
    package func prune(_ reply: PruneReply) -> [String] {
        let word = reply.isDryRun ? "would be removed" : "removed"
        let first =
            reply.pruned.isEmpty
            ? "nothing to remove"
            : "adapters \(word): checkpoint\(reply.pruned.count == 1 ? "" : "s") "
                + reply.pruned.map { "\($0)" }.joined(separator: ", ") + " (\(Format.bytes(reply.byteCount)))"
        return [first] + reply.kept.map { paint("  \($0.id) stays: \($0.reason)", .dim) }
    }
}
