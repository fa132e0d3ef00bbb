/// Drops repeated texts of a question that saw its options in one order; the one with the lowest index stays.
///
/// On with `vote.dedupe`.
public struct DuplicateFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "dedupe")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.duplicate]
    /// It compares texts.
    public static let needsTexts = true

    /// The same for every configuration.
    public init(_ configuration: RoundConfiguration) {}

    /// Compares texts byte by byte.
    public func apply(to pool: inout SelectionPool) {
        var seen: Set<TextKey> = []
        for place in pool.remaining {
            let candidate = pool.candidates[place]
            let key = TextKey(
                question: candidate.question,
                text: candidate.text,
                view: pool.view(candidate)
            )
            if !seen.insert(key).inserted { pool.drop(place, .duplicate) }
        }
    }

    /// That it repeats another.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "another candidate of the question has the same text"
    }
}
