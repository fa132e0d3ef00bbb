import ControlAPI
import Loop

/// What `init --json` prints.
struct InitOutput: ControlReply {
    /// A setting that was chosen.
    struct Choice: Codable, Sendable {
        /// Its path, such as `generate.candidates`.
        var path: String
        /// Its value as YAML.
        var value: String
        /// Why it has this value.
        var reason: String
    }

    var schemaVersion = ControlVersion.schema
    /// The configuration's path.
    var configuration: String
    /// Whether the files are there now.
    var isWritten = true
    /// What is in it.
    var choices: [Choice]
    /// The questions.
    var questions: ImportOutput
    /// Commands to run next, in order.
    var next: [String]

    init(_ configuration: StartConfiguration, path: String, questions: ImportOutput) {
        self.configuration = path
        self.questions = questions
        choices = configuration.choices.map { Choice(path: $0.path, value: $0.value, reason: $0.reason) }
        let quoted = Self.quoted(path)
        next = [
            "autodidactd preflight --config \(quoted)", "autodidactd --config \(quoted)", "autodidact watch",
        ]
    }

    /// A path as a shell takes it.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+".contains($0)) }
        return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }
}
