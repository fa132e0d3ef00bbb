import Foundation

/// How large a difference of two accuracies on the same questions the gate's sign test can see.
///
/// Only questions that one of the two checkpoints has right and the other has not say anything. Their number
/// is Binomial(questions, changed share), and each of them is a gain with probability
/// (changed + difference) / (2 · changed). Up to `exactCount` questions power is summed over both exactly;
/// beyond, the normal approximation of Connor (1987) is as good.
public struct GatePower: Hashable, Sendable {
    /// Share of questions that change between two checkpoints of neighbouring rounds, where none was
    /// measured.
    public static let assumedChangedShare = 0.2
    /// The gain of a round that a gate should be able to see: what later rounds of published runs still gave.
    public static let expectedGain = 0.05
    /// How often a difference must be found to count as seen.
    public static let wantedPower = 0.8
    /// Most questions for which power is summed exactly.
    static let exactCount = 2000
    /// Most questions that are looked for: beyond, nobody has that many.
    static let mostCount = 10_000_000

    /// The level of the one-sided test.
    public var significance: Double
    /// Share of questions that change, 0...1; a difference needs at least as large a one.
    public var changedShare: Double

    /// Builds it.
    ///
    /// - Parameters:
    ///   - significance: The level of the one-sided test.
    ///   - changedShare: Share of questions that change.
    public init(significance: Double, changedShare: Double = GatePower.assumedChangedShare) {
        self.significance = significance
        self.changedShare = min(max(changedShare, 0), 1)
    }

    /// How often the test finds a difference.
    ///
    /// - Parameters:
    ///   - difference: The true difference of the accuracies, 0...1.
    ///   - count: Questions.
    /// - Returns: The probability, 0...1.
    public func power(difference: Double, questionCount count: Int) -> Double {
        guard count > 0, significance > 0, difference >= 0 else { return 0 }
        return count <= Self.exactCount
            ? exactPower(difference, count)
            : Self.normalPower(difference, count, changed: changed(difference), level: significance)
    }

    /// The smallest difference that is seen with `wantedPower`; nil where even all questions gained are not.
    public func visibleDifference(questionCount count: Int) -> Double? {
        guard power(difference: 1, questionCount: count) >= Self.wantedPower else { return nil }
        var (hidden, seen) = (0.0, 1.0)
        while seen - hidden > 1e-4 {
            let middle = (hidden + seen) / 2
            if power(difference: middle, questionCount: count) >= Self.wantedPower {
                seen = middle
            } else {
                hidden = middle
            }
        }
        return seen
    }

    /// How many questions show a difference with `wantedPower`, in steps of ten; nil where none do.
    public func questionCount(difference: Double) -> Int? {
        func isSeen(_ tens: Int) -> Bool {
            power(difference: difference, questionCount: tens * 10) >= Self.wantedPower
        }
        guard difference > 0, isSeen(Self.mostCount / 10) else { return nil }
        var (few, enough) = (0, Self.mostCount / 10)
        while enough - few > 1 {
            let middle = (few + enough) / 2
            if isSeen(middle) { enough = middle } else { few = middle }
        }
        return enough * 10
    }

    /// Why a gate is too small for a gain, and how many questions would do, on one line.
    ///
    /// - Parameters:
    ///   - count: Questions of the gate.
    ///   - split: Their split.
    ///   - gain: The gain to be seen, 0...1.
    ///   - source: Which gain that is, such as `that a round may gain`.
    /// - Returns: Nil when the gate sees it, or there are no questions.
    public func shortfall(questionCount count: Int, of split: Split, gain: Double, _ source: String)
        -> String?
    {
        guard count > 0, gain > 0, power(difference: gain, questionCount: count) < Self.wantedPower else {
            return nil
        }
        let questions = "\(Plain.count(count)) \(split.rawValue) \(count == 1 ? "question" : "questions")"
        let sight =
            visibleDifference(questionCount: count).map {
                "\(questions) show a difference of \(Self.points($0)) four times in five"
            } ?? "\(questions) show no difference four times in five"
        let remedy = questionCount(difference: gain).map {
            "; for the \(Self.points(gain)) \(source) give \(Plain.count($0))"
        }
        return sight + (remedy ?? "; a gate at level \(significance) is too strict for any number of them")
    }

    /// What a gate that changed so much could see, for a report; nil where it could see nothing.
    public static func sight(of gate: GateReport, significance: Double) -> String? {
        let count = gate.after.count
        guard count > 0 else { return nil }
        let changed = Double(gate.gainedCount + gate.lostCount) / Double(count)
        let power = GatePower(significance: gate.gainLevel ?? significance, changedShare: changed)
        return power.visibleDifference(questionCount: count).map {
            "sees \(points($0)) at \(Plain.decimal(wantedPower * 100, places: 0)) % power"
        }
    }

    private static func points(_ share: Double) -> String {
        Plain.decimal(share * 100, places: 1) + " points"
    }

    private func changed(_ difference: Double) -> Double { min(max(changedShare, difference), 1) }

    private func exactPower(_ difference: Double, _ count: Int) -> Double {
        let changed = changed(difference)
        guard changed > 0 else { return 0 }
        let gains = min((changed + difference) / (2 * changed), 1)
        let (mean, spread) = (
            Double(count) * changed, (Double(count) * changed * (1 - changed)).squareRoot()
        )
        // Beyond seven standard deviations nothing is left that would change a digit shown.
        let first = max(Int(mean - 7 * spread) - 1, 0)
        let last = min(Int(mean + 7 * spread) + 1, count)
        return (first...last).reduce(0) { sum, number in
            let weight = Binomial.probability(of: number, count: count, share: changed)
            guard let fewest = SignTest.fewestGains(of: number, below: significance) else { return sum }
            return sum + weight * Binomial.tail(from: fewest, count: number, share: gains)
        }
    }

    private static func normalPower(
        _ difference: Double,
        _ count: Int,
        changed: Double,
        level: Double
    ) -> Double {
        guard changed > 0 else { return 0 }
        let critical = Normal.quantile(1 - level) * changed.squareRoot()
        let spread = max(changed - difference * difference, 1e-12).squareRoot()
        return Normal.share(below: (difference * Double(count).squareRoot() - critical) / spread)
    }
}
