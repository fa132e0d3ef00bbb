import ArgumentParser
package import ControlAPI
import Engine
import Foundation
package import Loop

/// `autodidactd models`: what `autodidact models` asks, since it cannot read models itself.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Say which models run, or what one is and what memory it takes, as JSON.",
        discussion: "\"autodidact models\" prints the same for people. Weights are neither read nor hashed."
    )

    @ParentCommand var daemon: Autodidactd

    @Argument(help: "A GGUF file or a Hugging Face directory; without one, the models that are known.")
    var path: String?

    @OptionGroup var file: ConfigurationFile

    @Option(help: "As engine.precision, which --config may give: auto, f32, bf16 or int8.")
    var precision: String?

    @Option(
        help: "Tokens of the longest text in fine-tuning, as finetune.maxTokens, which --config may give."
    )
    var maxTokens: Int?

    func validate() throws {
        try daemon.refuseOwnOptions(in: "models", except: ["--config"])
        if let precision, Precision(rawValue: precision) == nil {
            throw ValidationError("--precision is \(precision); give auto, f32, bf16 or int8")
        }
        if let maxTokens, !(2...131_072).contains(maxTokens) {
            throw ValidationError("--max-tokens is \(maxTokens); give 2 to 131072")
        }
    }

    func run() async throws {
        do {
            var settings = DaemonSettings()
            if let config = file.config {
                settings = try SettingsReader(environment: ProcessInfo.processInfo.environment).read(
                    file: config
                )
            }
            guard path == nil || settings.engine.kind == .embedded else {
                throw DaemonError(
                    .invalidConfiguration,
                    "engine.kind is scaleout, whose programs take memory of their own; leave --config out to see what the "
                        + "model would take in process"
                )
            }
            var finetune = settings.round.finetune
            if let maxTokens { finetune.maxTokens = maxTokens }
            let precision = precision.flatMap(Precision.init) ?? settings.engine.precision
            let data =
                if let path {
                    try ControlCoding.encode(ModelReply(path: path, precision, finetune))
                } else {
                    try ControlCoding.encode(KnownModelsReply(precision))
                }
            print(String(decoding: data, as: UTF8.self))
        } catch {
            StandardError.write("autodidactd: \(error)\n")
            throw ExitCode(ExitStatus.of(error))
        }
    }
}

extension KnownModelsReply {
    /// The models that are known.
    package init(_ precision: Precision) {
        let models = KnownModel.all.map { model in
            KnownModelItem(
                family: model.family,
                name: model.name,
                parameterCount: model.parameterCount,
                generationByteCount: ModelOutline.writingByteCount(of: model.parameterCount, precision),
                trainingByteCount: ModelOutline.trainingByteCount(of: model.parameterCount, precision),
                evidence: model.evidence.rawValue
            )
        }
        self.init(families: Families.standard.names, models: models, precision: precision.rawValue)
    }
}

extension ModelReply {
    /// Looks at a model.
    ///
    /// - Parameters:
    ///   - path: A GGUF file or a Hugging Face directory.
    ///   - precision: How to compute.
    ///   - finetune: What fine-tuning's memory depends on.
    /// - Throws: `DaemonError` or `EngineError` when the model cannot be used.
    package init(path: String, _ precision: Precision, _ finetune: FinetuneSettings) throws {
        try ModelCheck.run(path)
        let outline = try ModelOutline.read(path)
        let (share, count) = (MemoryShare(), outline.description.parameterCount)
        let written = ModelOutline.writingByteCount(of: count, precision)
        let most = ModelOutline.mostCacheByteCount
        let chat = outline.chat
        var fault: String?
        if chat.hasTemplate {
            do { _ = try chat.render([(.user, "?")], opensAnswer: true) } catch { fault = error.message }
        }
        self.init(
            name: outline.name,
            family: outline.description.architecture,
            modelClass: outline.description.huggingFace.architecture,
            parameterCount: count,
            contextLength: outline.description.numbers.contextLength,
            chat: chat.hasTemplate ? (chat.isMadeForChats ? "chat" : "template") : "plain",
            chatFault: fault,
            memory: ModelMemory(
                precision: precision.rawValue,
                generationByteCount: written,
                cacheByteCount: share.cacheByteCount(besides: written, most: most),
                trainingByteCount: outline.finetuningByteCount(finetune, precision),
                trainingTokenCount: finetune.maxTokens,
                allowedByteCount: share.byteCount,
                source: share.source
            )
        )
    }
}
