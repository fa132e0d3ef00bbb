import ArgumentParser
import Crypto
import Engine
import Foundation
import Loop

/// Runs one workload through an engine, or a round through the loop, and prints one JSON line.
@main
struct BenchTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "autodidact-bench",
        abstract: "Times an engine and the loop.",
        subcommands: [Run.self, LoopCommand.self, Export.self]
    )
}

/// `autodidact-bench run`.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run a workload.")

    @OptionGroup var choice: EngineChoice
    @Option(help: "Workload file.") var workload: String
    @Option(help: "Adapter directory to generate and score with.") var adapter: String?
    @Option(help: "Directory that a fine-tuned adapter is written to.") var output: String?
    @Flag(help: "Print the texts of candidates or the losses of samples, too.") var results = false

    func run() async throws {
        let engine = try await choice.open()
        if let adapter { try await engine.activate(try location(of: adapter)) }
        let work = try JSONDecoder().decode(
            Workload.self,
            from: try Data(contentsOf: URL(filePath: workload))
        )
        try await warmUp(engine, work)
        let clock = ContinuousClock()
        let start = clock.now
        var report = try await measure(engine, work)
        let elapsed = start.duration(to: clock.now) / .seconds(1)
        report.seconds = elapsed
        if !results {
            report.texts = nil
            report.losses = nil
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }

    /// Reads the weights, which no contender is timed for.
    private func warmUp(_ engine: any RoundEngine, _ work: Workload) async throws {
        switch work.kind {
        case .generate:
            var settings = work.generateSettings
            settings.maxNewTokens = 1
            let request = GenerationRequest(question: QuestionID(rawValue: 1), prompt: "Hello", count: 1)
            _ = try await engine.generate(
                [request],
                prefix: "",
                settings: settings,
                key: RandomKey(seed: 1, round: 0)
            ) { _ in }
        case .score, .finetune:
            _ = try await engine.score([TextSample(prompt: "Hello", completion: " world")]) { _ in }
        }
    }

    private func measure(_ engine: any RoundEngine, _ work: Workload) async throws -> Report {
        switch work.kind {
        case .generate:
            let texts = try await engine.generate(
                work.generationRequests,
                prefix: PromptText(format: work.prefix ?? ""),
                settings: work.generateSettings,
                key: RandomKey(seed: 1, round: 1)
            ) { _ in }
            return Report(
                items: texts.count,
                tokens: texts.reduce(0) { $0 + $1.tokenCount },
                texts: texts.map(\.text)
            )
        case .score:
            let scores = try await engine.score(work.textSamples) { _ in }
            return Report(
                items: scores.count,
                tokens: scores.reduce(0) { $0 + $1.tokenCount },
                losses: scores.map(\.answerLoss)
            )
        case .finetune:
            let job = work.finetuneJob
            let result = try await engine.finetune(job, progress: { _ in }, save: { _ in })
            if let output { try write(result.files, to: output) }
            return Report(
                items: job.samples.count * job.settings.epochs,
                tokens: result.tokenCount,
                losses: result.losses
            )
        }
    }
}

extension Run {
    private func location(of adapter: String) throws -> AdapterLocation {
        let weights = try Data(contentsOf: URL(filePath: adapter + "/adapter_model.safetensors"))
        let digest = SHA256.hash(data: weights).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return AdapterLocation(path: adapter, sha256: digest.joined())
    }

    private func write(_ files: [FileContent], to directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for file in files {
            try Data(file.bytes).write(to: URL(filePath: directory + "/" + file.name))
        }
    }
}

/// What one run measured.
struct Report: Encodable {
    var seconds = 0.0
    /// Candidates or samples.
    var items: Int
    /// Tokens sampled, scored, or run in training.
    var tokens: Int
    var texts: [String]?
    var losses: [Double]?
}

/// `autodidact-bench export`.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the model as a Hugging Face directory: the same weights for everybody."
    )

    @Option(help: "Model file or directory.") var model: String
    @Option(help: "Directory to write; must not exist.") var output: String
    @Flag(help: "In f32 instead of bf16.") var f32 = false

    func run() async throws {
        let engine = try EmbeddedEngine(modelPath: model, settings: EngineSettings())
        try await engine.export(adapter: nil, to: output, isBF16: !f32)
    }
}
