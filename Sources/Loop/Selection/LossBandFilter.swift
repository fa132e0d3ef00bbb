/// Keeps losses within a fixed factor of the mean valid loss: IWSI's band with edges known in advance
/// (method, section 6).
public struct LossBandFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "lossBand")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.outsideBand]
    /// The scores that it reads; their scorer measures the losses.
    public static let neededScores = [ScoreName.ds]
    /// It cannot work without valid questions.
    public static let needsValid = true

    private let edge: Double

    /// The filter with the edge of section `select`.
    public init(_ configuration: RoundConfiguration) { edge = configuration.select.shift.edge }

    /// Keeps L̄ / edge ≤ L ≤ L̄ · edge, both ends included.
    public func apply(to pool: inout SelectionPool) {
        guard let mean = pool.meanValidLoss else { return }
        for place in pool.remaining {
            guard let loss = pool.candidates[place].loss else {
                pool.drop(place, .lossDegenerate)
                continue
            }
            if loss < mean / edge {
                pool.drop(place, .outsideBand)
                pool.summary.lowSideDropCount += 1
            } else if loss > mean * edge {
                pool.drop(place, .outsideBand)
                pool.summary.highSideDropCount += 1
            }
        }
    }

    /// The band.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        guard candidate.loss != nil, let mean = round.report.meanValidLoss else { return nil }
        return
            "Losses from \(Plain.decimal(mean / edge, places: 3)) to \(Plain.decimal(mean * edge, places: 3)) "
            + "are kept."
    }

    /// That it is outside.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "its loss is farther from the mean valid loss than the factor select.bandEdge \(edge)"
    }
}
