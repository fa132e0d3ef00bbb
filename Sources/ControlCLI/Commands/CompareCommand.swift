import ArgumentParser
import ControlAPI
import Loop

/// `autodidact compare A B`.
struct CompareCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract:
            "Two checkpoints on the same held-out questions: gained, lost, and whether it may be chance.",
        discussion: """
            It compares answers that are already in the journal and does not ask the model. The p-value is that of
            the exact two-sided sign test over the questions that only one of the two has right.
            """
    )

    @Argument(
        help: "The round to start from: a number, latest, promoted, or base for the base model.",
        completion: RoundCompletion.anyOrBase
    )
    var a: RoundArgument

    @Argument(help: "The round to compare it with.", completion: RoundCompletion.anyOrBase)
    var b: RoundArgument

    @Option(help: "The split whose questions are compared: gate, test or valid.")
    var split = Split.gate

    @Option(help: "How many gained and how many lost questions to show, 0 to 1000.")
    var limit = 20

    @Flag(help: "Show every gained and lost question.")
    var all = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard split != .train else {
            throw ValidationError("no checkpoint is evaluated on split train; give gate, test or valid")
        }
        guard (0...ControlLimits.maximumPageSize).contains(limit) else {
            throw ValidationError("--limit is \(limit); give 0 to \(ControlLimits.maximumPageSize)")
        }
    }

    func execute(_ session: Session) async throws {
        let a = try await a.resolve(session.client)
        let b = try await b.resolve(session.client)
        let limit = all ? ControlLimits.maximumPageSize : limit
        var reply = try await page(a, b, offset: 0, limit: limit, session.client)
        while all, max(reply.gained.count, reply.lost.count) < max(reply.gainedCount, reply.lostCount) {
            let shown = max(reply.gained.count, reply.lost.count)
            let next = try await page(a, b, offset: shown, limit: limit, session.client)
            guard !next.gained.isEmpty || !next.lost.isEmpty else { break }
            reply.gained += next.gained
            reply.lost += next.lost
            reply.limit += limit
        }
        try session.show(reply) { $0.comparison(reply) }
    }

    private func page(
        _ a: RoundID,
        _ b: RoundID,
        offset: Int,
        limit: Int,
        _ client: ControlClient
    ) async throws -> CompareReply {
        let query: [(name: String, value: String)] = [
            (ControlQuery.a, "\(a)"), (ControlQuery.b, "\(b)"), (ControlQuery.split, split.rawValue),
            (ControlQuery.limit, "\(limit)"), (ControlQuery.offset, "\(offset)"),
        ]
        return try await client.get(CompareReply.self, ControlRoute.compare, query: query)
    }
}
