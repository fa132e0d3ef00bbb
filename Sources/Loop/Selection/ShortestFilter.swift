/// Drops the `select.shortShare` per cent of shortest candidates (SSD, arXiv 2604.01193).
public struct ShortestFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "shortest")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.shortest]

    private let share: Double

    /// The filter with the share of section `select`.
    public init(_ configuration: RoundConfiguration) { share = configuration.select.rank.shortShare }

    /// Drops ⌊n · share⌋ of what is left, ranked by (tokens, place).
    public func apply(to pool: inout SelectionPool) {
        let ranked = pool.remaining.sorted {
            (pool.candidates[$0].tokenCount, $0) < (pool.candidates[$1].tokenCount, $1)
        }
        let count = ranked.count * PercentileCut(percent: share).keepBasisPoints / 10_000
        for place in ranked.prefix(count) { pool.drop(place, .shortest) }
        pool.summary.cuts[Self.name.rawValue] = ranked.dropFirst(count).first.map {
            Double(pool.candidates[$0].tokenCount)
        }
    }

    /// That others are longer.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "with \(candidate.tokenCount) tokens it is among the select.shortShare \(share) % shortest"
    }
}
