import Crypto
import Foundation
import Loop

/// The plan that the trainer reads; trainer/README.md says what each key means.
struct TrainerPlan: Encodable {
    let digest: String
    let model: String
    let adapter: String
    let samples: String
    /// Its name; nil, which leaves the key out, is cross-entropy.
    let objective: String?
    /// What the objective asks for; nil, which leaves the key out, for cross-entropy.
    let objectiveSettings: TrainerObjectiveSettings?
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
    /// Tokens whose loss identifies the finished adapter.
    let probe: [Int32]

    /// Names a job: same examples, objective, settings and start, same digest.
    ///
    /// The arithmetic's format is part of it, the count of ranks is not: a job may continue with more of
    /// them.
    static func digest(_ job: FinetuneJob, _ settings: ScaleOutSettings) throws -> String {
        var hash = SHA256()
        hash.update(data: Data("scale-out 1 \(settings.precision.rawValue)".utf8))
        hash.update(data: try job.identity())
        return hash.finalize().hex
    }
}

/// What objectives ask for, with the names of `finetune.*`.
struct TrainerObjectiveSettings: Encodable {
    let beta: Double
    let nllWeight: Double
    let clipRatio: Double

    init(_ settings: ObjectiveSettings) {
        (beta, nllWeight, clipRatio) = (settings.beta, settings.nllWeight, settings.clipRatio)
    }
}

/// A line of `samples.jsonl`.
struct TrainerSample: Encodable {
    let index: Int
    let tokens: [Int32]
    let promptCount: Int
    let weight: Double
    /// Nil, which leaves the key out, in a job of cross-entropy on single samples.
    let group: Int?
    /// Nil, which leaves the key out, when there is none.
    let reference: Double?

    /// Builds a line.
    ///
    /// - Parameters:
    ///   - sample: The sample.
    ///   - isPlain: Whether the job is cross-entropy on single samples, whose lines are as in version 0.1.0.
    init(_ sample: TokenizedSample, isPlain: Bool) {
        (index, tokens) = (sample.index, sample.tokens)
        (promptCount, weight) = (sample.promptCount, sample.weight)
        group = isPlain ? nil : sample.group
        reference = sample.referenceLogProbability
    }
}

/// What the trainer leaves next to the adapter.
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
