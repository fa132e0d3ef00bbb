/// What becomes of the matches of a pattern that cuts text.
enum SplitBehavior: Hashable, Sendable {
    /// Each is a piece.
    case isolated
    /// Each run of them is a piece.
    case contiguous
    /// They are dropped.
    case removed
    /// Everything else is dropped.
    case kept
    /// Each ends the piece before it.
    case mergedWithPrevious
    /// Each begins the piece after it.
    case mergedWithNext

    /// The behaviour by the name that tokenizer.json has for it; nil for an unknown one.
    init?(_ name: String, isInverted: Bool) {
        switch (name, isInverted) {
        case ("Isolated", _): self = .isolated
        case ("Removed", false): self = .removed
        case ("Removed", true): self = .kept
        case ("Contiguous", false): self = .contiguous
        case ("MergedWithPrevious", false): self = .mergedWithPrevious
        case ("MergedWithNext", false): self = .mergedWithNext
        default: return nil
        }
    }

    /// The pieces of a part of a text.
    func pieces(of text: ClassifiedText, _ range: Range<Int>, _ pattern: WordPattern) -> [Range<Int>] {
        let parts = Self.matches(text, range, pattern)
        switch self {
        case .isolated: return parts.map(\.range)
        case .removed: return parts.filter { !$0.isMatch }.map(\.range)
        case .kept: return parts.filter(\.isMatch).map(\.range)
        case .contiguous:
            var (pieces, wasMatch): ([Range<Int>], Bool) = ([], false)
            for part in parts {
                if part.isMatch, wasMatch, let last = pieces.popLast() {
                    pieces.append(last.lowerBound..<part.range.upperBound)
                } else {
                    pieces.append(part.range)
                }
                wasMatch = part.isMatch
            }
            return pieces
        case .mergedWithPrevious:
            return Self.merged(parts) { $0.lowerBound..<$1.upperBound }
        case .mergedWithNext:
            return Self.merged(parts.reversed()) { $1.lowerBound..<$0.upperBound }.reversed()
        }
    }

    private typealias Part = (range: Range<Int>, isMatch: Bool)

    /// Joins each match to the part before it, unless that is a match.
    private static func merged(_ parts: [Part], _ join: (Range<Int>, Range<Int>) -> Range<Int>) -> [Range<
        Int
    >] {
        var pieces: [Range<Int>] = []
        var wasMatch = false
        for part in parts {
            if part.isMatch, !wasMatch, let last = pieces.popLast() {
                pieces.append(join(last, part.range))
            } else {
                pieces.append(part.range)
            }
            wasMatch = part.isMatch
        }
        return pieces
    }

    /// The matches from left to right and what is between them; together they are the range.
    private static func matches(_ text: ClassifiedText, _ range: Range<Int>, _ pattern: WordPattern) -> [Part]
    {
        var parts: [Part] = []
        var attempts = WordPattern.Attempts()
        var (gap, place) = (range.lowerBound, range.lowerBound)
        while place < range.upperBound {
            guard let end = pattern.end(in: text, from: place, limit: range.upperBound, &attempts),
                end > place
            else {
                place += 1
                continue
            }
            if place > gap { parts.append((gap..<place, false)) }
            parts.append((place..<end, true))
            (gap, place) = (end, end)
        }
        if gap < range.upperBound { parts.append((gap..<range.upperBound, false)) }
        return parts
    }
}
