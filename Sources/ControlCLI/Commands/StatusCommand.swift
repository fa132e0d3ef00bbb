import ArgumentParser
import ControlAPI

/// `autodidact status`, also without a verb.
struct StatusCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What the daemon does at present.",
        discussion: "Exit status: 0 when a daemon answers, also when the loop is paused; 3 when none does."
    )

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let reply = try await session.client.get(StatusReply.self, ControlRoute.status)
        try session.show(reply) { $0.status(reply) }
    }
}
