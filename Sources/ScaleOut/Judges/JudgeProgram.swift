import Foundation
public import Loop

/// A program that reads answers, and the sandbox that it runs in.
public struct JudgeProgram: Hashable, Sendable {
    /// The program and its arguments.
    public var command: [String]
    /// Files and directories that it may read beside the system's.
    public var files: [String]
    /// How long one verdict may take.
    public var timeout: Duration
    /// How much longer the first verdict after a start may take.
    public var startPatience = Duration.seconds(30)
    /// Memory with all its processes, MB.
    public var memory: Int
    /// How often it is started again in a phase.
    public var restartLimit = 20
    /// Whether it runs code on the inputs of questions.
    public var isCode = false
    /// The program `autodidact-sandbox` with options of its own; tests leave it out.
    package var sandbox: [String]

    /// A program in the sandbox.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments. Absolute paths among them are files that it may read.
    ///   - settings: Its files, deadline and memory.
    ///   - sandbox: The program `autodidact-sandbox`.
    public init(_ command: [String], _ settings: AnswerSettings, sandbox: String) {
        self.init(command, settings, sandbox: [sandbox])
    }

    /// A program in a sandbox with options, or in none.
    package init(_ command: [String], _ settings: AnswerSettings, sandbox: [String]) {
        self.command = command
        files = settings.judgeFiles + command.filter { $0.hasPrefix("/") && Self.exists($0) }
        timeout = .seconds(settings.judgeTimeout)
        memory = settings.judgeMemory
        self.sandbox = sandbox
    }

    /// The whole command line.
    var words: [String] {
        guard !sandbox.isEmpty else { return command }
        return sandbox + ["--memory", "\(memory)"] + files.flatMap { ["--read", $0] } + ["--"] + command
    }

    private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
