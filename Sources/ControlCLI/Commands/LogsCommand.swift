import ArgumentParser
import ControlAPI
import Foundation
import Glibc

/// `autodidact logs`.
struct LogsCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "The daemon's log: runs journalctl with the right options.",
        discussion: "A daemon that you started by hand writes to its standard error instead."
    )

    @Option(help: "Only lines of this round: a number, latest or promoted.")
    var round: RoundArgument?

    @Flag(name: .shortAndLong, help: "Follow new lines; Ctrl-C ends.")
    var follow = false

    @Option(help: "The systemd unit.")
    var unit = "autodidactd"

    @Flag(help: "The log of your own service (systemctl --user); not needed while that one answers.")
    var user = false

    @Flag(help: "Print the command instead of running it.")
    var dryRun = false

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        var call = ["journalctl"] + (user || session.isOfUser ? ["--user"] : []) + ["--unit", unit]
        if follow { call.append("--follow") }
        if global.json { call += ["--output", "json"] }
        if let round { call.append("AUTODIDACT_ROUND=\(try await round.resolve(session.client))") }
        if dryRun { return session.write(call.joined(separator: " ") + "\n") }
        Self.restoreSignals()
        var arguments = call.map { strdup($0) } + [nil]
        execvp(call[0], &arguments)
        let reason = String(cString: strerror(errno))
        for argument in arguments { free(argument) }
        throw Problem(
            .engine,
            "cannot run journalctl: \(reason)",
            hint: "on a machine without systemd read the daemon's standard error"
        )
    }

    /// Gives the program that replaces this one the signals as a shell would.
    ///
    /// This thread is one of a pool whose threads block them all, and a blocked or ignored signal stays so
    /// after an exec: Ctrl-C would not end `logs --follow`. `TerminalTests` guards it.
    private static func restoreSignals() {
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_DFL)
    }
}
