import Foundation
import Loop
import Testing

@Suite struct PromotionGateTests {
    private func evaluation(_ rights: [Bool], answers: [String]? = nil) -> Evaluation {
        let list = rights.enumerated().map { index, isRight in
            EvaluationAnswer(
                question: QuestionID(rawValue: index + 1),
                text: "",
                answer: answers?[index] ?? String(index),
                isRight: isRight,
                tokenCount: 1
            )
        }
        let accuracy = Accuracy(rightCount: rights.count { $0 }, of: rights.count)
        let summary = EvaluationSummary(split: .gate, accuracy: accuracy, accuracyPerProfile: [:])
        return Evaluation(summary: summary, answers: list)
    }

    /// 100 questions: right in both, lost, gained, wrong in both.
    private func pair(lost: Int, gained: Int) -> (before: Evaluation, after: Evaluation) {
        let both = [Bool](repeating: true, count: 40)
        let rest = [Bool](repeating: false, count: 60 - lost - gained)
        let (yes, no) = ({ [Bool](repeating: true, count: $0) }, { [Bool](repeating: false, count: $0) })
        return (
            evaluation(both + yes(lost) + no(gained) + rest),
            evaluation(both + no(lost) + yes(gained) + rest)
        )
    }

    private func judge(lost: Int, gained: Int, tolerance: Double = 0) throws -> GateReport {
        var settings = GateSettings()
        settings.tolerance = tolerance
        let (before, after) = pair(lost: lost, gained: gained)
        return try PromotionGate(settings: settings).judge(before: before, after: after)
    }

    @Test func `the sign test is exact`() {
        #expect(SignTest.pValue(gainedCount: 0, lostCount: 0) == 1)
        #expect(SignTest.pValue(gainedCount: 5, lostCount: 0) == 1)
        #expect(abs(SignTest.pValue(gainedCount: 0, lostCount: 5) - 1 / 32) < 1e-12)
        #expect(abs(SignTest.pValue(gainedCount: 1, lostCount: 4) - 6.0 / 32) < 1e-12)
        #expect(abs(SignTest.pValue(gainedCount: 500, lostCount: 500) - 0.5126) < 1e-4)
    }

    @Test func `an equal or better checkpoint passes`() throws {
        #expect(try judge(lost: 0, gained: 0).isPassed)
        #expect(try judge(lost: 3, gained: 3).isPassed)
        #expect(try judge(lost: 5, gained: 20).isPassed)
    }

    @Test(arguments: [(95, true), (94, false)])
    func `a model that ends its answers less often by more than five points is rejected`(
        endCount: Int,
        isPassed: Bool
    ) throws {
        func ending(_ count: Int) -> Evaluation {
            var evaluation = evaluation([Bool](repeating: true, count: 100))
            for place in evaluation.answers.indices {
                evaluation.answers[place].finish = place < count ? .stop : .length
            }
            return evaluation
        }

        let report = try PromotionGate(settings: GateSettings()).judge(
            before: ending(100),
            after: ending(endCount)
        )

        #expect(report.isPassed == isPassed)
        #expect(report.stopRateBefore == 1)
        #expect(report.stopRateAfter == Double(endCount) / 100)
        #expect(report.failures.allSatisfy { $0.contains("gate.stopTolerance 5.0 %") })
    }

    @Test func `how answers ended decides nothing where it is not recorded`() throws {
        var before = evaluation([true, true])
        before.answers[0].finish = .stop
        let after = evaluation([true, true])

        let report = try PromotionGate(settings: GateSettings()).judge(before: before, after: after)

        #expect(report.isPassed)
        #expect(report.stopRateAfter == nil)
    }

    @Test func `without tolerance one net loss rejects`() throws {
        let report = try judge(lost: 1, gained: 0)

        #expect(!report.isPassed)
        #expect(report.failures.count == 1)
        #expect(report.pValue == 0.5)
    }

    @Test func `a drop within tolerance and noise passes`() throws {
        #expect(try judge(lost: 7, gained: 5, tolerance: 0.02).isPassed)
        #expect(try !judge(lost: 8, gained: 5, tolerance: 0.02).isPassed)
    }

    @Test func `a really worse checkpoint is refused though the tolerance is wide`() throws {
        let report = try judge(lost: 12, gained: 2, tolerance: 0.2)

        #expect(!report.isPassed)
        #expect(report.failures.count == 1)
        #expect(report.failures.first?.contains("sign test") == true)
    }

    @Test func `with a rule for gains one that may be chance is refused, with its level`() throws {
        var settings = GateSettings()
        settings.rule = .better
        func judge(lost: Int, gained: Int, level: Double? = nil) throws -> GateReport {
            let (before, after) = pair(lost: lost, gained: gained)
            return try PromotionGate(settings: settings).judge(before: before, after: after, level: level)
        }

        let clear = try judge(lost: 0, gained: 5)
        let strict = try judge(lost: 0, gained: 5, level: 0.025)
        let chance = try judge(lost: 3, gained: 3)
        let worse = try judge(lost: 5, gained: 0)

        #expect(clear.isPassed && clear.gainLevel == 0.05)
        #expect(abs((clear.gainPValue ?? 1) - 1.0 / 32) < 1e-12)
        #expect(!strict.isPassed && strict.gainLevel == 0.025)
        #expect(
            strict.failures == ["no clear gain: sign test p 0.0312 is not below 0.0250: gained 5, lost 0"]
        )
        #expect(!chance.isPassed && chance.failures.count == 1)
        #expect(!worse.isPassed && worse.failures.count == 2)
    }

    @Test func `without a rule for gains reports are what they were`() throws {
        let report = try judge(lost: 0, gained: 5)

        let text = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)

        #expect(report.gainPValue == nil && report.gainLevel == nil)
        #expect(!text.contains("gainPValue") && !text.contains("gainLevel"))
    }

    @Test func `numbers that are not finite reject`() throws {
        let (before, after) = pair(lost: 0, gained: 9)

        let report = try PromotionGate(settings: GateSettings()).judge(
            before: before,
            after: after,
            isFinite: false
        )

        #expect(report.failures == ["the mean valid loss is not finite"])
    }

    @Test func `collapsed answers reject`() throws {
        let before = evaluation([true, true, false, false], answers: ["1", "2", "3", "4"])
        let same = evaluation([true, true, false, false], answers: ["1", "1", "1", "1"])

        let report = try PromotionGate(settings: GateSettings()).judge(before: before, after: same)

        #expect(report.diversity == 0.25)
        #expect(report.failures.count == 1)
        #expect(report.failures.first?.contains("diversity") == true)
    }

    @Test func `different questions cannot be paired`() {
        let gate = PromotionGate(settings: GateSettings())

        #expect(throws: LoopError.self) {
            try gate.judge(before: evaluation([true]), after: evaluation([true, false]))
        }
        #expect(throws: LoopError.self) { try gate.judge(before: evaluation([]), after: evaluation([])) }
    }

    @Test func `the interval of a gain matches Newcombe's example`() {
        // 56 of 70 against 48 of 80, method 10: 0.0524 to 0.3339.
        let gain = Accuracy(rightCount: 56, of: 70).gain(over: Accuracy(rightCount: 48, of: 80))

        #expect(abs(gain.share - 0.2) < 1e-12)
        #expect(abs(gain.lower - 0.0524) < 5e-5 && abs(gain.upper - 0.3339) < 5e-5)
    }

    @Test func `the Wilson interval matches known values`() {
        let half = Accuracy(rightCount: 50, of: 100)
        let none = Accuracy(rightCount: 0, of: 10)

        #expect(abs(half.lower - 0.4038) < 1e-4)
        #expect(abs(half.upper - 0.5962) < 1e-4)
        #expect(none.lower == 0)
        #expect(abs(none.upper - 0.2775) < 1e-4)
        #expect(Accuracy(rightCount: 0, of: 0).upper == 1)
    }
}
