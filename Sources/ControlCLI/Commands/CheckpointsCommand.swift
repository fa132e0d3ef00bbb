import ArgumentParser
import ControlAPI

/// `autodidact checkpoints`.
struct CheckpointsCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoints",
        abstract: "The tree of checkpoints with their scores."
    )

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let reply = try await session.client.get(CheckpointsReply.self, ControlRoute.checkpoints)
        try session.show(reply) { $0.checkpoints(reply.checkpoints) }
    }
}
