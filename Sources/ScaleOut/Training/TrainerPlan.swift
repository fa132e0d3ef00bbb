import Crypto
import Foundation
import Loop

/// The plan that the trainer reads; trainer/README.md says what each key means.
struct TrainerPlan: Encodable {
    let digest: String
    let model: String
    let adapter: String
    let samples: String
    let output: String
    let steps: [[Int]]
    let rates: [Double]
    let lossSpan: String
    let dtype: String
    let passTokens: Int
    let sharding: String
    let weightDecay: Double
    let clip: Double
    let saveEverySteps: Int
    /// Tokens whose loss the finished adapter is known by.
    let probe: [Int32]

    /// Names a job: same samples, settings and start, same digest.
    ///
    /// The arithmetic's format is part of it, the count of ranks is not: a job may go on with more of them.
    static func digest(_ job: FinetuneJob, _ settings: ScaleOutSettings) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var hash = SHA256()
        hash.update(data: Data("scale-out 1 \(settings.precision.rawValue)".utf8))
        hash.update(data: try encoder.encode(job.samples))
        hash.update(data: try encoder.encode(job.settings))
        hash.update(data: try encoder.encode([job.key]))
        hash.update(data: Data((job.lossSpan.rawValue + (job.start?.sha256 ?? "fresh")).utf8))
        return hash.finalize().hex
    }
}

/// A line of `samples.jsonl`.
struct TrainerSample: Encodable {
    let index: Int
    let tokens: [Int32]
    let promptCount: Int
    let weight: Double

    init(_ sample: TokenizedSample) {
        (index, tokens) = (sample.index, sample.tokens)
        (promptCount, weight) = (sample.promptCount, sample.weight)
    }
}

/// What the trainer leaves beside the adapter.
struct TrainerResult: Decodable {
    struct Probe: Decodable {
        let loss: Double
        let baseLoss: Double
    }

    let digest: String
    let losses: [Double]
    let tokenCount: Int
    let probe: Probe
}

/// A line of the trainer's standard output.
struct TrainerEvent: Decodable, Sendable {
    /// `started`, `step`, `saved`, `finished`, `failed` or `stopped`.
    let event: String
    let step: Int?
    let steps: Int?
    let loss: Double?
    let tokens: Int?
    let code: String?
    let message: String?
}
