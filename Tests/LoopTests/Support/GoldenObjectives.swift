import Foundation
import Loop

/// The vectors that trainer/tests reads, too.
struct GoldenObjectives: Decodable {
    struct Member: Decodable {
        var weight: Double
        var tokenCount: Int
        var logProbability: Double?
        var reference: Double?
    }

    struct Settings: Decodable {
        var beta: Double?
        var nllWeight: Double?
        var clipRatio: Double?
    }

    struct Case: Decodable {
        var name: String
        var objective: String
        var settings: Settings?
        var groups: [[Member]]
        var coefficients: [[Double]]
        var losses: [Double]?
        var divisor: Double
        var loss: Double?

        /// Its objective with its settings.
        func objective(in objectives: Objectives) throws -> any Objective {
            var finetune = FinetuneSettings()
            finetune.objective = ObjectiveID(rawValue: objective)
            let plain = finetune.objectives
            finetune.objectives.beta = settings?.beta ?? plain.beta
            finetune.objectives.nllWeight = settings?.nllWeight ?? plain.nllWeight
            finetune.objectives.clipRatio = settings?.clipRatio ?? plain.clipRatio
            return try objectives.configured(by: finetune)
        }

        /// Its groups as an objective gets them.
        var measured: [[MeasuredSequence]] {
            groups.map { group in
                group.map { member in
                    MeasuredSequence(
                        weight: member.weight,
                        tokenCount: member.tokenCount,
                        logProbability: member.logProbability,
                        referenceLogProbability: member.reference
                    )
                }
            }
        }

        /// The same as a step's samples, after five prompt tokens each, with their log-probabilities by
        /// index.
        var step: (samples: [TokenizedSample], logProbabilities: [Int: Double]) {
            var samples: [TokenizedSample] = []
            var logProbabilities: [Int: Double] = [:]
            for (group, members) in groups.enumerated() {
                for member in members {
                    var sample = TokenizedSample(
                        index: samples.count,
                        tokens: Array(repeating: 1, count: 5 + member.tokenCount),
                        promptCount: 5,
                        weight: member.weight
                    )
                    sample.group = group
                    sample.referenceLogProbability = member.reference
                    logProbabilities[sample.index] = member.logProbability
                    samples.append(sample)
                }
            }
            return (samples, logProbabilities)
        }
    }

    var beta: Double
    var cases: [Case]

    static func load() throws -> GoldenObjectives {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Fixtures/objectives.json"))
        return try JSONDecoder().decode(GoldenObjectives.self, from: data)
    }
}

/// The tests' own objective, after SPIN (arXiv 2401.01335): −w · log σ(β (Δ of the first − Δ of the second)).
struct PairObjective: Objective {
    let beta: Double

    var name: ObjectiveID { ObjectiveID(rawValue: "pair") }
    var needsLogProbabilities: Bool { true }

    func terms(of group: [MeasuredSequence]) throws -> GroupTerms {
        let margin = beta * (try group[0].gain() - group[1].gain())
        let coefficient = group[0].weight * beta / (1 + exp(margin))
        return GroupTerms(
            coefficients: [coefficient, -coefficient],
            loss: group[0].weight * log1p(exp(-margin))
        )
    }

    func divisor(of groups: [[MeasuredSequence]]) -> Double { Double(groups.count) }
}
