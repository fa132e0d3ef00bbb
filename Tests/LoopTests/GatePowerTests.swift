import Loop
import Testing

/// How large a difference a gate can see, and when it says that it is too small.
@Suite struct GatePowerTests {
    @Test(arguments: [(100, 0.2, 0.1), (200, 0.2, 0.05), (500, 0.1, 0.03), (60, 0.4, 0.2)])
    func `the power is that of simulated gates`(count: Int, changed: Double, gain: Double) {
        let gate = SimulatedGate(count: count, changed: changed, gain: gain)
        let power = GatePower(significance: 0.05, changedShare: changed)

        let found = SimulatedGate.share(of: 3000) { trial in
            let (gained, lost) = gate.counts(trial)
            return SignTest.pValue(gainedCount: lost, lostCount: gained) < 0.05
        }

        // Three standard errors of 3000 trials are at most 0.028.
        #expect(abs(found - power.power(difference: gain, questionCount: count)) < 0.028, "\(found)")
    }

    @Test func `large gates are counted by an approximation that continues the exact power`() {
        let power = GatePower(significance: 0.05)

        let exact = power.power(difference: 0.025, questionCount: 2000)
        let near = power.power(difference: 0.025, questionCount: 2001)

        #expect(abs(exact - near) < 0.02, "\(exact) \(near)")
    }

    @Test func `the difference that is seen falls with the number of questions`() throws {
        let power = GatePower(significance: 0.05)

        let seen = try [100, 200, 500, 1000, 5000].map {
            try #require(power.visibleDifference(questionCount: $0))
        }

        #expect(abs(seen[0] - 0.115) < 5e-4 && abs(seen[1] - 0.0814) < 5e-4 && abs(seen[3] - 0.036) < 5e-4)
        #expect(seen == seen.sorted(by: >))
        #expect(power.visibleDifference(questionCount: 4) == nil, "even four gains of four may be chance")
        #expect(power.visibleDifference(questionCount: 0) == nil)
    }

    @Test func `so many questions show a gain, and hardly fewer do`() throws {
        let power = GatePower(significance: 0.05)

        let count = try #require(power.questionCount(difference: 0.05))

        #expect(count % 10 == 0 && (500...540).contains(count), "\(count)")
        #expect(power.power(difference: 0.05, questionCount: count) >= GatePower.wantedPower)
        #expect(power.power(difference: 0.05, questionCount: count - 30) < GatePower.wantedPower)
        #expect(power.questionCount(difference: 0) == nil)
        #expect(GatePower(significance: 0).questionCount(difference: 0.05) == nil)
    }

    @Test func `a gate that is too small says what it sees and how many would do`() throws {
        var configuration = RoundConfiguration()

        let small = try #require(configuration.gateShortfall([.train: 100, .gate: 100]))
        let valid = try #require(configuration.gateShortfall([.train: 100, .valid: 4]))
        configuration.gate.significance = 0
        let strict = try #require(configuration.gateShortfall([.gate: 1000]))

        #expect(
            small.hasPrefix(
                "100 gate questions show a difference of 11.5 points four times in five; for the 5.0 points"
            ),
            "\(small)"
        )
        #expect(valid.hasPrefix("4 valid questions show no difference four times in five"), "\(valid)")
        #expect(strict.hasSuffix("a gate at level 0.0 is too strict for any number of them"), "\(strict)")
        #expect(RoundConfiguration().gateShortfall([.gate: 1000]) == nil)
        #expect(RoundConfiguration().gateShortfall([:]) == nil)
    }

    @Test func `a report's gate says what it could see, by the questions that changed`() {
        let report = GateReport(
            split: .gate,
            before: Accuracy(rightCount: 51, of: 100),
            after: Accuracy(rightCount: 68, of: 100),
            gainedCount: 21,
            lostCount: 4,
            pValue: 0.9997,
            diversity: 0.27,
            isPassed: true,
            failures: []
        )

        #expect(GatePower.sight(of: report, significance: 0.05) == "sees 12.9 points at 80 % power")
        #expect(GatePower.sight(of: report, significance: 0) == nil)
    }
}
