import Foundation

/// A point at which expressions are compared: a value for every name, always the same one.
struct ExpressionPoint {
    /// Which of the points, from 0.
    let index: UInt32

    /// How many points two expressions are compared at.
    static let count: UInt32 = 8

    private static let random = Philox(seed: 0x6578_7072_6573_7369)

    /// A variable's value: positive at the first half of the points, of either sign at the others.
    func value(of name: String) -> ComplexNumber {
        switch name {
        case "pi": return ComplexNumber(real: .pi)
        case "e": return ComplexNumber(real: M_E)
        default: break
        }
        // FNV-1a, so that a name has the same value wherever it is.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let words = Self.random.words(
            UInt32(truncatingIfNeeded: hash),
            UInt32(truncatingIfNeeded: hash >> 32),
            index,
            0
        )
        let size = 0.3 + 2.4 * Philox.unitDouble(words.x, words.y)
        let isNegative = index >= Self.count / 2 && words.z & 1 == 1
        return ComplexNumber(real: isNegative ? -size : size)
    }

    /// A sum's value, and the size of its largest term: what rounding is measured by.
    func value(of sum: Polynomial) -> (value: ComplexNumber, scale: Double) {
        var (total, scale) = (ComplexNumber(real: 0), 0.0)
        // In a fixed order, so that the rounding is the same each time.
        for term in sum.ordered {
            let coefficient = Double(term.coefficient.numerator) / Double(term.coefficient.denominator)
            var product = ComplexNumber(real: coefficient)
            var size = abs(coefficient)
            for factor in term.factors {
                let (value, inner) = self.value(of: factor.atom)
                let power = value.raised(to: factor.exponent)
                product = product * power
                // A factor that is itself the small rest of large terms brings their rounding with it.
                size *= power.size * max(1, inner / max(value.size, 1e-300)).squareRoot()
            }
            total = total + product
            scale = max(scale, size)
        }
        return (total, max(scale, total.size))
    }

    private func value(of atom: Atom) -> (value: ComplexNumber, scale: Double) {
        switch atom.kind {
        case .prime(let prime): return exact(ComplexNumber(real: Double(prime)))
        case .name(let name): return exact(value(of: name))
        case .imaginary: return exact(ComplexNumber(real: 0, imaginary: 1))
        case .sum(let sum): return value(of: sum)
        case .power(let base, let exponent):
            let base = value(of: base).value
            if let exponent = exponent.rational { return exact(base.raised(to: exponent)) }
            return exact(base.raised(to: value(of: exponent).value))
        case .call(let name, let values):
            let values = values.map { value(of: $0) }
            guard values.count == 1, let first = values.first else { return exact(ComplexNumber(real: .nan)) }
            return exact(Self.call(name, first.value))
        }
    }

    private func exact(_ value: ComplexNumber) -> (value: ComplexNumber, scale: Double) {
        (value, value.size)
    }

    private static func call(_ name: String, _ value: ComplexNumber) -> ComplexNumber {
        let one = ComplexNumber(real: 1)
        func real(_ function: (Double) -> Double) -> ComplexNumber {
            ComplexNumber(real: value.isReal ? function(value.real) : .nan)
        }
        return switch name {
        case "sin": value.sine
        case "cos": value.cosine
        case "tan": value.sine / value.cosine
        case "cot": value.cosine / value.sine
        case "sec": one / value.cosine
        case "csc": one / value.sine
        case "ln": value.logarithm
        case "abs": ComplexNumber(real: value.size)
        case "arcsin": real(asin)
        case "arccos": real(acos)
        case "arctan": real(atan)
        case "sinh": real(sinh)
        case "cosh": real(cosh)
        case "tanh": real(tanh)
        case "floor": real { $0.rounded(.down) }
        case "ceil": real { $0.rounded(.up) }
        case "factorial": real { $0 > -1 ? tgamma($0 + 1) : .nan }
        default: ComplexNumber(real: .nan)
        }
    }
}
