/// A rational number in lowest terms; what a decimal or a fraction means exactly.
struct ExactNumber: Hashable {
    /// Carries the sign.
    let numerator: Int128
    /// Greater than 0.
    let denominator: Int128

    /// Reduces; nil for a denominator of 0, and for the one numerator that has no opposite.
    init?(_ numerator: Int128, over denominator: Int128) {
        guard denominator > 0, numerator != .min else { return nil }
        let divisor = max(Self.greatestCommonDivisor(numerator, denominator), 1)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// Reads digits with an optional decimal part; nil when there are none or more than 30.
    init?(whole: String, decimals: String, isNegative: Bool) {
        let digits = whole + decimals
        guard !digits.isEmpty, digits.count <= 30, let value = Int128(digits) else { return nil }
        var scale: Int128 = 1
        for _ in 0..<decimals.count { scale *= 10 }
        self.init(isNegative ? -value : value, over: scale)
    }

    /// The quotient; nil when the divisor is 0 or the result needs more than 128 bits.
    func divided(by other: ExactNumber) -> ExactNumber? {
        let top = numerator.multipliedReportingOverflow(by: other.denominator)
        let bottom = denominator.multipliedReportingOverflow(by: other.numerator)
        guard !top.overflow, !bottom.overflow, ![0, .min].contains(bottom.partialValue),
            top.partialValue != .min
        else { return nil }
        return bottom.partialValue > 0
            ? ExactNumber(top.partialValue, over: bottom.partialValue)
            : ExactNumber(-top.partialValue, over: -bottom.partialValue)
    }

    /// A whole number.
    init(_ value: Int) {
        numerator = Int128(value)
        denominator = 1
    }

    /// The opposite.
    var negated: ExactNumber? { ExactNumber(-numerator, over: denominator) }

    /// The product; nil when it needs more than 128 bits.
    func times(_ other: ExactNumber) -> ExactNumber? {
        let top = numerator.multipliedReportingOverflow(by: other.numerator)
        let bottom = denominator.multipliedReportingOverflow(by: other.denominator)
        guard !top.overflow, !bottom.overflow else { return nil }
        return ExactNumber(top.partialValue, over: bottom.partialValue)
    }

    /// The sum; nil when it needs more than 128 bits.
    func plus(_ other: ExactNumber) -> ExactNumber? {
        let left = numerator.multipliedReportingOverflow(by: other.denominator)
        let right = other.numerator.multipliedReportingOverflow(by: denominator)
        let bottom = denominator.multipliedReportingOverflow(by: other.denominator)
        let top = left.partialValue.addingReportingOverflow(right.partialValue)
        guard !left.overflow, !right.overflow, !bottom.overflow, !top.overflow else { return nil }
        return ExactNumber(top.partialValue, over: bottom.partialValue)
    }

    /// The power; nil for 0 to the power of 0 or less, and when it needs more than 128 bits.
    ///
    /// An exponent beyond 200 is refused at once: every base but 0 and ±1 has overflowed before.
    func raised(to exponent: Int) -> ExactNumber? {
        guard abs(exponent) <= 200, numerator != 0 || exponent > 0 else { return nil }
        var result = ExactNumber(1)
        for _ in 0..<abs(exponent) {
            guard let product = result.times(self) else { return nil }
            result = product
        }
        return exponent < 0 ? ExactNumber(1).divided(by: result) : result
    }

    /// An integer, a terminating decimal, or a fraction in lowest terms, in this order of preference.
    var canonical: String {
        guard denominator != 1 else { return String(numerator) }
        guard let (scaled, places) = terminating else { return "\(numerator)/\(denominator)" }
        let digits = String(scaled.magnitude)
        let padded = String(repeating: "0", count: max(places + 1 - digits.count, 0)) + digits
        let sign = scaled < 0 ? "-" : ""
        return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
    }

    /// The number times the smallest power of ten that makes it whole, and that power.
    private var terminating: (scaled: Int128, places: Int)? {
        var (rest, twos, fives) = (denominator, 0, 0)
        while rest % 2 == 0 { (rest, twos) = (rest / 2, twos + 1) }
        while rest % 5 == 0 { (rest, fives) = (rest / 5, fives + 1) }
        guard rest == 1 else { return nil }
        var scaled = numerator
        let places = max(twos, fives)
        for factor in [(2, places - twos), (5, places - fives)] {
            for _ in 0..<factor.1 {
                let product = scaled.multipliedReportingOverflow(by: Int128(factor.0))
                guard !product.overflow else { return nil }
                scaled = product.partialValue
            }
        }
        return (scaled, places)
    }

    private static func greatestCommonDivisor(_ left: Int128, _ right: Int128) -> Int128 {
        var (a, b) = (left < 0 ? -left : left, right)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
