import ArgumentParser
import ControlAPI

/// `autodidact rounds`.
struct RoundsCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "rounds",
        abstract: "One line per round: candidates, DS weights, accuracy, outcome, seconds."
    )

    @Option(help: ArgumentHelp("Only the newest rounds, so many.", valueName: "count"))
    var last: Int?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let last, last < 1 { throw ValidationError("--last is \(last); use 1 or more") }
    }

    func execute(_ session: Session) async throws {
        let query = last.map { "?\(ControlQuery.limit)=\($0)" } ?? ""
        let reply = try await session.client.get(RoundsReply.self, ControlRoute.rounds + query)
        try session.show(reply) { $0.rounds(reply.rounds) }
    }
}
