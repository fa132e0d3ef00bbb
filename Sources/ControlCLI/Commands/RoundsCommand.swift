import ArgumentParser
import ControlAPI

/// `autodidact rounds`.
struct RoundsCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "rounds",
        abstract: "One line per round: candidates, DS weights, accuracy, outcome, seconds."
    )

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let reply = try await session.client.get(RoundsReply.self, ControlRoute.rounds)
        try session.show(reply) { $0.rounds(reply.rounds) }
    }
}
