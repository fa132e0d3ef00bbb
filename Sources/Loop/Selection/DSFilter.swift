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
        for place in pool.remaining {
            guard let weight = pool.candidates[place].scores[.ds] else {
                pool.drop(place, .lossDegenerate)
                continue
            }
            ranked.append(place)
            weights.append(weight)
        }
        let marks = PercentileCut(settings: settings).marks(weights)
        for (rank, place) in ranked.enumerated() where !marks[rank] {
            pool.drop(place, .dsWeight)
            if (pool.candidates[place].loss ?? .infinity) < meanValidLoss {
                pool.summary.lowSideDropCount += 1
            } else {
                pool.summary.highSideDropCount += 1
            }
        }
        pool.summary.cutDSWeight = zip(weights, marks).filter(\.1).map(\.0).max()
    }

    /// Its place among the weighed and the cut.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        guard candidate.scores[.ds] != nil, let rank = standing.rank, let cut = round.report.cutDSWeight
        else { return nil }
        return
            "That is place \(Plain.count(rank)) of \(Plain.count(standing.rankedCount)) by DS weight; the "
            + "\(Plain.decimal(settings.keep, places: 0)) % closest "
            + (ranksPart ? "of those that the filters before left " : "")
            + "are kept, up to \(Plain.decimal(cut, places: 3))."
    }

    /// That it is above the cut.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "its DS weight is above the cut"
    }
}
