/// The words of a canonical short text, to be compared with those of another.
struct OverlapWords {
    private let counts: [Substring: Int]
    private let count: Int
    /// Words that change what a text says, whatever else it has in common with another.
    private let decisive: Set<Substring>

    /// Takes a canonical text apart.
    init(_ canonical: String) {
        let words = canonical.split(separator: " ")
        counts = words.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        count = words.count
        decisive = Set(words.filter { $0.contains(where: \.isNumber) || Self.denials.contains($0) })
    }

    /// Whether F1 over the words, repeated ones counted as often as both have them, reaches a threshold.
    ///
    /// Texts with other numbers, denials or alternatives never do: `1990` is not `1991`.
    func overlaps(_ other: OverlapWords, by threshold: Double) -> Bool {
        guard count + other.count > 0, decisive == other.decisive else { return false }
        // Whole numbers until the end, so that the order of words changes nothing.
        let common = counts.reduce(0) { $0 + min($1.value, other.counts[$1.key, default: 0]) }
        return Double(2 * common) / Double(count + other.count) >= threshold - 1e-12
    }

    private static let denials: Set<Substring> = [
        "not", "no", "never", "neither", "nor", "none", "without", "except", "or", "cannot", "cant", "isnt",
        "arent", "wasnt", "werent", "dont", "doesnt", "didnt", "wont",
    ]
}
