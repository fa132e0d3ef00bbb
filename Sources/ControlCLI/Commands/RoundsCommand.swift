public import ArgumentParser
import ControlAPI
import Loop

/// `autodidact rounds`.
struct RoundsCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "rounds",
        abstract: "One line per round: candidates, DS weights, accuracy, outcome, seconds.",
        discussion: "Shows the newest 100 unless told otherwise."
    )

    @Option(help: ArgumentHelp("How many of the newest rounds to show.", valueName: "count"))
    var last: Int?

    @Option(help: "Only rounds with this outcome: promoted, rejected, no_data, abandoned or failed.")
    var outcome: Outcome?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let last, last < 1 { throw ValidationError("--last is \(last); use 1 or more") }
    }

    func execute(_ session: Session) async throws {
        let reply = try await session.client.rounds(newest: last, outcome: outcome)
        try session.show(reply) { $0.rounds(reply) }
    }
}

extension Outcome: ExpressibleByArgument {}
