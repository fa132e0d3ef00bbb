import ArgumentParser
import ControlAPI
import Loop

/// `autodidact inspect ROUND`.
struct InspectCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Everything one round has measured: funnel, votes, DS weights, losses, gate."
    )

    private static let comparedRounds = 100

    @Argument(help: "The round: a number, latest or promoted.")
    var round: RoundArgument = .latest

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let round = try await round.resolve(session.client)
        let reply = try await session.client.get(RoundReply.self, ControlRoute.round(round.rawValue))
        // Only a round that tries something has others to be compared with.
        let others =
            reply.round.report.lever == nil || session.isJSON
            ? [] : try await session.client.rounds(newest: Self.comparedRounds).rounds
        try session.show(reply) { $0.inspect(reply.round) + $0.tries(others) }
    }
}
