import ArgumentParser
import ControlAPI

/// `autodidact preflight`.
struct PreflightCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "preflight",
        abstract: "What the daemon has found before its first round: whether a loop is worth running.",
        discussion: """
            Asks nothing again: "autodidactd preflight --config FILE" measures at any time, with a sample of any size. \
            Exit status 66: the daemon has not measured, because loop.preflight is false, the first round is small, or \
            there were rounds already.
            """
    )

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let reply = try await session.client.get(PreflightReply.self, ControlRoute.preflight)
        try session.show(reply) { $0.preflight(reply) }
    }
}
