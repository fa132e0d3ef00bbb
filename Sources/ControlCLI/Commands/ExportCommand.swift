public import ArgumentParser
import ControlAPI
import Loop

/// `autodidact export`.
struct ExportCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a checkpoint as a PEFT adapter, a merged model or a GGUF file.",
        discussion: """
            The daemon writes a directory with a model card under the exports of its state directory and says where.

            adapter  the LoRA adapter in PEFT's format: small, for PEFT and vLLM on top of the base model
            merged   the whole model as a Hugging Face directory in bf16, the adapter merged into it
            gguf     the same as one GGUF file, for llama.cpp and what is built on it
            hf       the base model as a Hugging Face directory in bf16: what adapters are loaded onto
            """
    )

    @Option(
        help: """
            The round whose checkpoint is exported: a number, base, latest or promoted (default: the current checkpoint).
            """,
        completion: RoundCompletion.promotedOrBase
    )
    var round: RoundArgument?

    @Option(help: "What to write.")
    var format = ExportForm.adapter

    @Option(help: "The directory's name: small letters, digits, dots, dashes and underscores.")
    var name: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let name, name.wholeMatch(of: /[a-z0-9][a-z0-9._-]{0,63}/) == nil || name.contains("..") {
            throw ValidationError(
                "--name is \"\(name)\"; give up to 64 small letters, digits, dots, dashes and underscores"
            )
        }
        if format == .hf, let round, round != .number(0) {
            throw ValidationError(
                "--format hf is the base model, which belongs to no round; leave --round out, or use --format merged"
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
        try session.show(reply) { $0.export(reply, as: format) }
    }
}

extension ExportForm: ExpressibleByArgument {}

extension Renderer {
    /// Where an export is, how large it is, and one way to use it.
    func export(_ reply: ExportReply, as format: ExportForm) -> [String] {
        let total = reply.files.reduce(0) { $0 + $1.byteCount }
        let width = reply.files.map(\.name.displayWidth).max() ?? 0
        let files = reply.files.map { "  \($0.name.padded(to: width))  \(Format.bytes($0.byteCount))" }
        return ["\(reply.path)  \(Format.bytes(total))"] + files + ["use it: \(usage(of: reply, as: format))"]
    }

    private func usage(of reply: ExportReply, as format: ExportForm) -> String {
        let path = Words.shellQuoted(reply.path)
        return switch format {
        case .adapter:
            "vllm serve BASE --enable-lora --lora-modules checkpoint-\(reply.checkpoint)=\(path), where BASE is what "
                + "--format hf writes; in Python PeftModel.from_pretrained(base, \(Words.pythonQuoted(reply.path)))"
        case .merged:
            "vllm serve \(path); in Python AutoModelForCausalLM.from_pretrained(\(Words.pythonQuoted(reply.path)))"
        case .gguf: "llama-cli -m \(Words.shellQuoted(reply.path + "/model.gguf"))"
        case .hf: "vllm serve \(path) --enable-lora, or as the base model of a trainer"
        }
    }
}
