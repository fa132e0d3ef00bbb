public import ArgumentParser
import ControlAPI
import Loop

/// `autodidact candidates ROUND`.
struct CandidatesCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "candidates",
        abstract: "A round's candidates, and why each was kept or dropped."
    )

    @Argument(help: "The round: a number, latest or promoted.")
    var round: RoundArgument = .latest

    @Option(help: "Only kept or only dropped ones.")
    var verdict: Verdict?

    @Option(help: "Only those with this reason, such as outvoted or ds_weight.")
    var reason: VerdictReason?

    @Option(help: "Only those of the question with this number.")
    var question: Int?

    @Option(help: "Only those with at least this DS weight.")
    var minDs: Double?

    @Option(help: "Only those with at most this DS weight.")
    var maxDs: Double?

    @Option(help: "How many to show, 1 to 1000.")
    var limit = ControlLimits.defaultPageSize

    @Option(help: "How many to skip.")
    var offset = 0

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (1...ControlLimits.maximumPageSize).contains(limit) else {
            throw ValidationError("--limit is \(limit); give 1 to \(ControlLimits.maximumPageSize)")
        }
        for (name, value) in [("--min-ds", minDs), ("--max-ds", maxDs)] {
            if let value, !value.isFinite { throw ValidationError("\(name) is \(value); give a number") }
        }
        guard offset >= 0 else { throw ValidationError("--offset is \(offset); give 0 or more") }
    }

    func execute(_ session: Session) async throws {
        let round = try await round.resolve(session.client)
        var query = [(ControlQuery.limit, "\(limit)"), (ControlQuery.offset, "\(offset)")]
        if let verdict { query.append((ControlQuery.verdict, verdict.rawValue)) }
        if let reason { query.append((ControlQuery.reason, reason.rawValue)) }
        if let question { query.append((ControlQuery.question, "\(question)")) }
        if let minDs { query.append((ControlQuery.minDS, "\(minDs)")) }
        if let maxDs { query.append((ControlQuery.maxDS, "\(maxDs)")) }
        let reply = try await session.client.get(
            CandidatesReply.self,
            ControlRoute.candidates(round.rawValue),
            query: query.map { (name: $0.0, value: $0.1) }
        )
        try session.show(reply) { $0.candidates(reply) }
    }
}

extension Verdict: ExpressibleByArgument {}
extension VerdictReason: ExpressibleByArgument {
    /// Accepts only the reasons of this version: a mistyped one would find nothing and not say why.
    init?(argument: String) {
        guard let reason = Self.allCases.first(where: { $0.rawValue == argument }) else { return nil }
        self = reason
    }
}
