import ArgumentParser
import ControlAPI
import Foundation
import Glibc
import Logging
import Loop
import Store

/// The daemon's command line.
@main
struct Autodidactd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "autodidactd",
        abstract: "Lets a language model teach itself, round by round, and never end worse than it began.",
        discussion: "Watch and control it with autodidact. Stops on SIGTERM and continues where it was.",
        version: ControlVersion.program + (Failpoint.isBuilt ? " (with failpoints)" : ""),
        subcommands: [PreflightCommand.self, StudyCommand.self, ModelsCommand.self]
    )

    @OptionGroup var file: ConfigurationFile

    @Option(name: .long, help: "The state directory; overrides stateDirectory.")
    var stateDir: String?

    @Option(name: .long, help: "The control socket; overrides socket.")
    var socket: String?

    @Flag(name: .long, help: "End when all rounds are done, or when the loop would wait for a person.")
    var exitWhenComplete = false

    @OptionGroup var checking: CheckFlag

    @Flag(name: .long, help: "Print every setting with its default and meaning, then exit.")
    var printDefaultConfig = false

    @Option(name: .long, help: "Check a state directory, print what was found as JSON, then exit.")
    var verify: String?

    static func main() async {
        ProcessStart.prepare()
        await main(nil)
    }

    mutating func run() async throws {
        if printDefaultConfig {
            print(SettingsReference.text, terminator: "")
            return
        }
        if let verify { return try report(verifying: verify) }
        guard let config = file.config else { throw ValidationError("--config FILE is required") }
        let environment = ProcessInfo.processInfo.environment
        endQuietlyUntilServing()
        if !checking.check { EarlyReload.listen() }
        let destination = DaemonLogHandler.destination(environment: environment)
        LoggingSystem.bootstrap { DaemonLogHandler(label: $0, destination: destination) }
        do {
            if !checking.check { try OpenFiles.raiseLimit() }
            var checked = try CheckedSettings(try settings(config, environment))
            checked.warnings += StateVolume.warnings(of: checked.settings.stateDirectory)
            if checking.check {
                try checked.checkCounts(
                    Dictionary(grouping: checked.questions, by: \.split).mapValues(\.count)
                )
                _ = try SocketPath(checked.settings.socket)
                try EngineFactory.check(checked.settings, environment: environment)
                report(checked, config)
                return
            }
            try await DaemonProcess(
                checked,
                settingsPath: absolute(config),
                environment: environment,
                read: { [self] in try settings(config, environment) }
            ).run()
        } catch {
            let status = ExitStatus.of(error)
            StandardError.report(error, to: destination)
            Systemd.notify("STATUS=\("\(error)".split(separator: "\n").joined(separator: " "))")
            throw ExitCode(status)
        }
    }

    /// A stop that comes before the service group listens for it ends the process at once, with status 0:
    /// nothing runs yet, and what is committed is kept.
    private func endQuietlyUntilServing() {
        for number in [SIGTERM, SIGINT] { signal(number) { _ in _exit(0) } }
    }

    /// Exit status 65 when something does not hold.
    private func report(verifying directory: String) throws {
        let reply: VerifyReply
        do {
            reply = VerifyReply(try JournalStore.verify(stateDirectory: absolute(directory)))
        } catch {
            StandardError.write("autodidactd: \(error)\n")
            throw ExitCode(ExitStatus.of(error))
        }
        print(String(decoding: try ControlCoding.encode(reply), as: UTF8.self))
        if !reply.violations.isEmpty { throw ExitCode(ExitStatus.data) }
    }

    private func settings(_ config: String, _ environment: [String: String]) throws -> DaemonSettings {
        var settings = try SettingsReader(environment: environment).read(file: config)
        settings.loop.endsWhenComplete = exitWhenComplete
        if let stateDir { settings.stateDirectory = absolute(stateDir) }
        if let socket { settings.socket = absolute(socket) }
        if settings.socket.isEmpty { settings.socket = settings.stateDirectory + "/control.sock" }
        return settings
    }

    private func absolute(_ path: String) -> String {
        URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
    }

    private func report(_ checked: CheckedSettings, _ config: String) {
        let counts = Dictionary(grouping: checked.questions, by: \.split).mapValues(\.count)
        let splits = ["train", "valid", "gate", "test"].map { name in
            "\(name) \(counts.first { $0.key.rawValue == name }?.value ?? 0)"
        }
        for warning in checked.warnings { print("warning: \(warning)") }
        if let shortfall = checked.settings.round.gateShortfall(counts) { print("note: \(shortfall)") }
        print(
            "\(config): good; questions: \(splits.joined(separator: ", ")); model: \(checked.settings.model)"
        )
    }
}
