import Loop
import Testing

struct EvaluationComparisonTests {
    /// An evaluation from one letter per question: R right, W wrong, - not asked.
    private func evaluation(_ results: String) -> Evaluation {
        let answers = results.enumerated().compactMap { index, result -> EvaluationAnswer? in
            guard result != "-" else { return nil }
            return EvaluationAnswer(
                question: QuestionID(rawValue: index + 1),
                text: "",
                answer: "\(result)",
                isRight: result == "R",
                tokenCount: 1
            )
        }
        let accuracy = Accuracy(rightCount: answers.count(where: \.isRight), of: answers.count)
        let summary = EvaluationSummary(split: .gate, accuracy: accuracy, accuracyPerProfile: [:])
        return Evaluation(summary: summary, answers: answers)
    }

    @Test func `each question is counted once`() {
        let comparison = EvaluationComparison(evaluation("RRRWWWW"), evaluation("RWRRRWW"))

        #expect(comparison.bothRightCount == 2)
        #expect(comparison.gained.map(\.question.rawValue) == [4, 5])
        #expect(comparison.lost.map(\.question.rawValue) == [2])
        #expect(comparison.neitherCount == 2)
        #expect(comparison.comparedCount == 7)
        #expect(comparison.accuracyOfA == Accuracy(rightCount: 3, of: 7))
        #expect(comparison.accuracyOfB == Accuracy(rightCount: 4, of: 7))
        #expect(comparison.lost.first?.a.answer == "R" && comparison.lost.first?.b.answer == "W")
    }

    @Test func `questions that only one was asked are left out`() {
        let comparison = EvaluationComparison(evaluation("RR-W"), evaluation("-WRR"))

        #expect(comparison.comparedCount == 2)
        #expect(comparison.accuracyOfA == Accuracy(rightCount: 1, of: 2))
        #expect((comparison.askedCountOfA, comparison.askedCountOfB) == (3, 3))
        #expect(comparison.gained.map(\.question.rawValue) == [4])
        #expect(comparison.lost.map(\.question.rawValue) == [2])
    }

    @Test(arguments: [(0, 0, 1.0), (1, 0, 1), (5, 0, 0.0625), (0, 5, 0.0625), (4, 4, 1), (4, 1, 0.375)])
    func `the two-sided sign test is twice the smaller tail, at most 1`(
        gained: Int,
        lost: Int,
        expected: Double
    ) {
        #expect(abs(SignTest.twoSidedPValue(gainedCount: gained, lostCount: lost) - expected) < 1e-12)
    }

    @Test(arguments: [
        ("WWWWWWWW", "RRRRRRRR", "B is right on 8 questions more than A; p = 0.008: hardly chance"),
        ("RRRRRRRR", "WWWWWWWW", "A is right on 8 questions more than B; p = 0.008: hardly chance"),
        ("WWWWWWWWWWWW", "RRRRRRRRRRRR", "B is right on 12 questions more than A; p < 0.001: hardly chance"),
        ("RWW", "RRW", "B is right on 1 question more than A; p = 1: may be chance"),
        (
            "RWR", "WRR",
            "A and B are each right on 2 of 3 questions, but not the same ones; p = 1: may be chance"
        ),
        ("RWR", "RWR", "A and B are right on the same 2 of 3 questions"),
    ])
    func `the verdict is one line of plain words`(a: String, b: String, expected: String) {
        #expect(EvaluationComparison(evaluation(a), evaluation(b)).verdict("A", "B") == expected)
    }
}
