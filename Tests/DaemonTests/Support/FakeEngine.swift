import Daemon
import Foundation
import Loop
import Synchronization

/// An engine that answers at once and remembers which adapter was active.
final class FakeEngine: RoundEngine {
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

    /// The adapter's path at each `generate`.
    var generatedWith: [String] { log.withLock { $0 } }

    func activate(_ adapter: AdapterLocation?) { active.withLock { $0 = adapter } }

    func generate(
        _ requests: [GenerationRequest],
        prefix: String,
        settings: GenerateSettings,
        key: RandomKey,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) -> [GeneratedText] {
        log.withLock { log in log.append(active.withLock { $0?.path ?? "base" }) }
        return requests.flatMap { request in
            (0..<request.count).map { index in
                GeneratedText(
                    question: request.question,
                    index: index,
                    text: " The answer is 3.",
                    tokenCount: 5,
                    meanLogProbability: -0.1,
                    finish: .stop
                )
            }
        }
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
    ) -> FinetuneResult {
        FinetuneResult(files: [], losses: [], tokenCount: 0, tooLong: [])
    }
}

/// Writes a file that says what was asked for, or part of it and fails.
struct FakeExporter: ModelExporter {
    /// What it fails with after its first file.
    var failure: DaemonError?

    func export(
        _ adapter: AdapterLocation?,
        as form: WholeModelForm,
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
