import Loop
import Testing

/// Each bound on its own: left on one side it is named with the distance, on the other it is silent.
@Suite struct CollapseCheckTests {
    /// A measure with a bound that its value leaves by 0.25.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let set: @Sendable (inout CollapseSettings) -> Void
        var testDescription: String { name }
    }

    private static let report = {
        var report = RoundReport()
        report.generatedCount = 100
        report.parsedCount = 50
        report.meanEntropy = 0.5
        report.meanDistinctAnswers = 2
        report.classEntropy = 0.5
        report.meanTokenCount = 8
        report.duplicateShare = 0.5
        return report
    }()

    private static let off = {
        var settings = CollapseSettings()
        settings.minMeanTokens = 0
        settings.minParsedShare = 0
        return settings
    }()

    static let cases = [
        Case(name: "answer entropy 0.500 is 0.250 below the bound 0.750") { $0.minEntropy = 0.75 },
        Case(name: "distinct answers per question 2.000 is 0.250 below the bound 2.250") {
            $0.minDistinctAnswers = 2.25
        },
        Case(name: "class entropy 0.500 is 0.250 below the bound 0.750") { $0.minClassEntropy = 0.75 },
        Case(name: "mean length in tokens 8.000 is 0.250 below the bound 8.250") { $0.minMeanTokens = 8.25 },
        Case(name: "share of readable answers 0.500 is 0.250 below the bound 0.750") {
            $0.minParsedShare = 0.75
        },
        Case(name: "share of repeated texts 0.500 is 0.250 above the bound 0.250") {
            $0.maxDuplicateShare = 0.25
        },
    ]

    @Test(arguments: cases) func `a bound that is left is named with the distance, alone`(bound: Case) {
        var settings = Self.off
        bound.set(&settings)

        #expect(CollapseCheck(settings: settings).failures(Self.report) == [bound.name])
        #expect(CollapseCheck(settings: Self.off).failures(Self.report) == [])
    }

    private func evaluation(answers: [String?]) -> Evaluation {
        let list = answers.enumerated().map { place, answer in
            EvaluationAnswer(
                question: QuestionID(rawValue: place + 1),
                text: "",
                answer: answer,
                isRight: false,
                tokenCount: 1
            )
        }
        let accuracy = Accuracy(rightCount: 0, of: answers.count)
        return Evaluation(
            summary: EvaluationSummary(split: .gate, accuracy: accuracy, accuracyPerProfile: [:]),
            answers: list
        )
    }

    @Test func `one answer over different questions, and fewer readable answers, reject where bounded`() {
        let before = evaluation(answers: ["1", "2", "3", "4"])
        let after = evaluation(answers: ["7", "7", "7", nil])
        var settings = CollapseSettings()

        let unbounded = CollapseCheck(settings: settings).gateFailures(before: before, after: after)
        (settings.maxAnswerShare, settings.maxReadableFall) = (0.5, 0.125)
        let bounded = CollapseCheck(settings: settings).gateFailures(before: before, after: after)
        let same = CollapseCheck(settings: settings).gateFailures(before: before, after: before)

        #expect(unbounded == [] && same == [])
        #expect(
            bounded == [
                "share of gate questions with the same answer 0.750 is 0.250 above the bound 0.500",
                "fall of the share of readable gate answers 0.250 is 0.125 above the bound 0.125",
            ]
        )
    }

    private func evaluation(tokenCount: Int) -> Evaluation {
        let answer = EvaluationAnswer(
            question: QuestionID(rawValue: 1),
            text: "",
            answer: "1",
            isRight: true,
            tokenCount: tokenCount
        )
        let accuracy = Accuracy(rightCount: 1, of: 1)
        return Evaluation(
            summary: EvaluationSummary(split: .gate, accuracy: accuracy, accuracyPerProfile: [:]),
            answers: [answer]
        )
    }

    @Test(arguments: [(10, 45), (45, 10)])
    func `answers that grow or shrink beyond the bound are named`(before: Int, after: Int) {
        var settings = CollapseSettings()
        settings.maxLengthChange = 4
        let check = CollapseCheck(settings: settings)
        let (old, new) = (evaluation(tokenCount: before), evaluation(tokenCount: after))

        let found = check.lengthFailure(before: old, after: new)

        #expect(found == "change of the mean answer length 4.500 is 0.500 above the bound 4.000")
        #expect(check.lengthFailure(before: old, after: old) == nil)
    }
}
