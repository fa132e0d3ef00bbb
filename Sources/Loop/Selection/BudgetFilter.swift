/// Keeps at most `select.budget` distinct texts of each question, those of the lowest index, with their
/// copies.
public struct BudgetFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "budget")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.overBudget]
    /// It compares texts.
    public static let needsTexts = true

    private let budget: Int

    /// The filter with the budget of section `select`.
    public init(_ configuration: RoundConfiguration) { budget = configuration.select.budget }

    /// Counts distinct texts, byte by byte.
    public func apply(to pool: inout SelectionPool) {
        for range in pool.questions {
            let texts = pool.distinctTexts(in: pool.open(in: range))
            for place in texts.dropFirst(budget).flatMap(\.places) { pool.drop(place, .overBudget) }
        }
    }

    /// That the question has enough of them.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "its question has select.budget \(budget) other texts before it"
    }
}
