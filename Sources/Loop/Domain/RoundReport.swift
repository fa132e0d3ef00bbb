/// What a round has measured.
///
/// Grows phase by phase; a nil field has not been reached yet.
public struct RoundReport: Hashable, Codable, Sendable {
    /// Candidates generated.
    public var generatedCount: Int?
    /// Tokens sampled.
    public var generatedTokenCount: Int?
    /// Candidates whose answer could be read, and their share of the generated, 0...1.
    public var parsedCount: Int?
    /// Candidates that agree with their question's majority vote and pass its thresholds.
    public var consistentCount: Int?
    /// Questions whose vote was tied.
    public var tieCount: Int?
    /// Candidates cut by the token limit before an answer.
    public var truncatedCount: Int?
    /// Mean over questions of the normalised answer entropy, 0...1.
    public var meanEntropy: Double?
    /// Mean number of distinct answers per question.
    public var meanDistinctAnswers: Double?
    /// Mean candidate length in tokens.
    public var meanTokenCount: Double?
    /// Share of candidates whose text repeats another of the same question, 0...1.
    public var duplicateShare: Double?
    /// Histogram of the winning share over ten equal bins of 0...1; the last includes 1.
    public var consistencyHistogram: [Int]?
    /// Share of questions whose vote equals the reference answer; nil without references.
    ///
    /// Report only.
    public var voteAccuracy: Double?
    /// Share of parsed answers that equal the reference, per extractor profile.
    ///
    /// Report only.
    public var candidateAccuracy: [String: Double]?
    /// Size of the valid set.
    public var validCount: Int?
    /// Mean loss of the valid set, nats per token.
    public var meanValidLoss: Double?
    /// Standard error of the mean valid loss.
    public var meanValidLossStandardError: Double?
    /// Candidates that were given a DS weight.
    public var weighedCount: Int?
    /// Mean DS weight over the weighed candidates.
    public var meanDSWeight: Double?
    /// How the DS weights are spread; nil when nothing was weighed.
    public var dsWeightHistogram: DSHistogram?
    /// DS weight quantiles at 0, 10, 25, 50, 75, 90, 100 %.
    public var dsWeightQuantiles: [Double]?
    /// The cut: largest DS weight kept.
    public var cutDSWeight: Double?
    /// Dropped candidates whose loss lies below the band (loss < mean valid loss / cut).
    public var lowSideDropCount: Int?
    /// Dropped candidates whose loss lies above the band (loss > mean valid loss · cut).
    public var highSideDropCount: Int?
    /// Candidates the policy kept.
    public var selectedCount: Int?
    /// Share of selected candidates whose answer equals the reference.
    ///
    /// Report only.
    public var selectedAccuracy: Double?
    /// Right share and count per DS bin [1,1.1) [1.1,1.3) [1.3,1.5) [1.5,2) [2,∞).
    ///
    /// Report only.
    public var dsBins: [DSBin]?
    /// Number of dropped candidates per reason.
    public var dropCounts: [String: Int]?
    /// Texts of earlier rounds that fine-tuning from the base model took along; nil where it started from the incumbent.
    public var earlierTextCount: Int?
    /// Optimizer steps taken.
    public var stepCount: Int?
    /// Tokens run through fine-tuning, all epochs.
    public var trainedTokenCount: Int?
    /// Training loss per optimizer step, nats per token.
    public var trainingLosses: [Double]?
    /// Samples left out of fine-tuning because a loss or gradient with them was not finite.
    public var quarantinedCount: Int?
    /// Bounds of collapse that the round left; nil when all held.
    public var collapse: [String]?
    /// The gate's test; nil before `evaluate` has ended.
    public var gate: GateReport?
    /// Test-split accuracy of the incumbent and of the new checkpoint.
    ///
    /// Report only, scored after the verdict.
    public var testBefore: Accuracy?
    /// Test-split accuracy of the new checkpoint.
    ///
    /// Report only.
    public var testAfter: Accuracy?
    /// Wall-clock seconds spent per phase, resumed attempts included; keys are phase names.
    public var secondsPerPhase: [String: Double]
    /// The last failure's message, when one happened.
    public var failure: String?

    /// An empty report.
    public init() {
        secondsPerPhase = [:]
    }

    /// Selected candidates that fine-tuning could use; nil before it has ended.
    public var trainedCount: Int? {
        guard let selectedCount, stepCount != nil else { return nil }
        let unused = [VerdictReason.tooLong, .quarantined].compactMap { dropCounts?[$0.rawValue] }
        return selectedCount - unused.reduce(0, +)
    }
}

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
        failures: [String]
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
    }
}
