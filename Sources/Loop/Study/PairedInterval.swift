/// The mean difference between two arms of a study, paired over questions and seeds, with its 95 % interval.
///
/// With d the difference of one question under one seed (1, 0 or −1), the variance of the mean is V = s²(d̄
/// over questions) / Q + s²(d̄ over seeds) / S: what other questions and what other seeds would change. That
/// counts the part of both twice, so the interval is rather too wide than too narrow. Its half width is t √V,
/// t at the degrees of freedom of Welch and Satterthwaite. With one seed the second term is not known and
/// left out.
public struct PairedInterval: Hashable, Codable, Sendable {
    /// The mean difference, −1...1; above 0 the first arm is better.
    public let mean: Double
    /// Lower bound.
    public let lower: Double
    /// Upper bound.
    public let upper: Double
    /// Standard deviation of the seeds' mean differences; nil with one seed.
    public let seedDeviation: Double?

    /// Computes the interval; nil without a seed or a question, or when the seeds do not have the same
    /// number of questions.
    ///
    /// - Parameter differences: Per seed, one difference per question, in the same order of questions.
    public init?(_ differences: [[Double]]) {
        guard let count = differences.first?.count, count > 0,
            differences.allSatisfy({ $0.count == count })
        else { return nil }
        let seedCount = Double(differences.count)
        let perQuestion = (0..<count).map { place in
            differences.reduce(0) { $0 + $1[place] } / seedCount
        }
        let perSeed = differences.map(Self.mean)
        let mean = Self.mean(perQuestion)
        let ofQuestions = Self.variance(perQuestion) / Double(count)
        let ofSeeds = Self.variance(perSeed) / seedCount
        let variance = ofQuestions + ofSeeds
        var freedom = Double.infinity
        if variance > 0 {
            let parts =
                ofQuestions * ofQuestions / Double(max(count - 1, 1))
                + ofSeeds * ofSeeds / max(seedCount - 1, 1)
            freedom = variance * variance / parts
        }
        let half = variance > 0 ? Self.quantile(freedom) * variance.squareRoot() : 0
        self.mean = mean
        lower = max(-1, mean - half)
        upper = min(1, mean + half)
        seedDeviation = differences.count > 1 ? Self.variance(perSeed).squareRoot() : nil
    }

    /// Whether 0 lies outside of the interval.
    public var isClear: Bool { lower > 0 || upper < 0 }

    static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    /// The unbiased one; 0 for fewer than two values.
    static func variance(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        // From the first value on, so that equal values have no variance at all.
        let shifted = values.map { $0 - values[0] }
        let mean = mean(shifted)
        return shifted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }

    /// Student's t that 2.5 % exceed; degrees of freedom are rounded down, which widens the interval.
    static func quantile(_ freedom: Double) -> Double {
        let table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]
        let z = 1.959964
        guard freedom.isFinite else { return z }
        let whole = freedom.rounded(.down)
        guard whole > Double(table.count) else { return table[max(Int(whole), 1) - 1] }
        // Cornish and Fisher's expansion; from 11 on right to four digits.
        let (z3, z5) = (z * z * z, z * z * z * z * z)
        return z + (z3 + z) / (4 * whole) + (5 * z5 + 16 * z3 + 3 * z) / (96 * whole * whole)
    }
}
