/// Two checkpoints on the held-out questions that both have answered, side by side.
///
/// `a` comes first, as the incumbent does at the gate: a question is gained when `b` alone is right, lost
/// when `a` alone is. Questions that only one of the two was asked are left out of everything but
/// `askedCountOfA` and `askedCountOfB`.
public struct EvaluationComparison: Hashable, Sendable {
    /// A question that one of the two has right and the other has not.
    public struct Difference: Hashable, Sendable {
        /// What the first checkpoint answered.
        public var a: EvaluationAnswer
        /// What the second checkpoint answered.
        public var b: EvaluationAnswer

        /// The question.
        public var question: QuestionID { a.question }
    }

    /// Largest p-value that is called hardly chance.
    public static let significance = 0.05

    /// Questions that `b` has right and `a` has not, in order of number.
    public let gained: [Difference]
    /// Questions that `a` has right and `b` has not, in order of number.
    public let lost: [Difference]
    /// Questions that both have right.
    public let bothRightCount: Int
    /// Questions that neither has right.
    public let neitherCount: Int
    /// Questions that the first checkpoint was asked.
    public let askedCountOfA: Int
    /// Questions that the second checkpoint was asked.
    public let askedCountOfB: Int

    /// Pairs the answers of two evaluations by question.
    ///
    /// - Parameters:
    ///   - a: The first checkpoint's evaluation.
    ///   - b: The second's.
    public init(_ a: Evaluation, _ b: Evaluation) {
        let second = Dictionary(b.answers.map { ($0.question, $0) }) { first, _ in first }
        let pairs = a.answers.compactMap { answer in
            second[answer.question].map { Difference(a: answer, b: $0) }
        }
        gained = pairs.filter { !$0.a.isRight && $0.b.isRight }.sorted { $0.question < $1.question }
        lost = pairs.filter { $0.a.isRight && !$0.b.isRight }.sorted { $0.question < $1.question }
        bothRightCount = pairs.count { $0.a.isRight && $0.b.isRight }
        neitherCount = pairs.count { !$0.a.isRight && !$0.b.isRight }
        (askedCountOfA, askedCountOfB) = (a.answers.count, b.answers.count)
    }

    /// Questions that both were asked.
    public var comparedCount: Int { bothRightCount + neitherCount + gained.count + lost.count }

    /// The first checkpoint's accuracy on the compared questions.
    public var accuracyOfA: Accuracy {
        Accuracy(rightCount: bothRightCount + lost.count, of: comparedCount)
    }

    /// The second checkpoint's accuracy on the compared questions.
    public var accuracyOfB: Accuracy {
        Accuracy(rightCount: bothRightCount + gained.count, of: comparedCount)
    }

    /// The exact two-sided sign test over the questions that differ, 0...1; 1 when none does.
    public var pValue: Double {
        SignTest.twoSidedPValue(gainedCount: gained.count, lostCount: lost.count)
    }

    /// Which of the two is better, by how many questions, and whether that may be chance, on one line.
    ///
    /// - Parameters:
    ///   - a: What to call the first checkpoint, such as `the base model`.
    ///   - b: What to call the second.
    /// - Returns: Plain words; nothing is said of questions that were not compared.
    public func verdict(_ a: String, _ b: String) -> String {
        let changed = gained.count + lost.count
        let all = Self.questions(comparedCount)
        guard changed > 0 else {
            return "\(a) and \(b) are right on the same \(Plain.count(bothRightCount)) of \(all)"
        }
        let difference = gained.count - lost.count
        let chance = "\(shownPValue): \(pValue <= Self.significance ? "hardly chance" : "may be chance")"
        guard difference != 0 else {
            let right = Plain.count(accuracyOfA.rightCount)
            return "\(a) and \(b) are each right on \(right) of \(all), but not the same ones; \(chance)"
        }
        let (better, worse) = difference > 0 ? (b, a) : (a, b)
        return "\(better) is right on \(Self.questions(abs(difference))) more than \(worse); \(chance)"
    }

    private var shownPValue: String {
        if pValue < 0.001 { return "p < 0.001" }
        return pValue > 0.9995 ? "p = 1" : "p = \(Plain.decimal(pValue, places: 3))"
    }

    private static func questions(_ count: Int) -> String {
        "\(Plain.count(count)) \(count == 1 ? "question" : "questions")"
    }
}
