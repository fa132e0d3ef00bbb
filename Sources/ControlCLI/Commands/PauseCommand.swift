import ArgumentParser
package import ControlAPI
import Loop

/// `autodidact pause`.
struct PauseCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause the loop; it stays paused after a restart."
    )

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let reply = try await session.client.post(LoopStateReply.self, ControlRoute.pause)
        try session.show(reply) { $0.loopState(reply) }
    }
}

/// `autodidact resume`.
struct ResumeCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let the loop continue."
    )

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let reply = try await session.client.post(LoopStateReply.self, ControlRoute.resume)
        try session.show(reply) { $0.loopState(reply) }
    }
}

extension Renderer {
    /// One line: the state, and where the loop is.
    package func loopState(_ reply: LoopStateReply) -> [String] {
        let place =
            reply.round.map { " in round \($0)" + (reply.phase.map { ", \($0.rawValue)" } ?? "") } ?? ""
        return [paint(reply.state.rawValue, Words.style(of: reply.state)) + place]
    }
}
