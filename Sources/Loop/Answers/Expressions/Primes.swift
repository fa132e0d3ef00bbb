/// Prime factors of numbers as answers have them.
enum Primes {
    private static let largest: Int128 = 10_000

    /// The primes with their counts, from the smallest; what has no divisor up to 10,000 counts as one.
    static func factors(of number: Int128) -> [(prime: Int128, count: Int)] {
        var (rest, factors): (Int128, [(Int128, Int)]) = (number, [])
        var divisor: Int128 = 2
        while divisor <= largest, divisor * divisor <= rest {
            var count = 0
            while rest % divisor == 0 { (rest, count) = (rest / divisor, count + 1) }
            if count > 0 { factors.append((divisor, count)) }
            divisor += divisor == 2 ? 1 : 2
        }
        guard rest > 1 else { return factors }
        let near = Int128(Double(rest).squareRoot().rounded())
        if near > 1, near < 1 << 62, near * near == rest { return factors + [(near, 2)] }
        return factors + [(rest, 1)]
    }
}
