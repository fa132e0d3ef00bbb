/// Keeps at most `select.balance` times as many candidates of each answer as the rarest answer has, so that a
/// label that wins most votes does not drown the others in fine-tuning.
///
/// For answers of a closed set, such as labels. An answer that no candidate is left for counts for nothing.
public struct BalanceFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "balance")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.classSurplus]

    private let factor: Double

    /// The filter with the factor of section `select`.
    public init(_ configuration: RoundConfiguration) { factor = configuration.select.balance }

    /// Drops what is above the limit: the highest candidate indexes first, of equal ones the last questions, so
    /// that as many questions as possible keep a candidate.
    public func apply(to pool: inout SelectionPool) {
        let candidates = pool.candidates
        let classes = Dictionary(grouping: pool.remaining) { candidates[$0].answer ?? "" }
        guard let rarest = classes.values.map(\.count).min() else { return }
        let limit = Int((Double(rarest) * factor + 1e-9).rounded(.down))
        for places in classes.values where places.count > limit {
            let ordered = places.sorted { (candidates[$0].index, $0) < (candidates[$1].index, $1) }
            for place in ordered.dropFirst(limit) { pool.drop(place, .classSurplus) }
        }
    }

    /// That its answer has enough of them.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "its answer has more candidates than select.balance \(factor) times those of the rarest answer"
    }
}
