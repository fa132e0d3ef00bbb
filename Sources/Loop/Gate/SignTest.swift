import Foundation

/// The exact sign test over paired questions.
public enum SignTest {
    /// How likely at least `lostCount` losses are if gains and losses were equally likely.
    ///
    /// P(X ≥ lost) for X ~ Binomial(gained + lost, 1/2); questions with equal results say nothing and
    /// are left out. 1 without any change.
    ///
    /// - Parameters:
    ///   - gainedCount: Wrong before, right now.
    ///   - lostCount: Right before, wrong now.
    /// - Returns: The p-value, 0...1.
    public static func pValue(gainedCount: Int, lostCount: Int) -> Double {
        let count = gainedCount + lostCount
        guard lostCount > 0 else { return 1 }
        var logTerm = -Double(count) * log(2.0)
        var sum = 0.0
        for losses in 0...count {
            if losses >= lostCount { sum += exp(logTerm) }
            logTerm += log(Double(count - losses)) - log(Double(losses + 1))
        }
        return min(sum, 1)
    }

    /// How likely a difference at least as large, either way, is if gains and losses were equally likely.
    ///
    /// Twice the smaller tail, at most 1. 1 without any change.
    ///
    /// - Parameters:
    ///   - gainedCount: Wrong before, right now.
    ///   - lostCount: Right before, wrong now.
    /// - Returns: The p-value, 0...1.
    public static func twoSidedPValue(gainedCount: Int, lostCount: Int) -> Double {
        // The larger count's tail is the smaller one.
        let (fewer, more) = (min(gainedCount, lostCount), max(gainedCount, lostCount))
        return min(2 * pValue(gainedCount: fewer, lostCount: more), 1)
    }

    /// The fewest gains among changed questions that the one-sided test calls a gain.
    ///
    /// - Parameters:
    ///   - changedCount: Questions gained or lost.
    ///   - significance: The p-value must be below this.
    /// - Returns: At most `changedCount`; nil where even gains alone may be chance.
    static func fewestGains(of changedCount: Int, below significance: Double) -> Int? {
        var term = -Double(changedCount) * log(2.0)
        var (sum, fewest) = (0.0, Int?.none)
        for gains in stride(from: changedCount, through: 0, by: -1) {
            sum += exp(term)
            guard sum < significance else { break }
            fewest = gains
            term += log(Double(gains)) - log(Double(changedCount - gains + 1))
        }
        return fewest
    }
}
