import ArgumentParser
import ControlAPI

/// `autodidact status`, also without a verb.
struct StatusCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What the daemon is doing now.",
        discussion: "Exit status: 0 if a daemon answers, even if the loop is paused; 3 if none does."
    )

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let reply = try await session.client.get(StatusReply.self, ControlRoute.status)
        try session.show(reply) { $0.status(reply) }
    }
}
