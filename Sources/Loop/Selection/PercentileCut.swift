/// The percentile cut over DS weights (method, section 2, step E, and the rulings of section 4).
public struct PercentileCut: Hashable, Sendable {
    /// Share kept, in hundredths of a per cent, 1...10,000; 10,000 filters nothing.
    public var keepBasisPoints: Int
    /// How ties at the cut are settled.
    public var rule: CutRule

    /// Builds a cut.
    public init(keepBasisPoints: Int, rule: CutRule) {
        self.keepBasisPoints = keepBasisPoints
        self.rule = rule
    }

    /// Takes the share from a configuration, rounded to a basis point.
    public init(settings: SelectSettings) {
        self.init(percent: settings.keep, rule: settings.cut)
    }

    /// Takes a share in per cent, rounded to a basis point.
    public init(percent: Double, rule: CutRule = .exactK) {
        self.init(keepBasisPoints: Int((percent * 100).rounded()), rule: rule)
    }

    /// How many of n candidates `exactK` keeps: max(1, ⌊n·k⌋) in integer arithmetic; 0 for n = 0.
    public func keptCount(of count: Int) -> Int {
        count == 0 ? 0 : min(count, max(1, count * keepBasisPoints / 10_000))
    }

    /// Marks the weights that stay.
    ///
    /// `exactK` orders by (weight, position), so positions must follow (question, candidate index).
    /// `authors` keeps weights strictly below the one at index ⌊n·k⌋ of the sorted list, which may be
    /// none at all.
    ///
    /// - Parameter weights: DS weights in order of (question, candidate index); no NaN.
    /// - Returns: One mark per weight.
    public func marks(_ weights: [Double]) -> [Bool] {
        guard keepBasisPoints < 10_000, !weights.isEmpty else {
            return [Bool](repeating: true, count: weights.count)
        }
        let order = weights.indices.sorted { (weights[$0], $0) < (weights[$1], $1) }
        let kept = keptCount(of: weights.count)
        switch rule {
        case .exactK:
            let chosen = Set(order.prefix(kept))
            return weights.indices.map(chosen.contains)
        case .inclusive:
            let cut = weights[order[kept - 1]]
            return weights.map { $0 <= cut }
        case .authors:
            let cut = weights[order[weights.count * keepBasisPoints / 10_000]]
            return weights.map { $0 < cut }
        }
    }
}
