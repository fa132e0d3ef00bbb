import ArgumentParser
import ControlAPI
import Loop

/// `autodidact watch`.
struct WatchCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow the daemon: progress and events as they come.",
        discussion: """
            On a terminal the picture is drawn in place; elsewhere each event is a line, with a progress line at most
            every 5 s. After a restart of the daemon it continues. Ctrl-C ends with status 130.
            """
    )

    @Option(help: ArgumentHelp("End with status 0 after this round.", valueName: "round"))
    var untilRound: Int?

    @Option(
        help: ArgumentHelp("End with status 75 after this time, such as 90, 10m or 1h.", valueName: "time")
    )
    var timeout: TimeLimit?

    @Flag(help: "Wait for the daemon if it does not answer at first.")
    var wait = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let untilRound, untilRound < 1 {
            throw ValidationError("--until-round is \(untilRound); give 1 or more")
        }
    }

    func execute(_ session: Session) async throws {
        let watcher = Watcher(
            session: session,
            untilRound: untilRound.map(RoundID.init(rawValue:)),
            timeout: timeout?.duration,
            waitsForDaemon: wait
        )
        try await watcher.run()
    }
}

/// A time limit on the command line: seconds, or a number with `s`, `m` or `h`.
package struct TimeLimit: Hashable, Sendable {
    package let duration: Duration

    package init?(argument: String) {
        let factors: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        let factor = argument.last.flatMap { factors[$0] }
        let digits = factor == nil ? argument : String(argument.dropLast())
        guard let number = Double(digits), number > 0, number < 1e8 else { return nil }
        duration = .seconds(number * (factor ?? 1))
    }
}

extension TimeLimit: ExpressibleByArgument {}
