import Foundation
import Loop
import Testing

/// Objectives, one of them the tests' own, against the vectors shared with the trainer.
@Suite struct ObjectiveTests {
    private let golden: GoldenObjectives
    private let objectives: Objectives

    init() throws {
        golden = try GoldenObjectives.load()
        objectives = Objectives.standard.adding(PairObjective(beta: golden.beta))
    }

    private func isClose(_ one: Double, _ other: Double) -> Bool { abs(one - other) < 1e-11 }

    @Test func `coefficients and losses of groups are the golden ones`() throws {
        for vector in golden.cases {
            let objective = try vector.objective(in: objectives)

            let terms = try vector.measured.map(objective.terms)

            for (found, expected) in zip(terms.map(\.coefficients), vector.coefficients) {
                #expect(found.count == expected.count, "\(vector.name)")
                #expect(zip(found, expected).allSatisfy { isClose($0, $1) }, "\(vector.name)")
            }
            if let losses = vector.losses {
                #expect(
                    zip(terms, losses).allSatisfy { isClose($0.loss ?? .nan, $1) },
                    "\(vector.name)"
                )
            } else {
                #expect(terms.allSatisfy { $0.loss == nil }, "\(vector.name)")
            }
            #expect(objective.divisor(of: vector.measured) == vector.divisor, "\(vector.name)")
        }
        #expect(Set(golden.cases.map(\.objective)) == Set(objectives.names.map(\.rawValue)))
    }

    @Test func `a step is cut into its groups, and its loss is theirs over the divisor`() throws {
        for vector in golden.cases {
            let objective = try vector.objective(in: objectives)
            let (samples, logProbabilities) = vector.step

            // The members of a group need not be neighbours.
            let terms = try StepTerms(
                samples.filter { $0.index % 2 == 0 } + samples.filter { $0.index % 2 == 1 },
                objective,
                span: .answerOnly,
                logProbabilities: logProbabilities
            )

            let expected = vector.coefficients.flatMap { $0 }
            #expect(terms.coefficients.count == expected.count, "\(vector.name)")
            for (index, value) in expected.enumerated() {
                #expect(isClose(terms.coefficients[index] ?? .nan, value), "\(vector.name)")
            }
            #expect(terms.divisor == vector.divisor, "\(vector.name)")
            if let loss = vector.loss {
                #expect(isClose(terms.loss ?? .nan, loss), "\(vector.name)")
            } else {
                #expect(terms.loss == nil, "\(vector.name)")
            }
        }
    }

    @Test func `coefficients are the derivatives of the loss by log-probability`() throws {
        for vector in golden.cases where vector.loss != nil {
            let objective = try vector.objective(in: objectives)
            let (samples, logProbabilities) = vector.step
            func loss(_ index: Int, _ change: Double) throws -> Double {
                var moved = logProbabilities
                moved[index, default: 0] += change
                let terms = try StepTerms(
                    samples,
                    objective,
                    span: .answerOnly,
                    logProbabilities: moved
                )
                return try #require(terms.loss)
            }

            let terms = try StepTerms(
                samples,
                objective,
                span: .answerOnly,
                logProbabilities: logProbabilities
            )

            for sample in samples {
                let slope = try (loss(sample.index, 1e-5) - loss(sample.index, -1e-5)) / 2e-5
                let coefficient = try #require(terms.coefficients[sample.index])
                #expect(abs(-slope - coefficient / terms.divisor) < 1e-8, "\(vector.name)")
            }
        }
    }

    @Test func `a margin far from zero gives finite losses and coefficients`() throws {
        for gain in [-4000.0, 4000] {
            for objective in [PairPreference.scpo as any Objective, RejectionOnly()] {
                let group = [
                    MeasuredSequence(
                        weight: -1,
                        tokenCount: 9,
                        logProbability: -5000,
                        referenceLogProbability: -5000 - gain
                    ),
                    MeasuredSequence(
                        weight: 1,
                        tokenCount: 9,
                        logProbability: -10,
                        referenceLogProbability: -10
                    ),
                ]

                let terms = try objective.terms(of: group)

                #expect(terms.loss?.isFinite == true)
                #expect(terms.coefficients.allSatisfy { $0.isFinite })
            }
        }
    }

    @Test func `a group that is no pair is an error`() {
        let alone = [
            MeasuredSequence(weight: 1, tokenCount: 2, logProbability: -1, referenceLogProbability: -1)
        ]

        let error = #expect(throws: LoopError.self) { try PairPreference.spinVote.terms(of: alone) }

        #expect(error?.message.contains("spinVote got a group of 1") == true)
    }

    @Test func `cross-entropy is added up in the order of the samples`() throws {
        let weights = [0.1, 0.7, 0.3, 1e-9, 2.5, 0.2]
        let samples = weights.enumerated().map { index, weight in
            TokenizedSample(
                index: index,
                tokens: Array(repeating: 1, count: 4 + index),
                promptCount: 2,
                weight: weight
            )
        }

        let terms = try StepTerms(samples, CrossEntropy(), span: .fullSequence)

        #expect(terms.divisor == weights.reduce(0, +))
        for sample in samples {
            #expect(terms.coefficients[sample.index] == sample.weight / Double(sample.tokens.count - 1))
        }
        #expect(terms.loss == nil)
    }

    @Test func `a missing reference is an error and not a zero`() throws {
        let group = [
            MeasuredSequence(weight: 1, tokenCount: 2, logProbability: -1, referenceLogProbability: -1),
            MeasuredSequence(weight: -1, tokenCount: 2, logProbability: -1),
        ]

        let error = #expect(throws: LoopError.self) { try PairObjective(beta: 0.1).terms(of: group) }

        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("no reference log-probability") == true)
    }

    @Test func `an objective that forgets a member is an error`() throws {
        struct Forgetful: Objective {
            var name: ObjectiveID { ObjectiveID(rawValue: "forgetful") }
            var needsLogProbabilities: Bool { false }
            func terms(of group: [MeasuredSequence]) -> GroupTerms {
                GroupTerms(coefficients: [1], loss: nil)
            }
            func divisor(of groups: [[MeasuredSequence]]) -> Double { 1 }
        }
        let samples = try #require(golden.cases.last).step.samples

        let error = #expect(throws: LoopError.self) {
            try StepTerms(samples, Forgetful(), span: .answerOnly)
        }

        #expect(error?.message.contains("forgetful gave 1 coefficients for a group of 2") == true)
    }

    @Test func `an unknown objective is named with the known ones`() throws {
        let error = #expect(throws: LoopError.self) {
            try Objectives.named(ObjectiveID(rawValue: "dpo"))
        }

        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("no objective dpo") == true)
        #expect(error?.message.contains("sft") == true)
        #expect(try Objectives.named(.sft).name == .sft)
    }

    @Test func `a score gives the reference of its span`() {
        let score = SampleScore(answerLoss: 0.5, fullLoss: 0.25, answerTokenCount: 4, tokenCount: 9)

        #expect(score.logProbability(.answerOnly) == -2)
        #expect(score.logProbability(.fullSequence) == -2)
    }
}
