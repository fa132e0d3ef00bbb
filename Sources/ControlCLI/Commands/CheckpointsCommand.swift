import ArgumentParser
import ControlAPI

/// `autodidact checkpoints`.
struct CheckpointsCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoints",
        abstract: "The tree of checkpoints with their scores.",
        discussion: "Shows the newest 100, the base model and the current one unless told otherwise."
    )

    @Option(help: ArgumentHelp("How many of the newest checkpoints to show.", valueName: "count"))
    var last: Int?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let last, !(1...ControlLimits.maximumListSize).contains(last) {
            throw ValidationError("--last is \(last); use 1 to \(ControlLimits.maximumListSize)")
        }
    }

    func execute(_ session: Session) async throws {
        let query = last.map { [(name: ControlQuery.limit, value: "\($0)")] } ?? []
        let reply = try await session.client.get(
            CheckpointsReply.self,
            ControlRoute.checkpoints,
            query: query
        )
        try session.show(reply) { $0.checkpoints(reply) }
    }
}
