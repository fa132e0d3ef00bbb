import Daemon
import Foundation
import Loop
import Synchronization

/// An engine that answers at once, or as its script says, and remembers which adapter was active.
final class FakeEngine: StreamingEngine {
    /// What a stream does next.
    enum Step: Sendable {
        /// Hands out a piece.
        case piece(String)
        /// Goes on only when told to by `goOn`; ends when cancelled.
        case wait
        /// Fails.
        case fail
    }

    let identity = ModelIdentity(
        name: "fake",
        architecture: "llama",
        sha256: "00",
        parameterCount: 1,
        precision: "f32",
        instructionSet: "none",
        threadCount: 1
    )
    private let active = Mutex<AdapterLocation?>(nil)
    private let log = Mutex<[String]>([])
    /// Measures prompts, if set.
    let rulers = Mutex<PromptRuler?>(nil)
    /// What a stream does.
    let script = Mutex<[Step]>([.piece(" The answer"), .piece(" is 3.")])
    /// The texts that candidates take turns with.
    let texts = Mutex<[String]>([" The answer is 3."])
    /// Temperature and prefix of each call.
    let calls = Mutex<[(temperature: Double, prefix: PromptText)]>([])
    /// Lets a stream that waits go on.
    let goOn = Mailbox<Bool>()
    /// Whether fine-tuning lasts until it is told to go on by `goOn`.
    let holdsFinetune = Mutex(false)
    /// Says that fine-tuning has begun.
    let finetuneBegan = Mailbox<Bool>()
    /// How each stream ended: true when it was cancelled.
    let streamEnds = Mailbox<Bool>()

    var ruler: PromptRuler? { rulers.withLock { $0 } }

    /// The adapter's path at each `generate`.
    var generatedWith: [String] { log.withLock { $0 } }

    func activate(_ adapter: AdapterLocation?) { active.withLock { $0 = adapter } }

    func generate(
        _ requests: [GenerationRequest],
        prefix: PromptText,
        settings: GenerateSettings,
        key: RandomKey,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) -> [GeneratedText] {
        remember(prefix, settings)
        let texts = texts.withLock { $0 }
        return requests.flatMap { request in
            (0..<request.count).map(request.index).map {
                text(texts[$0 % texts.count], of: request, index: $0)
            }
        }
    }

    func stream(
        _ request: GenerationRequest,
        prefix: PromptText,
        settings: GenerateSettings,
        key: RandomKey,
        piece: @escaping @Sendable (String) -> Void
    ) async throws -> GeneratedText {
        remember(prefix, settings)
        do {
            var whole = ""
            for step in script.withLock({ $0 }) {
                switch step {
                case .piece(let next):
                    piece(next)
                    whole += next
                case .wait: _ = try await goOn.take()
                case .fail: throw LoopError(.degenerateLoss, "the fake engine fails")
                }
            }
            streamEnds.put(false)
            return text(whole, of: request, index: 0)
        } catch {
            streamEnds.put(error is CancellationError)
            throw error
        }
    }

    private func remember(_ prefix: PromptText, _ settings: GenerateSettings) {
        log.withLock { log in log.append(active.withLock { $0?.path ?? "base" }) }
        calls.withLock { $0.append((settings.temperature, prefix)) }
    }

    private func text(_ text: String, of request: GenerationRequest, index: Int) -> GeneratedText {
        GeneratedText(
            question: request.question,
            index: index,
            text: text,
            tokenCount: 5,
            meanLogProbability: -0.1,
            finish: .stop
        )
    }

    func score(_ samples: [TextSample], progress: @escaping @Sendable (EngineProgress) -> Void)
        -> [SampleScore]
    {
        samples.map { _ in SampleScore(answerLoss: 1, fullLoss: 1, answerTokenCount: 4, tokenCount: 9) }
    }

    func finetune(
        _ job: FinetuneJob,
        progress: @escaping @Sendable (EngineProgress) -> Void,
        save: @escaping @Sendable (TrainingSave) throws -> Void
    ) async throws -> FinetuneResult {
        finetuneBegan.put(true)
        if holdsFinetune.withLock({ $0 }) { _ = try await goOn.take() }
        return FinetuneResult(files: [], losses: [], tokenCount: 0, tooLong: [])
    }
}

/// The same engine for rounds only: it does not stream.
struct PlainEngine: RoundEngine {
    let engine: FakeEngine

    var identity: ModelIdentity { engine.identity }

    func activate(_ adapter: AdapterLocation?) { engine.activate(adapter) }

    func generate(
        _ requests: [GenerationRequest],
        prefix: PromptText,
        settings: GenerateSettings,
        key: RandomKey,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) -> [GeneratedText] {
        engine.generate(requests, prefix: prefix, settings: settings, key: key, progress: progress)
    }

    func score(_ samples: [TextSample], progress: @escaping @Sendable (EngineProgress) -> Void)
        -> [SampleScore]
    {
        engine.score(samples, progress: progress)
    }

    func finetune(
        _ job: FinetuneJob,
        progress: @escaping @Sendable (EngineProgress) -> Void,
        save: @escaping @Sendable (TrainingSave) throws -> Void
    ) async throws -> FinetuneResult {
        try await engine.finetune(job, progress: progress, save: save)
    }
}

/// Writes a file that says what was asked for, or part of it and fails.
struct FakeExporter: ModelExporter {
    /// What it fails with after its first file.
    var failure: DaemonError?

    func export(
        _ adapter: AdapterLocation?,
        as form: ModelForm,
        to path: String,
        progress: @escaping @Sendable () -> Void
    ) async throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        progress()
        let text = "\(form) of \(adapter == nil ? "the base model" : "an adapter")"
        try Data(text.utf8).write(to: URL(filePath: path + "/model.txt"))
        if let failure { throw failure }
    }
}
