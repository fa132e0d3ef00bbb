import ArgumentParser
import Engine
import Foundation
import Loop

/// Runs one workload through the embedded engine, or a round through the loop, and prints one JSON line.
@main
struct BenchTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "autodidact-bench",
        abstract: "Times the embedded engine and the loop.",
        subcommands: [Run.self, LoopCommand.self, Export.self]
    )
}

/// `autodidact-bench run`.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run a workload.")

    @Option(help: "Model file or directory.") var model: String
    @Option(help: "Workload file.") var workload: String
    @Option(help: "auto, f32, bf16 or int8.") var precision = "auto"
    @Option(help: "Threads; 0 takes all.") var threads = 0
    @Option(help: "Candidates that decode at once.") var rows = 64
    @Flag(help: "Print the texts of candidates or the losses of samples, too.") var results = false

    func run() async throws {
        guard let precision = EngineSettings.Precision(rawValue: precision) else {
            throw ValidationError("--precision \(precision): use auto, f32, bf16 or int8")
        }
        let engine = try EmbeddedEngine(
            modelPath: model,
            settings: EngineSettings(threads: threads, precision: precision, rows: rows)
        )
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
    private func warmUp(_ engine: EmbeddedEngine, _ work: Workload) async throws {
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

    private func measure(_ engine: EmbeddedEngine, _ work: Workload) async throws -> Report {
        switch work.kind {
        case .generate:
            let texts = try await engine.generate(
                work.generationRequests,
                prefix: work.prefix ?? "",
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
            return Report(
                items: job.samples.count * job.settings.epochs,
                tokens: result.tokenCount,
                losses: result.losses
            )
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
        abstract: "Write the model as a Hugging Face directory in bf16: the same weights for everybody."
    )

    @Option(help: "Model file or directory.") var model: String
    @Option(help: "Directory to write; must not exist.") var output: String

    func run() async throws {
        let engine = try EmbeddedEngine(modelPath: model, settings: EngineSettings())
        try await engine.export(adapter: nil, to: output, isBF16: true)
    }
}
