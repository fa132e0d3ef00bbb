import ArgumentParser
import ControlAPI
import Loop

/// `autodidact pin`.
struct PinCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract: "Protect a round's checkpoint from retention."
    )

    @Argument(help: "The round: a number, latest or promoted.", completion: RoundCompletion.promoted)
    var round: RoundArgument

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        try await PinCommand.set(true, round, session)
    }

    /// Pins or unpins.
    static func set(_ isPinned: Bool, _ round: RoundArgument, _ session: Session) async throws {
        let request = PinRequest(round: try await round.resolve(session.client), isPinned: isPinned)
        let reply = try await session.client.post(PinReply.self, ControlRoute.pin, request)
        try session.show(reply) { _ in
            [
                "\(Words.checkpoint(reply.checkpoint)) "
                    + (reply.checkpoint.isPinned
                        ? "is pinned: it stays" : "is not pinned: retention may remove it")
            ]
        }
    }
}

/// `autodidact unpin`.
struct UnpinCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpin",
        abstract: "Let retention remove a pinned checkpoint again."
    )

    @Argument(help: "The round: a number, latest or promoted.", completion: RoundCompletion.promoted)
    var round: RoundArgument

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        try await PinCommand.set(false, round, session)
    }
}
