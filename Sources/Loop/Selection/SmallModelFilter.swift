/// Keeps the `select.smallModelShare` per cent that are hardest for a smaller model, yet learnable (SALT,
/// arXiv 2410.18779).
public struct SmallModelFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "smallModelScore")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.lowSmallModel, .unlearnable]
    /// The scores that it reads.
    public static let neededScores = [ScoreName.smallModel]

    private let share: Double

    /// The filter with the share of section `select`.
    public init(_ configuration: RoundConfiguration) { share = configuration.select.outside.smallModelShare }

    /// Ranks what is left by (score, place) and keeps exactly K.
    public func apply(to pool: inout SelectionPool) {
        var (ranked, scores): ([Int], [Double]) = ([], [])
        for place in pool.remaining {
            guard let score = pool.candidates[place].scores[.smallModel] else {
                pool.drop(place, .unlearnable)
                continue
            }
            ranked.append(place)
            scores.append(score)
        }
        let marks = PercentileCut(percent: share).marks(scores.map { -$0 })
        for (place, isKept) in zip(ranked, marks) where !isKept { pool.drop(place, .lowSmallModel) }
        pool.summary.cuts[Self.name.rawValue] = zip(scores, marks).filter(\.1).map(\.0).min()
    }

    /// Its score and the cut.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        guard let score = candidate.scores[.smallModel],
            let cut = round.report.filterCuts?[Self.name.rawValue]
        else { return nil }
        return
            "The small model's median loss of it is \(Plain.decimal(score, places: 3)); from "
            + "\(Plain.decimal(cut, places: 3)) on is kept."
    }

    /// That it is too easy, or that nothing of it counts.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        reason == .unlearnable
            ? "no token of it is among the small model's first \(SmallModelScorer.top), or it is too long for that model"
            : "others are harder for the small model: it is not among the select.smallModelShare \(share) % highest"
    }
}
