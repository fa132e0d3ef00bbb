/// Weighs candidates by w' = mean valid loss / loss, clipped, and drops none (IWSI-w; method, section 2, step
/// E').
///
/// Without valid questions it does nothing, which `select.allowEmptyValid` must allow.
public struct IWSIWeightFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "iwsiW")
    /// It drops nothing; what has no loss is dropped as such.
    public static let reasons: [VerdictReason] = []
    /// The scores that it reads; their scorer measures the losses.
    public static let neededScores = [ScoreName.ds]
    /// It cannot work without valid questions.
    public static let needsValid = true

    private let clip: Double

    /// The filter with the clip of section `select`.
    public init(_ configuration: RoundConfiguration) { clip = configuration.select.shift.weightClip }

    /// Multiplies each weight by min(w', `select.weightClip`).
    public func apply(to pool: inout SelectionPool) {
        guard let mean = pool.meanValidLoss else { return }
        for place in pool.remaining {
            guard let loss = pool.candidates[place].loss, DSWeight.isUsable(loss) else {
                pool.drop(place, .lossDegenerate)
                continue
            }
            pool.weights[place] *= min(mean / loss, clip)
        }
    }

    /// The ratio and what it was clipped to.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        guard let loss = candidate.loss, let mean = round.report.meanValidLoss, loss > 0 else { return nil }
        let ratio = mean / loss
        return "Its loss in training counts \(Plain.decimal(min(ratio, clip), places: 3)) times"
            + (ratio > clip ? ", clipped from \(Plain.decimal(ratio, places: 3))." : ".")
    }

    /// It has none of its own.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "its loss is not a positive number"
    }
}
