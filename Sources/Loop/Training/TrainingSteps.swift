import Foundation

/// Which samples each optimizer step sees: a function of samples, settings and key alone, so that every engine takes
/// the same steps.
///
/// Each epoch shuffles the questions (samples with one prompt stay together, so that the prompt may run once) and
/// fills steps in that order until a step holds `batch` candidates, copies counted.
public struct TrainingSteps: Sendable {
    /// Samples per step, in order.
    public let steps: [[TokenizedSample]]
    /// Indices of samples above the token limit.
    public let tooLong: [Int]

    /// Plans a job.
    ///
    /// - Parameters:
    ///   - samples: Its samples as tokens, in order.
    ///   - job: Settings and key.
    ///   - contextLength: The most tokens the model takes.
    public init(_ samples: [TokenizedSample], _ job: FinetuneJob, contextLength: Int) {
        let limit = min(job.settings.maxTokens, contextLength)
        tooLong = samples.filter { $0.tokens.count > limit }.map(\.index)
        steps = Self.steps(Self.groups(samples.filter { $0.tokens.count <= limit }), job)
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
}

extension FinetuneSettings {
    /// The learning rate of step `step` (from 0) of `count`: linear warm-up over ⌈warmup · count⌉ steps, then half
    /// a cosine down to 0.
    public func rate(step: Int, of count: Int) -> Double {
        let warmupCount = Int((warmup * Double(count)).rounded(.up))
        if step < warmupCount { return learningRate * Double(step + 1) / Double(warmupCount) }
        let share = Double(step - warmupCount) / Double(max(count - warmupCount, 1))
        return learningRate * 0.5 * (1 + cos(.pi * share))
    }
}
