import ArgumentParser
import ControlAPI
import Foundation

/// `autodidact models`.
struct ModelsCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "The models that are known to run, or what one of yours is and what memory it takes.",
        discussion: """
            Runs "autodidactd models": only the daemon can read models. Weights are neither read nor hashed. Exit status \
            69: the model cannot be used; the message says why and what to take instead.
            """
    )

    @Argument(help: "A GGUF file or a Hugging Face directory.", completion: .file())
    var path: String?

    @Option(help: "As engine.precision: auto, f32, bf16 or int8.")
    var precision = "auto"

    @Option(help: "Tokens of the longest text in fine-tuning, as finetune.maxTokens.")
    var maxTokens: Int?

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let program = try DaemonProgram.find(path: session.environment["PATH"] ?? "")
        let longest = maxTokens.map { ["--max-tokens", "\($0)"] } ?? []
        // Behind "--": a path may begin with a dash.
        let arguments = ["models", "--precision", precision] + longest + (path.map { ["--", $0] } ?? [])
        let result = try DaemonProgram.run(program, arguments)
        guard result.status == 0 else {
            session.warn(result.output)
            throw QuietExit(status: result.status)
        }
        let data = Data(result.output.utf8)
        if path == nil {
            let reply = try Self.decode(KnownModelsReply.self, data, program)
            try session.show(reply) { $0.models(reply) }
        } else {
            let reply = try Self.decode(ModelReply.self, data, program)
            try session.show(reply) { $0.model(reply) }
        }
    }

    private static func decode<Reply: ControlReply>(
        _ type: Reply.Type,
        _ data: Data,
        _ program: String
    ) throws(Problem) -> Reply {
        do {
            return try ControlCoding.decode(type, from: data)
        } catch {
            throw Problem(
                .engine,
                "\(program) says nothing of models that this version reads",
                hint: "install autodidact and autodidactd of one version"
            )
        }
    }
}
