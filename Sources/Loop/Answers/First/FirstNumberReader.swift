/// Reads the first number of an answer clause as version 0.1.0 did, for rounds that began with its rules
/// (`Reading.first`).
///
/// A number is: sign, currency sign, digits with optional thousands commas, decimals, a fraction
/// `a/b`, a per cent sign. Where the clause is not plainly one number it reads none: an operator or
/// `=` after the number (`3 + 4 = 7`), a comma that groups nothing (`1,23`), an exponent (`1e3`), a
/// second decimal point (`1.2.3`), a denominator of 0, more than 30 digits.
struct FirstNumberReader {
    private let scalars: [Unicode.Scalar]
    private var place = 0

    private init(_ text: some StringProtocol) { scalars = Array(text.unicodeScalars) }

    /// The number; nil when the clause has none or is ambiguous.
    static func firstNumber(in clause: some StringProtocol) -> ExactNumber? {
        var reader = FirstNumberReader(clause)
        return reader.read()
    }

    private mutating func read() -> ExactNumber? {
        guard let first = firstDigit() else { return nil }
        let isNegative = hasMinus(before: first)
        guard var number = readDecimal(isNegative: isNegative) else { return nil }
        if let slash = placeAfterSpaces(of: "/"), isDigit(at: slash) {
            place = slash
            guard let bottom = readDecimal(isNegative: false), let quotient = number.divided(by: bottom)
            else {
                return nil
            }
            number = quotient
        }
        return endsCleanly ? number : nil
    }

    /// Moves to where the first number's digits (or its leading point) begin; nil past a sentence's end.
    private mutating func firstDigit() -> Int? {
        var index = 0
        while index < scalars.count {
            if isDigit(at: index) {
                if index > 0, scalars[index - 1].properties.isAlphabetic { return nil }
                place = index
                return index
            }
            if scalars[index] == ".", isDigit(at: index + 1) {
                place = index
                return index
            }
            if ".!?".unicodeScalars.contains(scalars[index]), isSpaceOrEnd(at: index + 1) { return nil }
            index += 1
        }
        return nil
    }

    /// Whether a minus belongs to the number: directly before it or its currency sign, after no operand.
    private func hasMinus(before first: Int) -> Bool {
        var index = first - 1
        if index >= 0, isCurrency(scalars[index]) { index -= 1 }
        return index >= 0 && (scalars[index] == "-" || scalars[index] == "\u{2212}")
    }

    private mutating func readDecimal(isNegative: Bool) -> ExactNumber? {
        guard let whole = readWhole() else { return nil }
        var decimals = ""
        if place < scalars.count, scalars[place] == ".", isDigit(at: place + 1) {
            place += 1
            decimals = readDigits()
            if place < scalars.count, scalars[place] == ".", isDigit(at: place + 1) { return nil }
        }
        return ExactNumber(whole: whole, decimals: decimals, isNegative: isNegative)
    }

    /// Digits with thousands commas removed; nil when a comma between digits groups nothing.
    private mutating func readWhole() -> String? {
        var digits = readDigits()
        var isGrouped = false
        while place < scalars.count, scalars[place] == ",", isDigit(at: place + 1) {
            guard isGrouped || (1...3).contains(digits.count) else { return nil }
            place += 1
            let group = readDigits()
            guard group.count == 3 else { return nil }
            digits += group
            isGrouped = true
        }
        return digits
    }

    private mutating func readDigits() -> String {
        var digits = String.UnicodeScalarView()
        while isDigit(at: place) {
            digits.append(scalars[place])
            place += 1
        }
        return String(digits)
    }

    /// Whether what follows the number leaves no doubt about it.
    private var endsCleanly: Bool {
        if place < scalars.count, scalars[place] == "e" || scalars[place] == "E" {
            let digit = place + 1 < scalars.count && "+-".unicodeScalars.contains(scalars[place + 1]) ? 2 : 1
            if isDigit(at: place + digit) { return false }
        }
        for sign in ["+", "=", "^", "\u{00D7}", "\u{00F7}"] as [Unicode.Scalar]
        where placeAfterSpaces(of: sign) != nil {
            return false
        }
        // `**8**` is emphasis and `$5/month` a unit: these signs are operators before a digit only.
        for sign in ["-", "\u{2212}", "*", "/"] as [Unicode.Scalar] {
            if let after = placeAfterSpaces(of: sign), isDigit(at: after) { return false }
        }
        return true
    }

    /// Where the text continues after optional spaces, one sign and optional spaces; nil for another sign.
    private func placeAfterSpaces(of sign: Unicode.Scalar) -> Int? {
        var index = place
        while index < scalars.count, scalars[index] == " " { index += 1 }
        guard index < scalars.count, scalars[index] == sign else { return nil }
        index += 1
        while index < scalars.count, scalars[index] == " " { index += 1 }
        return index
    }

    private func isDigit(at index: Int) -> Bool {
        scalars.indices.contains(index) && ("0"..."9").contains(scalars[index])
    }

    private func isSpaceOrEnd(at index: Int) -> Bool {
        index >= scalars.count || scalars[index].properties.isWhitespace
    }

    private func isCurrency(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .currencySymbol
    }
}
