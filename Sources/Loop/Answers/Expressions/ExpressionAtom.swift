/// What a normal form does not take apart.
struct Atom: Hashable {
    /// What it is.
    indirect enum Kind {
        /// A prime number, or a large one that has not been taken apart, of which a root is taken.
        case prime(Int128)
        /// A variable, `pi`, `e` or infinity.
        case name(String)
        /// The square root of -1.
        case imaginary
        /// A sum that is divided by, or of which a root is taken.
        case sum(Polynomial)
        /// A power whose exponent is no plain number, or which is too large.
        case power(Polynomial, Polynomial)
        /// A function's value.
        case call(String, [Polynomial])
    }

    let kind: Kind
    /// Reads as the same atom again.
    let text: String

    init(_ kind: Kind) {
        self.kind = kind
        text =
            switch kind {
            case .prime(let value): "\(value)"
            case .name(let name): name
            case .imaginary: "i"
            case .sum(let sum): "(\(sum.text))"
            case .power(let base, let exponent): "((\(base.text))^(\(exponent.text)))"
            case .call(let name, let values): "\(name)(\(values.map(\.text).joined(separator: ",")))"
            }
    }

    /// Whether every value that it can have is positive.
    var isPositive: Bool {
        switch kind {
        case .prime: true
        case .name(let name): name == "pi" || name == "e"
        default: false
        }
    }

    static func == (left: Atom, right: Atom) -> Bool { left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
