public import ArgumentParser
import ControlAPI
import Loop

/// `autodidact export`.
struct ExportCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a checkpoint as a PEFT adapter or as a merged model.",
        discussion: "The daemon writes it under the exports directory of its state directory and says where."
    )

    @Option(
        help:
            "The round whose checkpoint is exported: a number or promoted (default: the current checkpoint).",
        completion: RoundCompletion.promoted
    )
    var round: RoundArgument?

    @Option(help: "What to write: adapter or merged.")
    var format = ExportFormat.adapter

    @Option(help: "The directory's name: small letters, digits, dots, dashes and underscores.")
    var name: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let name, name.wholeMatch(of: /[a-z0-9][a-z0-9._-]{0,63}/) == nil || name.contains("..") {
            throw ValidationError(
                "--name is \"\(name)\"; give up to 64 small letters, digits, dots, dashes and underscores"
            )
        }
    }

    func execute(_ session: Session) async throws {
        let round = try await round?.resolve(session.client)
        let reply = try await session.client.post(
            ExportReply.self,
            ControlRoute.exports,
            ExportRequest(round: round, format: format, name: name)
        )
        try session.show(reply) { _ in
            [reply.path] + reply.files.map { "  \($0.name)  \(Format.bytes($0.byteCount))" }
        }
    }
}

extension ExportFormat: ExpressibleByArgument {}
