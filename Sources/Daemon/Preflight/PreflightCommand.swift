import ArgumentParser
import ControlAPI
import Foundation
import Glibc
import Logging
import Loop

/// Where the configuration is, for the daemon and its commands.
struct ConfigurationFile: ParsableArguments {
    @Option(name: .long, help: "The configuration file (YAML).")
    var config: String?
}

/// `autodidactd preflight`.
struct PreflightCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preflight",
        abstract:
            "Ask the base model a sample of the questions, and say whether a loop over them is worth running.",
        discussion: """
            Says how often one answer and the vote are right, why answers could not be read, which temperature suits, how \
            long answers and rounds are, and what to change. The verdict is too_hard, too_easy, unreadable or trainable. \
            Neither the state directory nor a running daemon is touched. Without --config it reads \
            /etc/autodidact/autodidact.yaml. Ctrl-C ends it with status 130.
            """
    )

    @ParentCommand var daemon: Autodidactd

    @OptionGroup var file: ConfigurationFile

    @Option(name: .long, help: "Gate questions to ask; the vote asks two thirds as many train questions.")
    var sample = PreflightBounds.sample

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func validate() throws {
        try daemon.refuseOwnOptions(in: "preflight", except: ["--config"])
        guard (1...1_000_000).contains(sample) else {
            throw ValidationError("--sample is \(sample); give 1 to 1000000")
        }
    }

    func run() async throws {
        // Until the engine is there nothing has to be undone.
        for number in [SIGTERM, SIGINT] { signal(number) { _exit(128 + $0) } }
        let environment = ProcessInfo.processInfo.environment
        let destination = DaemonLogHandler.destination(environment: environment)
        LoggingSystem.bootstrap { DaemonLogHandler(label: $0, destination: destination) }
        do {
            let path = file.config ?? "/etc/autodidact/autodidact.yaml"
            let settings = try SettingsReader(environment: environment).read(file: path)
            let output = try await PreflightProcess(settings, environment: environment).run(sample: sample)
            if json {
                print(String(decoding: try ControlCoding.encode(output), as: UTF8.self))
            } else {
                for warning in output.warnings { print("warning: \(warning)") }
                for line in output.report.lines { print(line) }
            }
        } catch {
            StandardError.report(error, to: destination)
            throw ExitCode(ExitStatus.of(error))
        }
    }
}
