/// Drops texts that their question makes less likely: instruction-following difficulty above 1 (Cherry LLM,
/// arXiv 2308.12032).
public struct IFDFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "ifd")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.highIFD]
    /// The scores that it reads.
    public static let neededScores = [ScoreName.ifd]

    /// The same for every configuration.
    public init(_ configuration: RoundConfiguration) {}

    /// Keeps up to 1, 1 included.
    public func apply(to pool: inout SelectionPool) {
        for place in pool.remaining {
            guard let ratio = pool.candidates[place].scores[.ifd] else {
                pool.drop(place, .lossDegenerate)
                continue
            }
            if ratio > 1 { pool.drop(place, .highIFD) }
        }
    }

    /// Its difficulty.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        candidate.scores[.ifd].map {
            "Its loss after the question is \(Plain.decimal($0, places: 3)) times that without it (IFD)."
        }
    }

    /// That the question hinders.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "the question makes it less likely: its IFD is above 1"
    }
}

/// Keeps the `select.ifdShare` per cent of largest instruction-following difficulty (Cherry LLM, arXiv
/// 2308.12032).
///
/// It prefers what is hard, the DS weight what is typical: a comparison, not a step before `ds`.
public struct IFDTopFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "ifdTop")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.lowIFD]
    /// The scores that it reads.
    public static let neededScores = [ScoreName.ifd]

    private let share: Double

    /// The filter with the share of section `select`.
    public init(_ configuration: RoundConfiguration) { share = configuration.select.rank.ifdShare }

    /// Ranks what is left by (IFD, place) and keeps exactly K.
    public func apply(to pool: inout SelectionPool) {
        var (ranked, ratios): ([Int], [Double]) = ([], [])
        for place in pool.remaining {
            guard let ratio = pool.candidates[place].scores[.ifd] else {
                pool.drop(place, .lossDegenerate)
                continue
            }
            ranked.append(place)
            ratios.append(ratio)
        }
        let marks = PercentileCut(percent: share).marks(ratios.map { -$0 })
        for (rank, place) in ranked.enumerated() where !marks[rank] { pool.drop(place, .lowIFD) }
        pool.summary.cuts[Self.name.rawValue] = zip(ratios, marks).filter(\.1).map(\.0).min()
    }

    /// The cut.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        guard candidate.scores[.ifd] != nil, let cut = round.report.filterCuts?[Self.name.rawValue] else {
            return nil
        }
        return "Of those left, an IFD from \(Plain.decimal(cut, places: 3)) on is kept."
    }

    /// That others are harder.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "its IFD is not among the select.ifdShare \(share) % largest"
    }
}
