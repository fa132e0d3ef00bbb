/// What the views of a round's questions have in common, and how well scores tell right from wrong; part of
/// the round's report.
///
/// Report only: nothing that the loop decides depends on it.
public struct ViewReport: Hashable, Codable, Sendable {
    /// Questions that two views or more elect an answer to, ties left out; nil where questions are asked in
    /// one view.
    public var viewedCount: Int?
    /// Share of them to which all such views elect the same answer.
    public var viewAgreement: Double?
    /// Share of the questions whose views agree, and that have a reference, whose vote equals it.
    public var agreeingAccuracy: Double?
    /// Chance that of two consistent candidates, one right and one wrong, the right one has the larger DS
    /// weight: 0.5 says nothing, the cut assumes less; nil without references.
    public var dsAuc: Double?
    /// The same for the loss.
    public var lossAuc: Double?

    /// Nothing yet.
    public init() {}
}

/// Counts in how many questions the views agree, as votes are taken.
struct ViewCounts {
    private(set) var comparedCount = 0
    private(set) var agreeingCount = 0
    private var referenceCount = 0
    private var rightCount = 0

    /// Counts a question.
    ///
    /// - Parameters:
    ///   - votes: Its votes, view by view.
    ///   - isRight: Whether its winner equals its reference; nil without one.
    mutating func take(_ votes: ViewVotes, isRight: Bool?) {
        guard let isUnanimous = votes.isUnanimous else { return }
        comparedCount += 1
        guard isUnanimous else { return }
        agreeingCount += 1
        guard let isRight else { return }
        referenceCount += 1
        rightCount += isRight ? 1 : 0
    }

    /// Puts the shares into a report.
    func fill(_ report: inout ViewReport) {
        report.viewedCount = comparedCount
        guard comparedCount > 0 else { return }
        report.viewAgreement = Double(agreeingCount) / Double(comparedCount)
        guard referenceCount > 0 else { return }
        report.agreeingAccuracy = Double(rightCount) / Double(referenceCount)
    }
}

/// How well a number tells right candidates from wrong ones.
package enum Separation {
    /// The chance that a right one has the larger number; equal ones count half.
    ///
    /// - Parameter values: A number and whether it is a right candidate's.
    /// - Returns: 0...1; nil without one of each.
    package static func auc(_ values: [(value: Double, isRight: Bool)]) -> Double? {
        let rightCount = values.count { $0.isRight }
        let wrongCount = values.count - rightCount
        guard rightCount > 0, wrongCount > 0 else { return nil }
        let sorted = values.sorted { $0.value < $1.value }
        var (wins, smaller, start) = (0.0, 0, 0)
        while start < sorted.count {
            let end = sorted[start...].firstIndex { $0.value != sorted[start].value } ?? sorted.count
            let right = sorted[start..<end].count { $0.isRight }
            let wrong = end - start - right
            wins += Double(right) * (Double(smaller) + 0.5 * Double(wrong))
            smaller += wrong
            start = end
        }
        return wins / (Double(rightCount) * Double(wrongCount))
    }

    /// Records how well DS weight and loss tell apart the candidates that the vote has let through.
    ///
    /// - Parameters:
    ///   - candidates: With their verdicts.
    ///   - isRight: Whether a candidate equals its reference; nil without one.
    ///   - report: Where it goes.
    static func measure(
        _ candidates: [Candidate],
        isRight: (Candidate) -> Bool?,
        into report: inout ViewReport
    ) {
        let judged = candidates.compactMap { candidate -> (candidate: Candidate, isRight: Bool)? in
            guard candidate.scores[.ds] != nil, candidate.reason.map(VoteFilter.reasons.contains) != true
            else { return nil }
            return isRight(candidate).map { (candidate, $0) }
        }
        report.dsAuc = auc(
            judged.compactMap { item in item.candidate.scores[.ds].map { ($0, item.isRight) } }
        )
        report.lossAuc = auc(judged.compactMap { item in item.candidate.loss.map { ($0, item.isRight) } })
    }
}
