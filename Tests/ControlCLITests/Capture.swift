import ControlCLI
import Foundation
import Testing

/// One command line with the replies it gets; what it then writes is kept in `Captures`.
struct Capture: Sendable, CustomTestStringConvertible {
    /// The file's name without width.
    let name: String
    /// The command line; `FILE` stands for a file with `file` in it.
    let arguments: [String]
    /// Names of replies by method and path, such as `GET /v1/status`.
    var replies: [String: String] = [:]
    /// What a file holds that the command line names.
    var file = ""
    /// What a person answers when asked; nil where nobody can be asked.
    var answer: String?

    var testDescription: String { name }

    /// Every verb at least once.
    static let all = [
        Capture(name: "status", arguments: ["status"], replies: ["GET /v1/status": "status"]),
        Capture(name: "status-plateau", arguments: ["status"], replies: ["GET /v1/status": "status-plateau"]),
        Capture(name: "status-paused", arguments: ["status"], replies: ["GET /v1/status": "status-paused"]),
        Capture(name: "rounds", arguments: ["rounds"], replies: ["GET /v1/rounds": "rounds"]),
        Capture(name: "inspect", arguments: ["inspect", "1"], replies: ["GET /v1/rounds/1": "round"]),
        Capture(
            name: "candidates",
            arguments: ["candidates", "1"],
            replies: ["GET /v1/rounds/1/candidates": "candidates"]
        ),
        Capture(
            name: "candidates-none",
            arguments: ["candidates", "1", "--offset", "20000"],
            replies: ["GET /v1/rounds/1/candidates": "candidates-none"]
        ),
        Capture(
            name: "explain",
            arguments: ["explain", "1204.0", "--round", "1"],
            replies: ["GET /v1/rounds/1/candidates/1204/0": "explain"]
        ),
        Capture(
            name: "checkpoints",
            arguments: ["checkpoints"],
            replies: ["GET /v1/checkpoints": "checkpoints"]
        ),
        Capture(
            name: "compare",
            arguments: ["compare", "base", "1"],
            replies: ["GET /v1/compare": "compare"]
        ),
        Capture(
            name: "ask",
            arguments: ["ask", "What is 3 + 7 + 9?"],
            replies: ["POST /v1/ask": "ask"]
        ),
        Capture(name: "preflight", arguments: ["preflight"], replies: ["GET /v1/preflight": "preflight"]),
        Capture(name: "verify", arguments: ["verify"], replies: ["GET /v1/verify": "verify"]),
        Capture(name: "verify-sound", arguments: ["verify"], replies: ["GET /v1/verify": "verify-sound"]),
        Capture(name: "logs", arguments: ["logs", "--dry-run", "--follow", "--round", "7"]),
        Capture(name: "pause", arguments: ["pause"], replies: ["POST /v1/pause": "loop_state"]),
        Capture(name: "resume", arguments: ["resume"], replies: ["POST /v1/resume": "loop_state"]),
        Capture(
            name: "rollback-dry-run",
            arguments: ["rollback", "base", "--dry-run"],
            replies: ["GET /v1/rollback": "rollback_preview"]
        ),
        Capture(
            name: "rollback",
            arguments: ["rollback", "base"],
            replies: ["GET /v1/rollback": "rollback_preview", "POST /v1/rollback": "rollback"],
            answer: "y"
        ),
        Capture(
            name: "rollback-no",
            arguments: ["rollback", "base"],
            replies: ["GET /v1/rollback": "rollback_preview"],
            answer: "n"
        ),
        Capture(
            name: "add",
            arguments: ["add", "FILE", "--split", "valid"],
            replies: ["POST /v1/questions": "add_questions"],
            file: #"{"question": "What is 1 + 1?", "rationale": " The answer is 2.", "answer": "2"}"#
        ),
        Capture(
            name: "add-refused",
            arguments: ["add", "FILE", "--split", "gate"],
            replies: ["POST /v1/questions": "problem_faults"],
            file: #"{"question": "What is 1 + 1?", "answer": "2"}"#
        ),
        Capture(
            name: "retire",
            arguments: ["retire", "17", "418", "5"],
            replies: ["POST /v1/retire": "retire"]
        ),
        Capture(
            name: "retire-list",
            arguments: ["retire", "--list"],
            replies: ["GET /v1/retire": "retired"]
        ),
        Capture(name: "export", arguments: ["export"], replies: ["POST /v1/exports": "export"]),
        Capture(name: "pin", arguments: ["pin", "1"], replies: ["POST /v1/pin": "pin"]),
        Capture(name: "unpin", arguments: ["unpin", "1"], replies: ["POST /v1/pin": "pin"]),
        Capture(name: "prune", arguments: ["prune", "--dry-run"], replies: ["POST /v1/prune": "prune"]),
        Capture(name: "config", arguments: ["config", "show"], replies: ["GET /v1/config": "config"]),
        Capture(name: "version", arguments: ["version"], replies: ["GET /v1/ping": "ping"]),
        Capture(
            name: "no-such-round",
            arguments: ["inspect", "9"],
            replies: ["GET /v1/rounds/9": "problem"]
        ),
    ]

    /// Runs the command line against a stub and returns everything that it wrote, and a status that is not 0.
    func text(width: Int?, isColored: Bool) async throws -> String {
        let replies = try replies.mapValues(Kept.reply)
        let daemon = try StubDaemon { request in
            let path = request.target.prefix { $0 != "?" }
            return replies["\(request.method) \(path)"] ?? .json("{}", status: "404 Not Found")
        }
        defer { daemon.stop() }
        let path = daemon.directory + "/more.jsonl"
        try Data(file.utf8).write(to: URL(filePath: path))
        let run = await Invocation.run(
            arguments: arguments.map { $0 == "FILE" ? path : $0 } + [
                "--color", isColored ? "always" : "never",
            ],
            socket: daemon.socketPath,
            width: width,
            canAsk: answer != nil,
            answer: answer
        )
        var text = run.output
        if !run.messages.isEmpty { text += "[standard error]\n\(run.messages)" }
        return text + (run.status == 0 ? "" : "[exit status \(run.status)]\n")
    }
}

/// Kept replies and captures.
enum Kept {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent()

    /// Whether captures are to be written instead of compared.
    static let isRecording = ProcessInfo.processInfo.environment["AUTODIDACT_RECORD"] == "1"

    /// A reply of `Replies`, else a fixture of the API's tests; one that is a problem has its own status.
    static func reply(_ name: String) throws -> StubReply {
        let text = try text(ofReply: name)
        struct Status: Decodable { var status: Int? }
        let number = try? JSONDecoder().decode(Status.self, from: Data(text.utf8)).status
        return .json(text, status: number.map { "\($0) Problem" } ?? "200 OK")
    }

    /// The reply's JSON.
    static func text(ofReply name: String) throws -> String {
        let file = directory.appending(path: "Replies/\(name).json")
        return try (try? String(contentsOf: file, encoding: .utf8)) ?? Fixture.text(name)
    }

    /// The capture of a name and width.
    static func capture(_ name: String, _ width: Int, isColored: Bool) -> String? {
        try? String(contentsOf: file(name, width, isColored), encoding: .utf8)
    }

    /// Compares text with its capture, or writes the capture.
    static func check(
        _ text: String,
        _ name: String,
        _ width: Int,
        isColored: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = file(name, width, isColored)
        if isRecording { return try Data(text.utf8).write(to: file) }
        let kept = capture(name, width, isColored: isColored)
        #expect(
            kept == text,
            "\(file.lastPathComponent) differs; see Captures/README.md if that is wanted",
            sourceLocation: sourceLocation
        )
    }

    private static func file(_ name: String, _ width: Int, _ isColored: Bool) -> URL {
        directory.appending(path: "Captures/\(name)-\(width)\(isColored ? "-color" : "").txt")
    }
}
