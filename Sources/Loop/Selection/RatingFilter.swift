/// Keeps the `select.keep` per cent that the model itself rates highest (the baseline Self-filter of the IWSI
/// paper; method, section 6).
///
/// Ties at the cut are kept, so that the share can be larger.
public struct RatingFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "selfRating")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.lowRating]
    /// The scores that it reads.
    public static let neededScores = [ScoreName.rating]

    private let keep: Double

    /// The filter with the share of section `select`.
    public init(_ configuration: RoundConfiguration) { keep = configuration.select.keep }

    /// Ranks what is left; without a rating it counts as rated 0.
    public func apply(to pool: inout SelectionPool) {
        let places = pool.remaining
        let ratings = places.map { pool.candidates[$0].scores[.rating] ?? 0 }
        let marks = PercentileCut(percent: keep, rule: .inclusive).marks(ratings.map { -$0 })
        for (rank, place) in places.enumerated() where !marks[rank] { pool.drop(place, .lowRating) }
        pool.summary.cuts[Self.name.rawValue] = zip(ratings, marks).filter(\.1).map(\.0).min()
    }

    /// Its rating and the cut.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        guard let rating = candidate.scores[.rating], let cut = round.report.filterCuts?[Self.name.rawValue]
        else { return nil }
        return
            "The model rated it \(Plain.decimal(rating, places: 1)) of 10; from \(Plain.decimal(cut, places: 1)) "
            + "on is kept."
    }

    /// That others are rated higher.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "the model's own rating of it is not among the select.keep \(keep) % highest"
    }
}
