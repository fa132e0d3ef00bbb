import Crypto
import Foundation
import Loop

/// Which samples each optimizer step sees: a function of samples, settings and key alone.
///
/// Each epoch shuffles the questions (samples with one prompt stay together, so that the prompt runs once) and
/// fills steps in that order until a step holds `batch` candidates, copies counted.
struct TrainingPlan {
    /// Samples per step, in order.
    let steps: [[TokenizedSample]]
    /// Indices of samples above the token limit.
    let tooLong: [Int]
    /// Names the job: a save of another job is refused.
    let digest: String

    /// Plans a job.
    ///
    /// - Parameters:
    ///   - job: Samples, settings and key.
    ///   - tokenizer: The model's tokenizer.
    ///   - contextLength: The most tokens the model takes.
    /// - Throws: An error of the tokenizer or the encoder.
    init(_ job: FinetuneJob, tokenizer: Tokenizer, contextLength: Int) throws {
        var kept: [TokenizedSample] = []
        var tooLong: [Int] = []
        for (index, sample) in job.samples.enumerated() {
            let tokens = try tokenizer.tokenize(sample, index: index, contextLength: .max)
            if tokens.tokens.count > min(job.settings.maxTokens, contextLength) {
                tooLong.append(index)
            } else {
                kept.append(tokens)
            }
        }
        self.tooLong = tooLong
        digest = try Self.digest(job)
        steps = Self.steps(Self.groups(kept), job)
    }

    private static func groups(_ samples: [TokenizedSample]) -> [[TokenizedSample]] {
        var places: [ArraySlice<Int32>: Int] = [:]
        var groups: [[TokenizedSample]] = []
        for sample in samples {
            let prompt = sample.tokens.prefix(sample.promptCount)
            if let place = places[prompt] {
                groups[place].append(sample)
            } else {
                places[prompt] = groups.count
                groups.append([sample])
            }
        }
        return groups
    }

    private static func steps(_ groups: [[TokenizedSample]], _ job: FinetuneJob) -> [[TokenizedSample]] {
        let random = Philox(key: job.key)
        var steps: [[TokenizedSample]] = []
        for epoch in 0..<job.settings.epochs {
            var step: [TokenizedSample] = []
            var weight = 0.0
            for place in random.shuffled(groups.count, epoch: epoch) {
                step += groups[place]
                weight += groups[place].reduce(0) { $0 + $1.weight }
                if weight >= Double(job.settings.batch) {
                    steps.append(step)
                    (step, weight) = ([], 0)
                }
            }
            if !step.isEmpty { steps.append(step) }
        }
        return steps
    }

    private static func digest(_ job: FinetuneJob) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var hash = SHA256()
        // Names the layout of a save, too: saves of another one are refused.
        hash.update(data: Data("parameters with B transposed, quarantine".utf8))
        hash.update(data: try encoder.encode(job.samples))
        hash.update(data: try encoder.encode(job.settings))
        hash.update(data: try encoder.encode([job.key]))
        hash.update(data: Data((job.lossSpan.rawValue + (job.start?.sha256 ?? "fresh")).utf8))
        return hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

extension FinetuneSettings {
    /// The learning rate of step `step` (from 0) of `count`: linear warm-up over ⌈warmup · count⌉ steps, then half
    /// a cosine down to 0.
    func rate(step: Int, of count: Int) -> Double {
        let warmupCount = Int((warmup * Double(count)).rounded(.up))
        if step < warmupCount { return learningRate * Double(step + 1) / Double(warmupCount) }
        let share = Double(step - warmupCount) / Double(max(count - warmupCount, 1))
        return learningRate * 0.5 * (1 + cos(.pi * share))
    }
}
