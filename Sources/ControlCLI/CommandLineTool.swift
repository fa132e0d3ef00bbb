import ArgumentParser
import ControlAPI
import Foundation
import Glibc
import Loop

/// The whole program, apart from the process's own streams.
package enum CommandLineTool {
    /// The streams and surroundings of one run.
    package struct Surroundings: Sendable {
        package var environment: [String: String]
        package var terminal: @Sendable () -> Terminal
        package var write: @Sendable (String) -> Void
        package var warn: @Sendable (String) -> Void
        package var readAnswer: @Sendable () -> String?

        package init(
            environment: [String: String],
            terminal: @escaping @Sendable () -> Terminal,
            write: @escaping @Sendable (String) -> Void,
            warn: @escaping @Sendable (String) -> Void,
            readAnswer: @escaping @Sendable () -> String?
        ) {
            self.environment = environment
            self.terminal = terminal
            self.write = write
            self.warn = warn
            self.readAnswer = readAnswer
        }
    }

    /// Parses arguments, runs the verb, reports what went wrong, and returns the exit status.
    package static func run(_ arguments: [String], _ surroundings: Surroundings) async -> Int32 {
        let verb: any ControlCommand
        do {
            // The asynchronous one, for completions that ask the daemon.
            var command = try await AutodidactCommand.asyncParseAsRoot(arguments)
            guard let found = command as? any ControlCommand else {
                // `help` throws what it has to say; `config` alone shows its help.
                if !(command is any AsyncParsableCommand) { try command.run() }
                let columns = surroundings.terminal().width
                let help = AutodidactCommand.helpMessage(for: type(of: command), columns: columns)
                surroundings.write(help + "\n")
                return 0
            }
            verb = found
        } catch {
            let message = AutodidactCommand.fullMessage(for: error) + "\n"
            let status = AutodidactCommand.exitCode(for: error).rawValue
            if status == 0 { surroundings.write(message) } else { surroundings.warn(message) }
            return status
        }
        do {
            try await verb.execute(session(for: verb.global, surroundings))
            return 0
        } catch let exit as QuietExit {
            return exit.status
        } catch let problem as Problem {
            report(problem, asJSON: verb.global.json, surroundings)
            // As systemctl does: 3 says that the service is not running.
            return problem.name == .noDaemon && verb is StatusCommand ? 3 : problem.exitStatus
        } catch {
            let problem = Problem(unexpected: error)
            report(problem, asJSON: verb.global.json, surroundings)
            return problem.exitStatus
        }
    }

    private static func session(
        for options: GlobalOptions,
        _ surroundings: Surroundings
    ) throws(Problem) -> Session {
        let environment = surroundings.environment
        return Session(
            client: ControlClient(
                socketPath: try SocketPath.resolve(option: options.socket, environment: environment),
                places: SocketPath.places(option: options.socket, environment: environment),
                warn: surroundings.warn
            ),
            terminal: surroundings.terminal,
            isColored: surroundings.terminal().isColored(options.color, environment: environment),
            isJSON: options.json,
            environment: environment,
            write: surroundings.write,
            warn: surroundings.warn,
            readAnswer: surroundings.readAnswer
        )
    }

    private static func report(_ problem: Problem, asJSON: Bool, _ surroundings: Surroundings) {
        if asJSON, let data = try? ControlCoding.encode(problem) {
            surroundings.warn(String(decoding: data, as: UTF8.self) + "\n")
            return
        }
        let faults = (problem.faults ?? []).map { "  \($0.onOneLine)\n" }.joined()
        let hint = problem.hint.map { $0.onOneLine + "\n" } ?? ""
        surroundings.warn("autodidact: \(problem.detail.onOneLine)\n\(faults)\(hint)")
    }
}

extension Problem {
    /// An error that no command expects: what the system refused is not a defect of the program.
    fileprivate init(unexpected error: any Error) {
        guard let number = SystemFailure.number(of: error) else {
            self.init(.internal, "\(error)")
            return
        }
        let path = (error as NSError).userInfo[NSFilePathErrorKey] as? String
        let reason = String(cString: strerror(number))
        let isDenied = SystemFailure.isDenied(number)
        self.init(
            isDenied ? .permission : .storage,
            path.map { "cannot use \($0): \(reason)" } ?? "\(error.localizedDescription): \(reason)",
            hint: isDenied ? "check its owner and mode, or choose another place" : "check the disk"
        )
    }
}
