import ArgumentParser
import ControlAPI
import Loop

/// `autodidact inspect ROUND`.
struct InspectCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Everything one round has measured: funnel, votes, DS weights, losses, gate."
    )

    @Argument(help: "The round: a number, latest or promoted.")
    var round: RoundArgument = .latest

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let round = try await round.resolve(session.client)
        let reply = try await session.client.get(RoundReply.self, ControlRoute.round(round.rawValue))
        try session.show(reply) { $0.inspect(reply.round) }
    }
}
