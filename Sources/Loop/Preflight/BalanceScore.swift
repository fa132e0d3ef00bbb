/// How well sampled answers balance agreement and variety (B-STaR, arXiv 2412.17256, equation 4).
///
/// bs = min(n′ / n*, 1) · n′ / n, with n answers of a question, n′ different ones among them that are right,
/// and n* wanted. Here no label is read: n′ counts the different texts that agree with the vote. Low
/// temperatures repeat one text, high ones agree on nothing; both score low.
public enum BalanceScore {
    /// Different agreeing texts wanted per question (n*).
    public static let wantedCount = 8

    /// The score of one question.
    ///
    /// - Parameters:
    ///   - agreeingTexts: The texts of its candidates that agree with the vote, repetitions included.
    ///   - candidateCount: All its candidates; fewer than `wantedCount` want no more than there are.
    /// - Returns: 0...1; 0 without candidates.
    public static func score(agreeingTexts: [String], of candidateCount: Int) -> Double {
        guard candidateCount > 0 else { return 0 }
        let distinct = Double(Set(agreeingTexts).count)
        return min(distinct / Double(min(wantedCount, candidateCount)), 1) * distinct / Double(candidateCount)
    }
}
