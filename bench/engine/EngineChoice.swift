import ArgumentParser
import Engine
import Foundation
import Loop
import ScaleOut

/// Which engine runs a workload, and how.
struct EngineChoice: ParsableArguments {
    enum Kind: String, ExpressibleByArgument { case embedded, scaleout }

    @Option(help: "Model file or directory.") var model: String
    @Option(help: "embedded or scaleout.") var engine = Kind.embedded
    @Option(help: "auto, f32, bf16 or int8; scaleout takes the first three.") var precision = "auto"
    @Option(help: "embedded: threads; 0 takes all.") var threads = 0
    @Option(help: "embedded: candidates that decode at once.") var rows = 64
    @Option(help: "scaleout: a running server, http://host:port or unix:/path; may come several times.")
    var endpoint: [String] = []
    @Option(help: "scaleout: the trainer's launch line, a JSON array.") var trainer: String?
    @Option(help: "scaleout: a directory for its files.") var directory: String?

    /// Opens the model.
    func open() async throws -> any RoundEngine {
        switch engine {
        case .embedded:
            guard let precision = Precision(rawValue: precision) else {
                throw ValidationError("--precision \(precision): use auto, f32, bf16 or int8")
            }
            return try EmbeddedEngine(
                modelPath: model,
                settings: EngineSettings(threads: threads, precision: precision, rows: rows)
            )
        case .scaleout:
            return try ScaleOutEngine(
                model: try BaseModel(model),
                path: model,
                settings: try scaleOutSettings(),
                executor: EngineExecutor(name: "engine"),
                note: { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
            )
        }
    }

    private func scaleOutSettings() throws -> ScaleOutSettings {
        guard !endpoint.isEmpty, let directory else {
            throw ValidationError("--engine scaleout needs --endpoint and --directory")
        }
        guard ["auto", "bf16", "f32"].contains(precision) else {
            throw ValidationError("--precision \(precision): scaleout takes auto, bf16 or f32")
        }
        var settings = ScaleOutSettings(directory: directory, socket: directory + "/vllm.sock")
        settings.endpoints = endpoint
        settings.precision = precision == "f32" ? .f32 : .bf16
        if let trainer {
            settings.trainer = try JSONDecoder().decode([String].self, from: Data(trainer.utf8))
        }
        return settings
    }
}

extension BaseModel: ScaleOutModel {
    /// Writes the base model as a Hugging Face directory.
    package func writeBase(to directory: String, isBF16: Bool, progress: @Sendable () -> Void) throws {
        try export(adapter: nil, as: .huggingFace, to: directory, isBF16: isBF16, progress: progress)
    }
}
