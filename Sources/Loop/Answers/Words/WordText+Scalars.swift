import Foundation

extension WordText {
    /// NFKC without what has no width.
    static func composed(_ text: some StringProtocol) -> [Unicode.Scalar] {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return Array(text.unicodeScalars) }
        var seen = String.UnicodeScalarView()
        seen.append(contentsOf: text.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint })
        return Array(String(seen).precomposedStringWithCompatibilityMapping.unicodeScalars)
    }

    /// Letters with their marks, and numbers.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }

    static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool { "'’ʼ".unicodeScalars.contains(scalar) }

    static func isNewline(_ scalar: Unicode.Scalar) -> Bool {
        (0x0A...0x0D).contains(scalar.value) || [0x85, 0x2028, 0x2029].contains(scalar.value)
    }

    /// Hyphens, dashes and the minus sign.
    static func isDash(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "-" || scalar == "−" || (0x2010...0x2015).contains(scalar.value)
    }

    /// Names of LaTeX's commands that change how a text looks and not what it says.
    static let dress: Set<String> = [
        "boxed", "fbox", "mbox", "text", "textbf", "textit", "textrm", "textsf", "texttt", "emph", "mathrm",
        "mathbf", "mathit", "mathsf", "mathtt", "underline",
    ]
}
