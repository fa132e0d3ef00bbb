import ArgumentParser
package import ControlAPI
import Foundation

/// `autodidact verify`.
struct VerifyCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that nothing in a state directory is lost or damaged.",
        discussion: """
            Without a directory the running daemon checks its own. With one, "autodidactd --verify" does, whether or not \
            a daemon runs on it. Nothing is changed. Exit status 65: something does not hold.
            """
    )

    @Argument(help: "The state directory (default: the running daemon's).", completion: .directory)
    var directory: String?

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        if let directory { return try offline(directory, session) }
        // It reads every file and every row.
        let reply = try await session.client.get(
            VerifyReply.self,
            ControlRoute.verify,
            within: 3600
        )
        try session.show(reply) { $0.verify(reply) }
        if !reply.violations.isEmpty { throw QuietExit(status: 65) }
    }

    private func offline(_ directory: String, _ session: Session) throws {
        let program = try DaemonProgram.find(path: session.environment["PATH"] ?? "")
        let result = try DaemonProgram.run(program, ["--verify", directory])
        guard let reply = try? ControlCoding.decode(VerifyReply.self, from: Data(result.output.utf8)) else {
            guard session.isJSON else {
                session.warn(result.output)
                throw QuietExit(status: result.status == 0 ? ProblemName.internal.exitStatus : result.status)
            }
            let names = [ProblemName.corrupt, .noInput, .permission, .storage]
            let name = names.first { $0.exitStatus == result.status } ?? .internal
            throw Problem(name, result.output.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        try session.show(reply) { $0.verify(reply) }
        if !reply.violations.isEmpty { throw QuietExit(status: 65) }
    }
}

extension Renderer {
    /// One line if all is well, otherwise each violation.
    package func verify(_ reply: VerifyReply) -> [String] {
        let looked =
            "\(Words.plural(reply.ruleCount, "check")), \(Words.plural(reply.roundCount, "round")), "
            + "\(Words.plural(reply.checkpointCount, "checkpoint")), \(Words.plural(reply.fileCount, "file"))"
        guard !reply.violations.isEmpty else { return [paint("sound", .good) + ": \(looked)"] }
        return reply.violations.map { paint($0.rule, .bad) + ": \($0.detail.onOneLine)" }
            + ["\(Words.plural(reply.violations.count, "violation")) in \(looked)"]
    }
}
