import Foundation
import Loop

/// One piece of work that every contender does: a JSON file written by workloads.py.
struct Workload: Decodable {
    /// What is to be done.
    enum Kind: String, Decodable {
        case generate, score, finetune
    }

    struct Request: Decodable {
        var prompt: String
        var count: Int
    }

    struct Sample: Decodable {
        var prompt: String
        var completion: String
    }

    var kind: Kind
    var prefix: String?
    var requests: [Request]?
    var maxNewTokens: Int?
    var temperature: Double?
    var stop: [String]?
    var samples: [Sample]?
    var rank: Int?
    var batch: Int?
    var epochs: Int?

    /// Candidates wanted, as the engine takes them.
    var generationRequests: [GenerationRequest] {
        (requests ?? []).enumerated().map {
            GenerationRequest(
                question: QuestionID(rawValue: $0.offset + 1),
                prompt: PromptText(format: $0.element.prompt),
                count: $0.element.count
            )
        }
    }

    /// How candidates are sampled.
    var generateSettings: GenerateSettings {
        var settings = GenerateSettings()
        settings.temperature = temperature ?? 0.7
        settings.maxNewTokens = maxNewTokens ?? 96
        settings.stop = stop ?? []
        return settings
    }

    /// Prompts and completions.
    var textSamples: [TextSample] {
        (samples ?? []).map { TextSample(prompt: PromptText(format: $0.prompt), completion: $0.completion) }
    }

    /// A fine-tuning job over the samples.
    var finetuneJob: FinetuneJob {
        var settings = FinetuneSettings()
        settings.rank = rank ?? 8
        settings.alpha = Double(2 * settings.rank)
        settings.batch = batch ?? 32
        settings.epochs = epochs ?? 1
        settings.saveEverySteps = .max
        return FinetuneJob(
            samples: textSamples,
            settings: settings,
            lossSpan: .answerOnly,
            key: RandomKey(seed: 1, round: 1),
            start: nil,
            resumePath: nil,
            baseModelName: "bench"
        )
    }
}
