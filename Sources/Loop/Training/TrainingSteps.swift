import Foundation

/// Which samples each optimizer step sees: a function of samples, settings and key alone, so that every
/// engine takes the same steps.
///
/// Each epoch shuffles the questions (samples with one prompt stay together, so that the prompt may run once,
/// and so do the members of a group) and fills steps in that order until a step holds `batch` candidates,
/// copies counted. What counts is the magnitude of a weight: an advantage below zero fills a step as much as
/// one above.
public struct TrainingSteps: Sendable {
    /// Samples per step, in order.
    public let steps: [[TokenizedSample]]
    /// How many steps are done at the end of each epoch.
    public let epochEnds: [Int]
    /// Indices of samples above the token limit, and of those in a group with one: half a pair is no pair.
    public let tooLong: [Int]

    /// Plans a job.
    ///
    /// - Parameters:
    ///   - samples: Its samples as tokens, in order.
    ///   - job: Settings and key.
    ///   - contextLength: The most tokens the model takes.
    public init(_ samples: [TokenizedSample], _ job: FinetuneJob, contextLength: Int) {
        let limit = min(job.settings.maxTokens, contextLength)
        let broken = Set(samples.lazy.filter { $0.tokens.count > limit }.map(\.group))
        tooLong = samples.filter { broken.contains($0.group) }.map(\.index)
        (steps, epochEnds) = Self.steps(Self.blocks(samples.filter { !broken.contains($0.group) }), job)
    }

    /// What must not be cut: samples that share a prompt or a group, directly or through others.
    ///
    /// In order of their first sample; within a block one prompt after the other.
    private static func blocks(_ samples: [TokenizedSample]) -> [[TokenizedSample]] {
        var places: [ArraySlice<Int32>: Int] = [:]
        var prompts: [[TokenizedSample]] = []
        // A forest over prompts: each points to an earlier one of its block, the first to itself.
        var links: [Int] = []
        func first(_ place: Int) -> Int {
            var place = place
            while links[place] != place { place = links[place] }
            return place
        }
        var homes: [Int: Int] = [:]
        for sample in samples {
            let prompt = sample.tokens.prefix(sample.promptCount)
            let place = places[prompt] ?? prompts.count
            if place == prompts.count {
                places[prompt] = place
                prompts.append([])
                links.append(place)
            }
            prompts[place].append(sample)
            if let home = homes[sample.group] {
                let ends = (first(home), first(place))
                links[max(ends.0, ends.1)] = min(ends.0, ends.1)
            } else {
                homes[sample.group] = place
            }
        }
        var blocks: [[TokenizedSample]] = []
        var numbers: [Int: Int] = [:]
        for (place, samples) in prompts.enumerated() {
            if let number = numbers[first(place)] {
                blocks[number] += samples
            } else {
                numbers[place] = blocks.count
                blocks.append(samples)
            }
        }
        return blocks
    }

    private static func steps(
        _ blocks: [[TokenizedSample]],
        _ job: FinetuneJob
    ) -> ([[TokenizedSample]], epochEnds: [Int]) {
        let random = Philox(key: job.key)
        var steps: [[TokenizedSample]] = []
        var ends: [Int] = []
        for epoch in 0..<job.settings.epochs {
            var step: [TokenizedSample] = []
            var weight = 0.0
            for place in random.shuffled(blocks.count, epoch: epoch) {
                step += blocks[place]
                weight += blocks[place].reduce(0) { $0 + abs($1.weight) }
                if weight >= Double(job.settings.batch) {
                    steps.append(step)
                    (step, weight) = ([], 0)
                }
            }
            if !step.isEmpty { steps.append(step) }
            ends.append(steps.count)
        }
        return (steps, ends)
    }
}

extension FinetuneSettings {
    /// The learning rate of step `step` (from 0) of `count`: linear warm-up over ⌈warmup · count⌉ steps, then
    /// half a cosine down to 0.
    public func rate(step: Int, of count: Int) -> Double {
        let warmupCount = Int((warmup * Double(count)).rounded(.up))
        if step < warmupCount { return learningRate * Double(step + 1) / Double(warmupCount) }
        let share = Double(step - warmupCount) / Double(max(count - warmupCount, 1))
        return learningRate * 0.5 * (1 + cos(.pi * share))
    }
}
