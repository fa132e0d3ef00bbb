/// The Unicode scalars that one place of a word pattern accepts.
struct ScalarSet: Hashable, Sendable {
    /// Bit i is set for general categories that belong to the set; see `index(of:)`.
    private(set) var categories: UInt32 = 0
    /// Scalars that belong to it one by one.
    private(set) var ranges: [ClosedRange<UInt32>] = []
    /// Sets inside it, such as `\S` in brackets.
    private(set) var parts: [ScalarSet] = []
    /// Whether it holds everything else instead.
    private(set) var isNegated = false
    /// The answer for each ASCII scalar.
    private var ascii: (low: UInt64, high: UInt64) = (0, 0)

    /// Builds a set.
    init(
        categories: UInt32 = 0,
        ranges: [ClosedRange<UInt32>] = [],
        parts: [ScalarSet] = [],
        isNegated: Bool = false
    ) {
        self.categories = categories
        self.ranges = ranges
        self.parts = parts
        self.isNegated = isNegated
        for value in UInt32(0)..<128 {
            let category = Self.index(of: Unicode.Scalar(UInt8(value)).properties.generalCategory)
            guard holds(value, category) else { continue }
            if value < 64 { ascii.low |= 1 << UInt64(value) } else { ascii.high |= 1 << UInt64(value - 64) }
        }
    }

    /// `\s`: the White_Space property.
    static let space = ScalarSet(categories: mask("Z") ?? 0, ranges: [0x09...0x0D, 0x85...0x85])
    /// `\d`.
    static let digit = ScalarSet(categories: mask("Nd") ?? 0)
    /// `.`: all but a line feed.
    static let anything = ScalarSet(ranges: [0x0A...0x0A], isNegated: true)

    /// The set that holds everything else.
    var inverted: ScalarSet {
        ScalarSet(categories: categories, ranges: ranges, parts: parts, isNegated: !isNegated)
    }

    /// Whether a scalar of a general category belongs to the set.
    func contains(_ scalar: UInt32, _ category: UInt8) -> Bool {
        if scalar < 64 { return ascii.low >> UInt64(scalar) & 1 == 1 }
        if scalar < 128 { return ascii.high >> UInt64(scalar - 64) & 1 == 1 }
        return holds(scalar, category)
    }

    private func holds(_ scalar: UInt32, _ category: UInt8) -> Bool {
        let isInside =
            categories >> UInt32(category) & 1 == 1 || ranges.contains { $0.contains(scalar) }
            || parts.contains { $0.contains(scalar, category) }
        return isInside != isNegated
    }

    /// The categories of a property's short name, such as `L` or `Lu`; nil for any other property.
    static func mask(_ property: String) -> UInt32? {
        let places = names.indices.filter { names[$0] == property || names[$0].prefix(1) == property }
        return places.isEmpty ? nil : places.reduce(0) { $0 | 1 << UInt32($1) }
    }

    private static let names = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf",
        "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
    ]

    /// A category's place in the list.
    static func index(of category: Unicode.GeneralCategory) -> UInt8 {
        switch category {
        case .uppercaseLetter: 0
        case .lowercaseLetter: 1
        case .titlecaseLetter: 2
        case .modifierLetter: 3
        case .otherLetter: 4
        case .nonspacingMark: 5
        case .spacingMark: 6
        case .enclosingMark: 7
        case .decimalNumber: 8
        case .letterNumber: 9
        case .otherNumber: 10
        case .connectorPunctuation: 11
        case .dashPunctuation: 12
        case .openPunctuation: 13
        case .closePunctuation: 14
        case .initialPunctuation: 15
        case .finalPunctuation: 16
        case .otherPunctuation: 17
        case .mathSymbol: 18
        case .currencySymbol: 19
        case .modifierSymbol: 20
        case .otherSymbol: 21
        case .spaceSeparator: 22
        case .lineSeparator: 23
        case .paragraphSeparator: 24
        case .control: 25
        case .format: 26
        case .surrogate: 27
        case .privateUse: 28
        case .unassigned: 29
        @unknown default: 29
        }
    }

    static func == (left: ScalarSet, right: ScalarSet) -> Bool {
        left.categories == right.categories && left.ranges == right.ranges && left.parts == right.parts
            && left.isNegated == right.isNegated
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(categories)
        hasher.combine(ranges)
        hasher.combine(parts)
        hasher.combine(isNegated)
    }
}
