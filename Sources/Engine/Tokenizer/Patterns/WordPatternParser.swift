/// Reads a pattern into its parts.
struct WordPatternParser {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var ignoresCase = false
    private var depth = 0
    private static let mostDepth = 32

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    /// The whole pattern.
    mutating func whole() throws(WordPattern.Unsupported) -> WordPatternNode {
        let node = try alternatives()
        guard index == scalars.count else { throw failure("an unopened bracket") }
        return node
    }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[index...].starts(with: wanted) else { return false }
        index += wanted.count
        return true
    }

    private func failure(_ problem: String) -> WordPattern.Unsupported {
        WordPattern.Unsupported(description: "\(problem) at character \(index)")
    }

    private mutating func alternatives() throws(WordPattern.Unsupported) -> WordPatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.mostDepth else { throw failure("nesting deeper than \(Self.mostDepth)") }
        var choices = [try sequence()]
        while take("|") { choices.append(try sequence()) }
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func sequence() throws(WordPattern.Unsupported) -> WordPatternNode {
        var parts: [WordPatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let part = try atom()
            parts.append(try repeated(part))
        }
        return .sequence(parts)
    }

    private mutating func repeated(_ part: WordPatternNode) throws(WordPattern.Unsupported)
        -> WordPatternNode
    {
        var (least, most) = (1, 1)
        let isCounted = next == "{"
        switch next {
        case "?": (least, most) = (0, 1)
        case "*": (least, most) = (0, .max)
        case "+": (least, most) = (1, .max)
        case "{":
            (least, most) = try counts()
            index -= 1
        default: return part
        }
        index += 1
        if next == "?" || next == "*" || next == "{" { throw failure("a lazy or repeated repeat") }
        let hasPlus = take("+")
        let node = WordPatternNode.repeats(
            part,
            least: least,
            most: most,
            isPossessive: hasPlus && !isCounted
        )
        // Behind a count the library's engine reads a repeat of the repeat, as Ruby's does.
        guard hasPlus, isCounted else { return node }
        if let next, "?*+{".unicodeScalars.contains(next) { throw failure("a lazy or repeated repeat") }
        return .repeats(node, least: 1, most: .max, isPossessive: false)
    }

    /// `{2}`, `{2,}` or `{2,3}`.
    private mutating func counts() throws(WordPattern.Unsupported) -> (Int, Int) {
        index += 1
        let least = number() ?? 0
        var most = least
        if take(",") { most = number() ?? .max }
        guard take("}"), least <= most, least < 1 << 20 else { throw failure("an unknown repeat") }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = next.flatMap({ Int(String($0)) }), (value ?? 0) < 1 << 24 {
            value = (value ?? 0) * 10 + digit
            index += 1
        }
        return value
    }

    private mutating func atom() throws(WordPattern.Unsupported) -> WordPatternNode {
        guard let scalar = next else { throw failure("an end") }
        switch scalar {
        case "(": return try group()
        case "[": return .set(try brackets())
        case "\\": return .set(try escape())
        case ".":
            index += 1
            return .set(.anything)
        case "$":
            index += 1
            return .lineEnd
        case "^", "*", "+", "?", "{": throw failure("\"\(scalar)\"")
        default:
            index += 1
            return .set(literal(scalar))
        }
    }

    private mutating func group() throws(WordPattern.Unsupported) -> WordPatternNode {
        index += 1
        for (mark, isNegated) in [("?=", false), ("?!", true)] where take(mark) {
            guard case .sequence(let parts) = try alternatives(), parts.count == 1,
                case .set(let set) = parts[0], take(")")
            else { throw failure("looking ahead for more than one character") }
            return .ahead(set, isNegated: isNegated)
        }
        let outer = ignoresCase
        defer { ignoresCase = outer }
        if take("?i:") {
            ignoresCase = true
        } else if !take("?:"), next == "?" {
            throw failure("an unknown group")
        }
        let node = try alternatives()
        guard take(")") else { throw failure("a group without an end") }
        return node
    }

    /// One character; where case does not count, with those that fold to the same.
    private func literal(_ scalar: Unicode.Scalar) -> ScalarSet {
        var values = [scalar.value]
        if ignoresCase {
            values += [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap {
                $0.unicodeScalars.count == 1 ? $0.unicodeScalars.first?.value : nil
            }
            if scalar == "s" || scalar == "S" { values.append(0x17F) }
            if scalar == "k" || scalar == "K" { values.append(0x212A) }
        }
        return ScalarSet(ranges: values.map { $0...$0 })
    }

    private mutating func brackets() throws(WordPattern.Unsupported) -> ScalarSet {
        index += 1
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var parts: [ScalarSet] = []
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            guard scalar != "[", !scalars[index...].starts(with: "&&".unicodeScalars) else {
                throw failure("a set in a set")
            }
            guard let low = try single() else {
                parts.append(try escape())
                continue
            }
            let isRange = next == "-" && index + 1 < scalars.count && scalars[index + 1] != "]"
            guard isRange else {
                if ignoresCase { parts.append(literal(low)) } else { ranges.append(low.value...low.value) }
                continue
            }
            index += 1
            guard let high = try single(), low <= high else { throw failure("an unknown range") }
            guard !ignoresCase else { throw failure("a range without regard to case") }
            ranges.append(low.value...high.value)
        }
        guard take("]") else { throw failure("a set without an end") }
        return ScalarSet(ranges: ranges, parts: parts, isNegated: isNegated)
    }

    /// A single character in brackets; nil, without moving, before an escape that means several.
    private mutating func single() throws(WordPattern.Unsupported) -> Unicode.Scalar? {
        guard let scalar = next else { throw failure("a set without an end") }
        guard scalar == "\\" else {
            index += 1
            return scalar
        }
        guard index + 1 < scalars.count else { throw failure("an escape without an end") }
        let named = scalars[index + 1]
        guard let plain = Self.plain(named) else { return nil }
        index += 2
        return plain
    }

    /// What an escape stands for if that is one character.
    private static func plain(_ name: Unicode.Scalar) -> Unicode.Scalar? {
        switch name {
        case "n": "\n"
        case "r": "\r"
        case "t": "\t"
        case "f": "\u{C}"
        case "v": "\u{B}"
        default: name.isASCII && !name.properties.isAlphabetic && !("0"..."9").contains(name) ? name : nil
        }
    }

    private mutating func escape() throws(WordPattern.Unsupported) -> ScalarSet {
        guard index + 1 < scalars.count else { throw failure("an escape without an end") }
        let name = scalars[index + 1]
        if let plain = Self.plain(name) {
            index += 2
            return literal(plain)
        }
        switch name {
        case "s", "S":
            index += 2
            return name == "s" ? .space : ScalarSet.space.inverted
        case "d", "D":
            index += 2
            return name == "d" ? .digit : ScalarSet.digit.inverted
        case "p", "P":
            index += 2
            guard take("{") else { throw failure("a property without a name") }
            var property = ""
            while let scalar = next, scalar != "}" {
                property.unicodeScalars.append(scalar)
                index += 1
            }
            guard take("}"), let mask = ScalarSet.mask(property) else {
                throw failure("property \"\(property)\"")
            }
            let set = ScalarSet(categories: mask)
            return name == "p" ? set : set.inverted
        default: throw failure("the escape \\\(name)")
        }
    }
}
