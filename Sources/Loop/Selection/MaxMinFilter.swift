/// Keeps the `select.budget` texts of each question that are least like each other, with their copies
/// (methods of 2026, section 2, diversity).
///
/// Likeness is the Jaccard index of the texts' runs of three characters.
public struct MaxMinFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "maxMin")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.tooSimilar]
    /// It compares texts.
    public static let needsTexts = true

    private let budget: Int

    /// The filter with the budget of section `select`.
    public init(_ configuration: RoundConfiguration) { budget = configuration.select.budget }

    /// Picks among each question's distinct texts.
    public func apply(to pool: inout SelectionPool) {
        for range in pool.questions {
            let texts = pool.distinctTexts(in: pool.open(in: range))
            guard texts.count > budget else { continue }
            let picked = Set(Self.pick(budget, of: texts.map { TextGrams($0.text) }))
            for (index, text) in texts.enumerated() where !picked.contains(index) {
                for place in text.places { pool.drop(place, .tooSimilar) }
            }
        }
    }

    /// Picks greedily: first the one least like all others together, then always the one whose nearest pick
    /// is farthest; of equals the first.
    ///
    /// - Parameters:
    ///   - count: How many to pick.
    ///   - grams: The texts.
    /// - Returns: Places in the order in which they were picked; all of them when there are no more than
    /// `count`.
    public static func pick(_ count: Int, of grams: [TextGrams]) -> [Int] {
        guard count < grams.count else { return Array(grams.indices) }
        let likeness = grams.map { own in grams.map { own.similarity(to: $0) } }
        var left = Array(grams.indices)
        var picked: [Int] = []
        // Before the first pick: how much it has in common with all; then: with its nearest pick.
        var nearest = likeness.map { $0.reduce(0, +) }
        while picked.count < count, let next = left.min(by: { (nearest[$0], $0) < (nearest[$1], $1) }) {
            left.removeAll { $0 == next }
            for index in left {
                nearest[index] =
                    picked.isEmpty ? likeness[index][next] : max(nearest[index], likeness[index][next])
            }
            picked.append(next)
        }
        return picked
    }

    /// That others say more.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "the select.budget \(budget) texts of its question that differ most are others"
    }
}
