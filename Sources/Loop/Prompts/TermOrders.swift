/// The orders of the terms of a sum or a product in a question's text.
///
/// Only for a text with exactly one chain of numbers, all joined by `+` and `-` or all by one sign of
/// multiplication, beside which nothing says that its order matters. `-` moves with its term, and no order
/// begins with it.
enum TermOrders {
    /// Longest chain, in terms.
    private static let mostTerms = 16
    /// Ranks looked at for orders that differ.
    private static let searchedRanks = 720

    private static let times: Set<Character> = ["*", "×", "·"]
    /// Words that may be beside a chain: each asks for its value and says nothing about its order.
    ///
    /// With any other word a text is left alone.
    private static let askingWords: Set<String> = [
        "what", "is", "s", "how", "much", "compute", "calculate", "evaluate", "find", "solve", "work", "out",
        "add", "sum", "of", "the", "total", "result", "value", "it", "please", "equal", "equals", "does",
        "do",
        "give", "only", "number", "answer", "question", "q", "up", "to", "me", "tell",
    ]
    /// Other characters that may be beside it.
    private static let askingMarks: Set<Character> = ["?", ".", ",", ":", "=", "\"", "'", "“", "”", "‘", "’"]

    /// A chain within a text.
    private struct Chain {
        var before: Substring
        var after: Substring
        /// The terms without their signs.
        var terms: [Substring]
        /// One for each term; the first has `+`, or the sign of multiplication.
        var signs: [Character]
        /// White space before and after the sign of each term but the first.
        var gaps: [(Substring, Substring)]
    }

    /// The text and as many orders of its terms, evenly spread over all there are.
    ///
    /// - Parameters:
    ///   - text: A question's text.
    ///   - most: How many texts there may be, the own one among them.
    /// - Returns: Texts that differ, the own one first; that alone where there is no plain chain.
    static func texts(of text: String, most: Int) -> [String] {
        guard most > 1, let chain = chain(in: text) else { return [text] }
        let count = chain.terms.count
        let total = (1...count).reduce(1, *)
        var found = [text]
        func take(_ rank: Int) {
            let order = Self.order(of: rank, count: count)
            guard found.count < most, chain.signs[order[0]] != "-" else { return }
            let other = written(chain, order)
            if !found.contains(other) { found.append(other) }
        }
        for place in 1..<most where place < total {
            take(place * (total / most) + place * (total % most) / most)
        }
        for rank in 1..<min(total, searchedRanks) where found.count < most { take(rank) }
        return found
    }

    /// The order of a rank among all orders, as dictionaries have them.
    private static func order(of rank: Int, count: Int) -> [Int] {
        var (left, rank) = (Array(0..<count), rank)
        return (1...count).reversed().map { remaining in
            let size = (1..<remaining).reduce(1, *)
            defer { rank %= size }
            return left.remove(at: min(rank / size, remaining - 1))
        }
    }

    private static func written(_ chain: Chain, _ order: [Int]) -> String {
        var text = String(chain.before) + chain.terms[order[0]]
        for (gap, place) in zip(chain.gaps, order.dropFirst()) {
            text += gap.0 + String(chain.signs[place]) + gap.1 + chain.terms[place]
        }
        return text + chain.after
    }

    /// The only chain of a text; nil without one, with several, and where its order may matter.
    private static func chain(in text: String) -> Chain? {
        var rest = text[...]
        var found: Chain?
        while let start = rest.firstIndex(where: isDigit) {
            var chain = Chain(before: text[..<start], after: "", terms: [], signs: [], gaps: [])
            rest = rest[start...]
            guard let first = number(&rest) else { return nil }
            (chain.terms, chain.signs) = ([first], ["+"])
            var next = rest
            while let (gap, sign, term) = step(&next) {
                chain.terms.append(term)
                chain.signs.append(sign)
                chain.gaps.append(gap)
                rest = next
            }
            guard chain.terms.count > 1 else { continue }
            chain.after = rest
            guard found == nil, isPlain(&chain) else { return nil }
            found = chain
        }
        return found
    }

    /// A sign and a number after it.
    private static func step(_ rest: inout Substring) -> (gap: (Substring, Substring), Character, Substring)?
    {
        let before = rest.prefix(while: \.isWhitespace)
        let head = rest.dropFirst(before.count)
        guard let sign = head.first, sign == "+" || sign == "-" || times.contains(sign) else { return nil }
        let after = head.dropFirst().prefix(while: \.isWhitespace)
        // Without space around it a hyphen is as likely that of a date.
        guard sign != "-" || (!before.isEmpty && !after.isEmpty) else { return nil }
        var tail = head.dropFirst(1 + after.count)
        guard tail.first.map(isDigit) == true, let term = number(&tail) else { return nil }
        rest = tail
        return ((before, after), sign, term)
    }

    /// Digits, with a point or with commas between thousands.
    private static func number(_ rest: inout Substring) -> Substring? {
        guard let match = rest.prefixMatch(of: /[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?/) else {
            return nil
        }
        rest = rest[match.range.upperBound...]
        return match.output.0
    }

    /// Whether nothing in and beside a chain speaks against another order.
    private static func isPlain(_ chain: inout Chain) -> Bool {
        guard chain.terms.count <= mostTerms else { return false }
        let signs = Set(chain.signs.dropFirst())
        if !signs.isSubset(of: ["+", "-"]) {
            guard signs.count == 1 else { return false }
            chain.signs[0] = chain.signs[1]
        }
        if let last = chain.before.last, !last.isWhitespace, !askingMarks.contains(last) { return false }
        if let next = chain.after.first, !next.isWhitespace, !askingMarks.contains(next) { return false }
        return isAsking(chain.before) && isAsking(chain.after)
    }

    /// Whether a text beside a chain is nothing but the words and marks of asking; numbers are none of them.
    private static func isAsking(_ text: Substring) -> Bool {
        text.allSatisfy { $0.isLetter || $0.isWhitespace || askingMarks.contains($0) }
            && text.split { !$0.isLetter }.allSatisfy { askingWords.contains($0.lowercased()) }
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}
