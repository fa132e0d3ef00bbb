import ControlCLI
import Synchronization

/// One run of the command line inside the test's process, with everything it wrote.
struct Invocation {
    var status: Int32
    var output: String
    var messages: String

    /// Runs the command line.
    static func run(
        _ arguments: String...,
        socket: String? = nil,
        width: Int? = nil,
        canAsk: Bool = false,
        answer: String? = nil
    ) async -> Invocation {
        await run(arguments: arguments, socket: socket, width: width, canAsk: canAsk, answer: answer)
    }

    /// Runs the command line with a list of arguments.
    static func run(
        arguments: [String],
        socket: String? = nil,
        width: Int? = nil,
        canAsk: Bool = false,
        answer: String? = nil,
        environment: [String: String] = [:]
    ) async -> Invocation {
        let output = Words()
        let messages = Words()
        let surroundings = CommandLineTool.Surroundings(
            environment: environment,
            terminal: { Terminal(width: width, height: width.map { _ in 24 }, canAsk: canAsk) },
            write: { output.append($0) },
            warn: { messages.append($0) },
            readAnswer: { answer }
        )
        let socketOption = socket.map { ["--socket", $0] } ?? []
        let status = await CommandLineTool.run(arguments + socketOption, surroundings)
        return Invocation(status: status, output: output.text, messages: messages.text)
    }

    private final class Words: Sendable {
        private let words = Mutex("")

        var text: String { words.withLock { $0 } }

        func append(_ text: String) { words.withLock { $0 += text } }
    }
}
