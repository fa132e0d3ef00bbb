import Crypto
import Foundation
import Loop

/// The steps of a job, and the job's name.
struct TrainingPlan {
    /// Samples per step, in order.
    let steps: [[TokenizedSample]]
    /// How many steps are done at the end of each epoch.
    let epochEnds: [Int]
    /// Indices of samples above the token limit.
    let tooLong: [Int]
    /// Names the job: a save of another job is refused.
    let digest: String

    /// Plans a job.
    ///
    /// - Parameters:
    ///   - job: Examples, settings and key.
    ///   - tokenizer: The model's tokenizer.
    ///   - contextLength: The most tokens the model accepts.
    /// - Throws: An error of the tokenizer or the encoder.
    init(_ job: FinetuneJob, tokenizer: any TextTokenizer, contextLength: Int) throws {
        let samples = try job.tokenized { try tokenizer.tokenize($0, index: $1, contextLength: .max) }
        let plan = TrainingSteps(samples, job, contextLength: contextLength)
        (steps, epochEnds, tooLong) = (plan.steps, plan.epochEnds, plan.tooLong)
        digest = try Self.digest(job)
    }

    private static func digest(_ job: FinetuneJob) throws -> String {
        var hash = SHA256()
        // Also names the layout of a save: saves of another one are refused.
        hash.update(data: Data("parameters with B transposed, quarantine".utf8))
        hash.update(data: try job.identity())
        return hash.finalize().hex
    }
}
