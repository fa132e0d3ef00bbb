import Foundation

/// Binomial probabilities, by logarithms so that large counts neither overflow nor vanish.
enum Binomial {
    /// P(X = number) for X ~ Binomial(count, share).
    static func probability(of number: Int, count: Int, share: Double) -> Double {
        guard (0...count).contains(number) else { return 0 }
        if share <= 0 { return number == 0 ? 1 : 0 }
        if share >= 1 { return number == count ? 1 : 0 }
        return exp(logTerm(number, count, share))
    }

    /// P(X ≥ number) for X ~ Binomial(count, share).
    static func tail(from number: Int, count: Int, share: Double) -> Double {
        guard number > 0 else { return 1 }
        guard number <= count, share > 0 else { return 0 }
        guard share < 1 else { return 1 }
        // The shorter side has fewer terms.
        guard Double(number) >= Double(count) * share else {
            return 1 - sum(0..<number, count, share)
        }
        return sum(number..<count + 1, count, share)
    }

    private static func sum(_ numbers: Range<Int>, _ count: Int, _ share: Double) -> Double {
        guard let first = numbers.first else { return 0 }
        var term = logTerm(first, count, share)
        let odds = log(share) - log1p(-share)
        var sum = 0.0
        for number in numbers {
            sum += exp(term)
            term += log(Double(count - number)) - log(Double(number + 1)) + odds
        }
        return min(sum, 1)
    }

    private static func logTerm(_ number: Int, _ count: Int, _ share: Double) -> Double {
        lgamma(Double(count + 1)) - lgamma(Double(number + 1)) - lgamma(Double(count - number + 1))
            + Double(number) * log(share) + Double(count - number) * log1p(-share)
    }
}

/// The standard normal distribution.
enum Normal {
    /// P(X ≤ value).
    static func share(below value: Double) -> Double { 0.5 * erfc(-value / 2.0.squareRoot()) }

    /// The value that a share lies below; infinite for 0 and 1.
    static func quantile(_ share: Double) -> Double {
        guard share > 0 else { return -.infinity }
        guard share < 1 else { return .infinity }
        // Bisection: beyond 40 a double has no share left, and nobody waits for a hundred steps.
        var (low, high) = (-40.0, 40.0)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if self.share(below: middle) < share { low = middle } else { high = middle }
        }
        return high
    }
}
