import ArgumentParser
import ControlAPI
import Foundation
import Glibc
import Logging
import Loop
import Store

/// `autodidactd study`.
struct StudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Compare settings on the same candidates: several arms, several seeds, one table.",
        discussion: """
            FILE names the arms, the seeds and what they share. Each arm trains a checkpoint of its own and is scored on gate \
            and test. A study that was stopped or killed goes on where it was when it is started again. Ctrl-C and SIGTERM \
            end it with status 130 and 143. Prints the results at the end.
            """
    )

    @Argument(help: "The study file (YAML).")
    var file: String

    @ParentCommand var daemon: Autodidactd

    @OptionGroup var checking: CheckFlag

    @Flag(name: .long, help: "Print what has been found so far; runs nothing.")
    var results = false

    @Flag(name: .long, help: "Print the results as one JSON object.")
    var json = false

    @Flag(name: .long, help: "Print the results as Markdown.")
    var markdown = false

    func validate() throws {
        try daemon.refuseOwnOptions(in: "study", except: ["--check"])
        if json, markdown { throw ValidationError("give --json or --markdown, not both") }
        if checking.check, results || json || markdown { throw ValidationError("--check prints no results") }
    }

    func run() async throws {
        // Until something runs nothing has to be undone.
        for number in [SIGTERM, SIGINT] { signal(number) { _exit(128 + $0) } }
        let environment = ProcessInfo.processInfo.environment
        let destination = DaemonLogHandler.destination(environment: environment)
        LoggingSystem.bootstrap { DaemonLogHandler(label: $0, destination: destination) }
        do {
            let path = URL(filePath: file).standardizedFileURL.path(percentEncoded: false)
            let study = try StudyFile(path, environment: environment)
            if !results {
                let checked = try CheckedStudy(study)
                guard !checking.check else { return report(checked) }
                try OpenFiles.raiseLimit()
                try await StudyProcess(checked, environment: environment).run()
            }
            try show(try study.results())
        } catch let stop as StudyProcess.Stopped {
            throw ExitCode(128 + stop.signal)
        } catch {
            StandardError.report(error, to: destination)
            Systemd.notify("STATUS=\("\(error)".split(separator: "\n").joined(separator: " "))")
            throw ExitCode(ExitStatus.of(error))
        }
    }

    private func show(_ results: StudyResults) throws {
        if json {
            print(String(decoding: try ControlCoding.encode(StudyOutput(results: results)), as: UTF8.self))
        } else {
            for line in markdown ? results.markdownLines : results.lines { print(line) }
        }
    }

    private func report(_ checked: CheckedStudy) {
        for warning in checked.warnings { print("warning: \(warning)") }
        let arms = checked.arms.map(\.name).joined(separator: ", ")
        let seeds = checked.file.seeds.map(String.init).joined(separator: ", ")
        print("\(file): good; arms: \(arms); reference: \(checked.file.reference); seeds: \(seeds)")
    }
}
