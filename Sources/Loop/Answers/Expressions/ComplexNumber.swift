import Foundation

/// A complex number, to compare values of expressions.
struct ComplexNumber {
    var real: Double
    var imaginary = 0.0

    /// Whether it is a number at all.
    var isFinite: Bool { real.isFinite && imaginary.isFinite }

    /// The absolute value.
    var size: Double { hypot(real, imaginary) }

    /// Whether it is real but for rounding.
    var isReal: Bool { abs(imaginary) <= 1e-12 * max(1, abs(real)) }

    static func + (left: Self, right: Self) -> Self {
        Self(real: left.real + right.real, imaginary: left.imaginary + right.imaginary)
    }

    static func - (left: Self, right: Self) -> Self {
        Self(real: left.real - right.real, imaginary: left.imaginary - right.imaginary)
    }

    static func * (left: Self, right: Self) -> Self {
        Self(
            real: left.real * right.real - left.imaginary * right.imaginary,
            imaginary: left.real * right.imaginary + left.imaginary * right.real
        )
    }

    static func / (left: Self, right: Self) -> Self {
        let size = right.real * right.real + right.imaginary * right.imaginary
        return Self(
            real: (left.real * right.real + left.imaginary * right.imaginary) / size,
            imaginary: (left.imaginary * right.real - left.real * right.imaginary) / size
        )
    }

    /// The principal logarithm.
    var logarithm: Self { Self(real: log(size), imaginary: atan2(imaginary, real)) }

    /// `e` to the power of it.
    var exponential: Self {
        Self(real: exp(real) * cos(imaginary), imaginary: imaginary == 0 ? 0 : exp(real) * sin(imaginary))
    }

    /// The principal power.
    func raised(to exponent: Self) -> Self {
        if size == 0 { return Self(real: exponent.real > 0 ? 0 : .nan) }
        if imaginary == 0, exponent.imaginary == 0, real > 0 { return Self(real: pow(real, exponent.real)) }
        return (logarithm * exponent).exponential
    }

    /// A power with a rational exponent: of negative numbers the real one, where the root's index is odd.
    func raised(to exponent: ExactNumber) -> Self {
        let power = Double(exponent.numerator) / Double(exponent.denominator)
        if exponent.denominator == 1, abs(power) <= 64 {
            var result = Self(real: 1)
            for _ in 0..<Int(abs(power)) { result = result * self }
            return power < 0 ? Self(real: 1) / result : result
        }
        if isReal, real < 0, exponent.denominator % 2 == 1 {
            let value = pow(-real, power)
            return Self(real: exponent.numerator % 2 == 0 ? value : -value)
        }
        return raised(to: Self(real: power))
    }

    /// The sine.
    var sine: Self {
        Self(real: sin(real) * cosh(imaginary), imaginary: cos(real) * sinh(imaginary))
    }

    /// The cosine.
    var cosine: Self {
        Self(real: cos(real) * cosh(imaginary), imaginary: -sin(real) * sinh(imaginary))
    }
}
