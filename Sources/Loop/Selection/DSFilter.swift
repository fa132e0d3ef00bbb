/// Keeps the `select.keep` share of smallest DS weights (IWSI; method, section 2, step E).
///
/// Without valid questions it does nothing, which `select.allowEmptyValid` must allow.
public struct DSFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "ds")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.dsWeight]
    /// The scores that it reads.
    public static let neededScores = [ScoreName.ds]
    /// It cannot work without valid questions.
    public static let needsValid = true

    private let settings: SelectSettings
    /// Whether filters before this one may have dropped weighed candidates; those that lost their vote were
    /// not weighed.
    private let ranksPart: Bool

    /// The filter with the cut of section `select`.
    public init(_ configuration: RoundConfiguration) {
        settings = configuration.select
        ranksPart = settings.filterNames(dedupes: configuration.vote.dedupe)
            .prefix { $0 != Self.name }.contains { $0 != .vote }
    }

    /// Ranks what is left by (DS weight, place) and cuts.
    public func apply(to pool: inout SelectionPool) {
        guard let meanValidLoss = pool.meanValidLoss else { return }
        var ranked: [Int] = []
        var weights: [Double] = []
        var distances: [Double] = []
        for place in pool.remaining {
            guard let weight = pool.candidates[place].scores[.ds] else {
                pool.drop(place, .lossDegenerate)
                continue
            }
            ranked.append(place)
            weights.append(weight)
            let loss = pool.candidates[place].loss ?? meanValidLoss
            distances.append(distance(of: loss, from: meanValidLoss, weight: weight))
        }
        let marks = PercentileCut(settings: settings).marks(distances)
        for (rank, place) in ranked.enumerated() where !marks[rank] {
            pool.drop(place, .dsWeight)
            if (pool.candidates[place].loss ?? .infinity) < meanValidLoss {
                pool.summary.lowSideDropCount += 1
            } else {
                pool.summary.highSideDropCount += 1
            }
        }
        pool.summary.cutDSWeight = zip(weights, marks).filter(\.1).map(\.0).max()
        guard settings.shift.side != .both else { return }
        pool.summary.cuts[Self.name.rawValue] = zip(distances, marks).filter(\.1).map(\.0).max()
    }

    /// What is ranked: the DS weight, or on one side alone the ratio that grows towards it.
    private func distance(of loss: Double, from mean: Double, weight: Double) -> Double {
        switch settings.shift.side {
        case .both: weight
        case .low: mean / loss
        case .high: loss / mean
        }
    }

    /// Its place among the weighed and the cut.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        if settings.shift.side != .both { return sideSentence(for: candidate, in: round) }
        guard candidate.scores[.ds] != nil, let rank = standing.rank, let cut = round.report.cutDSWeight
        else { return nil }
        return
            "That is place \(Plain.count(rank)) of \(Plain.count(standing.rankedCount)) by DS weight; the "
            + "\(Plain.decimal(settings.keep, places: 0)) % closest "
            + (ranksPart ? "of those that the filters before left " : "")
            + "are kept, up to \(Plain.decimal(cut, places: 3))."
    }

    /// Which losses are kept when one side is cut.
    private func sideSentence(for candidate: Candidate, in round: RoundRecord) -> String? {
        guard candidate.scores[.ds] != nil, let mean = round.report.meanValidLoss,
            let cut = round.report.filterCuts?[Self.name.rawValue]
        else { return nil }
        let isLow = settings.shift.side == .low
        return "Of the losses the \(isLow ? "lowest" : "highest") are cut off; "
            + "\(Plain.decimal(settings.keep, places: 0)) % are kept, \(isLow ? "from" : "up to") "
            + "\(Plain.decimal(isLow ? mean / cut : mean * cut, places: 3))."
    }

    /// That it is above the cut, or on the side that is cut.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        switch settings.shift.side {
        case .both: "its DS weight is above the cut"
        case .low: "its loss is among the lowest, which select.dsSide low cuts off"
        case .high: "its loss is among the highest, which select.dsSide high cuts off"
        }
    }
}
