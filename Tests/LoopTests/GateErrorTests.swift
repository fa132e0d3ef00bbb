import Loop
import Testing

/// How often the gate errs, by simulation: at most one time in twenty at the effect sizes stated here.
@Suite struct GateErrorTests {
    private static let most = 0.05

    /// Whether a simulated gate promotes.
    private func isPromoted(
        _ gate: SimulatedGate,
        _ settings: GateSettings,
        _ trial: Int,
        round: Int = 1,
        promotedBefore: Int = 0
    ) throws -> Bool {
        let changes = gate.draw(trial, round: round)
        func evaluation(_ wrong: Int) -> Evaluation {
            let answers = changes.enumerated().map { place, change in
                EvaluationAnswer(
                    question: QuestionID(rawValue: place + 1),
                    text: "",
                    answer: String(place),
                    isRight: change != wrong,
                    tokenCount: 1
                )
            }
            let right = answers.count(where: \.isRight)
            let accuracy = Accuracy(rightCount: right, of: answers.count)
            let summary = EvaluationSummary(split: .gate, accuracy: accuracy, accuracyPerProfile: [:])
            return Evaluation(summary: summary, answers: answers)
        }
        return try PromotionGate(settings: settings).judge(
            before: evaluation(1),
            after: evaluation(-1),
            level: settings.level(round: round, promotedBefore: promotedBefore)
        ).isPassed
    }

    /// How often a run of equally good checkpoints has a promotion.
    private func falseRuns(of trials: Int, rounds: Int, _ settings: GateSettings) throws -> Double {
        let gate = SimulatedGate(count: 200, changed: 0.2, gain: 0)
        return try SimulatedGate.share(of: trials) { trial in
            try (1...rounds).contains { try isPromoted(gate, settings, trial, round: $0) }
        }
    }

    private var better: GateSettings {
        var settings = GateSettings()
        settings.rule = .better
        return settings
    }

    private var overRun: GateSettings {
        var settings = better
        settings.spending = .overRun
        return settings
    }

    @Test func `without a rule for gains five points of 500 questions are neither lost nor refused`() throws {
        let worse = SimulatedGate(count: 500, changed: 0.2, gain: -0.05)
        let gain = SimulatedGate(count: 500, changed: 0.2, gain: 0.05)

        let promoted = try SimulatedGate.share(of: 200) { try isPromoted(worse, GateSettings(), $0) }
        let refused = try SimulatedGate.share(of: 200) { try !isPromoted(gain, GateSettings(), $0) }

        #expect(promoted <= Self.most, "\(promoted)")
        #expect(refused <= Self.most, "\(refused)")
    }

    @Test func `a change without effect passes the rule for gains one time in twenty at most`() throws {
        let same = SimulatedGate(count: 500, changed: 0.2, gain: 0)
        let worse = SimulatedGate(count: 500, changed: 0.2, gain: -0.02)

        let promoted = try SimulatedGate.share(of: 400) { try isPromoted(same, better, $0) }
        let harmful = try SimulatedGate.share(of: 200) { try isPromoted(worse, better, $0) }
        let unasked = try SimulatedGate.share(of: 200) { try isPromoted(same, GateSettings(), $0) }

        #expect(promoted <= Self.most, "\(promoted)")
        #expect(harmful <= 0.01, "\(harmful)")
        #expect(unasked > 0.4, "what is not clearly worse passes without the rule: \(unasked)")
    }

    @Test func `the rule for gains sees five points of 1000 questions`() throws {
        let gain = SimulatedGate(count: 1000, changed: 0.2, gain: 0.05)

        let refused = try SimulatedGate.share(of: 200) { try !isPromoted(gain, better, $0) }

        #expect(refused <= Self.most, "\(refused)")
    }

    @Test func `over a run no promotion is by chance, nineteen times in twenty`() throws {
        let spent = try falseRuns(of: 250, rounds: 12, overRun)
        let perRound = try falseRuns(of: 60, rounds: 12, better)

        #expect(spent <= Self.most, "\(spent)")
        #expect(perRound > 0.2, "each round's own level adds up: \(perRound)")
    }

    @Test func `over a run gains of seven points in a row are all seen`() throws {
        let gain = SimulatedGate(count: 1000, changed: 0.2, gain: 0.07)

        let missed = try SimulatedGate.share(of: 100) { trial in
            try !(1...4).allSatisfy {
                try isPromoted(gain, overRun, trial, round: $0, promotedBefore: $0 - 1)
            }
        }

        #expect(missed <= Self.most, "\(missed)")
    }

    @Test func `the levels of a run add up to one, and a promotion hands its own on`() {
        let levels = (1...1000).map { overRun.level(round: $0) }

        #expect(levels[0] == 0.025 && levels == levels.sorted(by: >))
        #expect(levels.reduce(0, +) < 0.05 && levels.reduce(0, +) > 0.0499)
        #expect(abs(overRun.level(round: 3, promotedBefore: 2) - levels[..<3].reduce(0, +)) < 1e-15)
        #expect(abs(overRun.level(round: 3, promotedBefore: 9) - levels[..<3].reduce(0, +)) < 1e-15)
        #expect(better.level(round: 9) == 0.05)
    }
}
