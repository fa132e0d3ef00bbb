/// A part of an answer clause, as numbers are read from it.
struct NumberToken {
    /// What it is.
    var kind: Kind
    /// Where it begins, counted in Unicode scalars of the clause.
    var start: Int
    /// Where it ends.
    var end: Int
    /// Whether white space or a mark such as `**` comes before it.
    var isApart: Bool

    /// The kinds of parts.
    enum Kind: Equatable {
        /// Digits with separators, decimals and an exponent.
        case digits(Digits)
        /// `½`, `\frac{3}{4}`.
        case fraction(ExactNumber)
        /// Letters, with digits after them where there are some; lower case.
        case word(String)
        /// A dash of any length.
        case dash
        /// `+`.
        case plus
        /// `×`, `*`, `·`, `\times`.
        case times
        /// `/`, `⁄`.
        case slash
        /// `^`, `**` between numbers.
        case caret
        /// `³`, `⁻²`.
        case superscript(Int)
        /// `=`, `≈`.
        case equals
        /// `(`.
        case open
        /// `)`.
        case close
        /// `$`, `€`.
        case currency
        /// `%`.
        case percent
        /// `,`, `;`, `:`.
        case comma
        /// What leaves no plain number, in the words of a reason.
        case refused(String)
    }

    /// A number in digits.
    struct Digits: Equatable {
        /// Its value.
        var value: ExactNumber
        /// Whether it is digits alone, without a separator, decimals or an exponent.
        var isWhole: Bool
        /// Whether spaces separate its thousands.
        var isSpaced: Bool
    }

    /// The word; nil for other parts.
    var word: String? {
        guard case .word(let word) = kind else { return nil }
        return word
    }

    /// Whether a number can begin here.
    var isNumber: Bool {
        switch kind {
        case .digits, .fraction: true
        default: false
        }
    }
}

/// Why a clause gives no number.
struct Unread: Error {
    /// A clause that follows "It was dropped:".
    let reason: String

    init(_ reason: String) { self.reason = reason }

    static let tooLarge = Unread("the number is too large or too long")
    static let grouping = Unread("a comma or space in the number groups no thousands")
}

/// Letters of other kinds than ASCII's, by name.
enum Glyphs {
    /// Every dash that stands for minus.
    static func isDash(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2D, 0x2010...0x2015, 0x2212, 0xFE58, 0xFE63, 0xFF0D: true
        default: false
        }
    }

    /// Thin, fixed, narrow and no-break spaces, which separate thousands.
    static func isThinSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xA0, 0x2007...0x200A, 0x202F: true
        default: false
        }
    }

    /// A fraction in one character; nil for other characters.
    static func fraction(_ scalar: Unicode.Scalar) -> (Int128, Int128)? {
        switch scalar {
        case "½": (1, 2)
        case "⅓": (1, 3)
        case "⅔": (2, 3)
        case "¼": (1, 4)
        case "¾": (3, 4)
        case "⅕": (1, 5)
        case "⅖": (2, 5)
        case "⅗": (3, 5)
        case "⅘": (4, 5)
        case "⅙": (1, 6)
        case "⅚": (5, 6)
        case "⅐": (1, 7)
        case "⅛": (1, 8)
        case "⅜": (3, 8)
        case "⅝": (5, 8)
        case "⅞": (7, 8)
        case "⅑": (1, 9)
        case "⅒": (1, 10)
        default: nil
        }
    }

    /// A raised digit's value; nil for other characters.
    static func raisedDigit(_ scalar: Unicode.Scalar) -> Int? {
        switch scalar.value {
        case 0x2070: 0
        case 0xB9: 1
        case 0xB2: 2
        case 0xB3: 3
        case 0x2074...0x2079: Int(scalar.value - 0x2070)
        default: nil
        }
    }
}
