import ArgumentParser
import Foundation

/// Options of every verb.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The daemon's socket (otherwise AUTODIDACT_SOCKET, then your own service's, then the installed one's).",
            valueName: "path"
        ),
        completion: .file()
    )
    var socket: String?

    @Flag(help: "Print the daemon's reply as JSON.")
    var json = false

    @Option(help: ArgumentHelp("When to colour: auto, always or never.", valueName: "when"))
    var color = ColorChoice.auto
}

extension ColorChoice: ExpressibleByArgument {}

/// A verb: what it does with a session.
///
/// `CommandLineTool` builds the session from its options.
protocol ControlCommand: AsyncParsableCommand {
    var global: GlobalOptions { get }

    func execute(_ session: Session) async throws
}
