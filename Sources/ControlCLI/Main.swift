import Foundation
import Glibc

/// `autodidact`: joins `CommandLineTool` to the process's streams.
@main
enum Main {
    static func main() async {
        ProgramStart.prepare()
        let status = await CommandLineTool.run(
            Array(CommandLine.arguments.dropFirst()),
            CommandLineTool.Surroundings(
                environment: ProcessInfo.processInfo.environment,
                terminal: { Terminal.current() },
                write: { Output.write($0) },
                warn: { Output.write($0, to: STDERR_FILENO) },
                readAnswer: { readLine() }
            )
        )
        exit(status)
    }
}
