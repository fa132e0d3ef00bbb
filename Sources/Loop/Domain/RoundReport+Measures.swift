/// How the weighed candidates of a round are spread over DS weights.
public struct DSHistogram: Hashable, Codable, Sendable {
    /// The bins divide the DS weights from 1 to this one equally.
    public var upper: Double
    /// Candidates per bin; the last one also holds everything above `upper`.
    public var counts: [Int]

    /// Builds a histogram.
    public init(upper: Double, counts: [Int]) {
        self.upper = upper
        self.counts = counts
    }

    /// The bin of a DS weight; nil without bins.
    public func bin(of weight: Double) -> Int? {
        guard !counts.isEmpty, upper > 1, !weight.isNaN else { return nil }
        let place = (weight - 1) / (upper - 1) * Double(counts.count)
        return Int(min(max(place, 0), Double(counts.count - 1)))
    }
}

/// Accuracy within one bin of DS weights.
public struct DSBin: Hashable, Codable, Sendable {
    /// Lower edge, inclusive.
    public var lower: Double
    /// Candidates in the bin that have a reference answer.
    public var count: Int
    /// Of those, how many are right.
    public var rightCount: Int

    /// Builds a bin.
    public init(lower: Double, count: Int = 0, rightCount: Int = 0) {
        self.lower = lower
        self.count = count
        self.rightCount = rightCount
    }
}

/// A share of right answers with its 95 % Wilson score interval.
public struct Accuracy: Hashable, Codable, Sendable {
    /// Questions asked.
    public var count: Int
    /// Questions answered right.
    public var rightCount: Int
    /// rightCount / count; 0 for no questions.
    public var share: Double
    /// Lower end of the interval.
    public var lower: Double
    /// Upper end of the interval.
    public var upper: Double

    /// Takes stored values as they are; `Accuracy(rightCount:of:)` computes them.
    public init(count: Int, rightCount: Int, share: Double, lower: Double, upper: Double) {
        self.count = count
        self.rightCount = rightCount
        self.share = share
        self.lower = lower
        self.upper = upper
    }
}

/// What the gate saw and decided.
public struct GateReport: Hashable, Codable, Sendable {
    /// The split it looked at: `gate`, or `valid` where there is no gate split.
    public var split: Split
    /// The incumbent's accuracy there.
    public var before: Accuracy
    /// The new checkpoint's accuracy there.
    public var after: Accuracy
    /// Questions the new checkpoint gained (wrong before, right now).
    public var gainedCount: Int
    /// Questions it lost (right before, wrong now).
    public var lostCount: Int
    /// One-sided p-value of the exact sign test that it is worse than the incumbent.
    public var pValue: Double
    /// Normalised diversity of its answers, 0...1 (distinct answers / questions).
    public var diversity: Double
    /// Whether it passes.
    public var isPassed: Bool
    /// Every test that failed, in plain words; empty when it passes.
    public var failures: [String]
    /// Share of the incumbent's answers that ended before the token limit, 0...1; nil where that is not
    /// recorded, as for plain prompts.
    public var stopRateBefore: Double?
    /// The same of the new checkpoint.
    public var stopRateAfter: Double?
    /// One-sided p-value of the exact sign test that it is better; nil where none was asked for.
    public var gainPValue: Double?
    /// The level that this p-value had to be below; nil where none was asked for.
    public var gainLevel: Double?

    /// Builds a report from its parts.
    public init(
        split: Split,
        before: Accuracy,
        after: Accuracy,
        gainedCount: Int,
        lostCount: Int,
        pValue: Double,
        diversity: Double,
        isPassed: Bool,
        failures: [String],
        gainPValue: Double? = nil,
        gainLevel: Double? = nil
    ) {
        self.split = split
        self.before = before
        self.after = after
        self.gainedCount = gainedCount
        self.lostCount = lostCount
        self.pValue = pValue
        self.diversity = diversity
        self.isPassed = isPassed
        self.failures = failures
        self.gainPValue = gainPValue
        self.gainLevel = gainLevel
    }
}
