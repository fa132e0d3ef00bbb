/// A text as UTF-8 bytes with the class of every Unicode scalar, so that pre-tokenizers scan plain arrays.
struct ClassifiedText {
    /// What the pre-tokenizers' patterns can tell apart.
    enum ScalarClass: UInt8 {
        /// General category L*.
        case letter
        /// General category N*.
        case number
        /// U+0020 alone.
        case blank
        /// Carriage return or line feed.
        case lineBreak
        /// Any other scalar with the White_Space property.
        case space
        /// Everything else: punctuation, symbols, marks, controls, unassigned.
        case other

        /// Whether the scalar matches `\s`.
        var isWhitespace: Bool { self == .blank || self == .lineBreak || self == .space }
    }

    /// The text in UTF-8.
    let bytes: [UInt8]
    /// The class of each scalar.
    let classes: [ScalarClass]
    /// Where each scalar starts in `bytes`, and the end of the text.
    let offsets: [Int]
    /// Each scalar, and its general category as `ScalarSet` counts them; empty unless asked for.
    let scalars: [UInt32]
    let categories: [UInt8]

    /// Classifies a text; compiled patterns ask for categories, too.
    init(_ text: String, withCategories: Bool = false) {
        var bytes: [UInt8] = []
        var classes: [ScalarClass] = []
        var offsets: [Int] = []
        let byteCount = text.utf8.count
        bytes.reserveCapacity(byteCount)
        classes.reserveCapacity(byteCount)
        offsets.reserveCapacity(byteCount + 1)
        let ascii = Self.asciiClasses
        for scalar in text.unicodeScalars {
            offsets.append(bytes.count)
            if scalar.value < 128 {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
                classes.append(ascii[Int(scalar.value)])
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                classes.append(Self.classify(scalar))
            }
        }
        offsets.append(bytes.count)
        self.bytes = bytes
        self.classes = classes
        self.offsets = offsets
        scalars = withCategories ? text.unicodeScalars.map(\.value) : []
        categories =
            withCategories
            ? text.unicodeScalars.map { ScalarSet.index(of: $0.properties.generalCategory) } : []
    }

    /// The number of scalars.
    var count: Int { classes.count }

    /// The first byte of a scalar, which for ASCII is the scalar itself.
    func leadByte(_ index: Int) -> UInt8 { bytes[offsets[index]] }

    /// The bytes of a range of scalars.
    func bytes(of range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[offsets[range.lowerBound]..<offsets[range.upperBound]]
    }

    private static let asciiClasses: [ScalarClass] = (0..<128).map { classify(Unicode.Scalar(UInt8($0))) }

    private static func classify(_ scalar: Unicode.Scalar) -> ScalarClass {
        switch scalar {
        case " ": return .blank
        case "\r", "\n": return .lineBreak
        default: break
        }
        let properties = scalar.properties
        if properties.isWhitespace { return .space }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return .other
        }
    }
}
