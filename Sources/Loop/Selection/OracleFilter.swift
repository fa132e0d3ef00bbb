/// Drops what differs from the reference answer, or has none: an upper bound, for diagnosis only.
public struct OracleFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "oracle")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.wrongAnswer]
    /// It reads reference answers.
    public static let readsReferences = true

    /// The same for every configuration.
    public init(_ configuration: RoundConfiguration) {}

    /// Looks at the references.
    public func apply(to pool: inout SelectionPool) {
        for place in pool.remaining where pool.isRight(pool.candidates[place]) != true {
            pool.drop(place, .wrongAnswer)
        }
    }

    /// That it was wrong.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "policy oracle keeps only what equals the reference answer"
    }
}
