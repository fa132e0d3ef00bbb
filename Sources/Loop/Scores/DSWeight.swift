import Foundation

/// The distribution-shift weight (method, section 2, step D) and the statistics around it.
///
/// All Float64.
public enum DSWeight {
    /// `exp |ln loss − ln mean valid loss|`: at least 1, where 1 means no measured shift.
    ///
    /// With a floor f it is max((f + loss) / (f + mean), (f + mean) / (f + loss)): the ratio of two losses
    /// near 0 says little.
    ///
    /// - Parameters:
    ///   - loss: The candidate's mean loss, finite and greater than 0.
    ///   - meanValidLoss: The valid set's, finite and greater than 0.
    ///   - floor: Added to both, 0 or more (`select.lossFloor`).
    /// - Returns: The weight; nil when either argument is out of its range.
    public static func weight(loss: Double, meanValidLoss: Double, floor: Double = 0) -> Double? {
        guard isUsable(loss), isUsable(meanValidLoss) else { return nil }
        // Adding 0 changes no bit of a positive number.
        return exp(abs(log(floor + loss) - log(floor + meanValidLoss)))
    }

    /// Whether a loss can be ranked: finite and greater than 0.
    public static func isUsable(_ loss: Double) -> Bool { loss.isFinite && loss > 0 }

    /// The mean of the valid set's losses.
    ///
    /// - Parameter losses: One loss per valid question.
    /// - Returns: The mean with its standard error.
    /// - Throws: `LoopError` `invalidData` for an empty set, `degenerateLoss` for a mean that is not
    ///   finite and positive.
    public static func meanValidLoss(_ losses: [Double]) throws -> MeanValidLoss {
        guard !losses.isEmpty else {
            throw LoopError(
                .invalidData,
                "the valid set is empty; add valid questions or set select.allowEmptyValid to true"
            )
        }
        let count = Double(losses.count)
        let mean = losses.reduce(0, +) / count
        guard isUsable(mean) else {
            throw LoopError(
                .degenerateLoss,
                "mean valid loss is \(mean) over \(losses.count) questions; check model, prompt template and "
                    + "valid rationales"
            )
        }
        let squares = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let standardError = losses.count > 1 ? sqrt(squares / (count - 1)) / sqrt(count) : nil
        return MeanValidLoss(mean: mean, standardError: standardError, count: losses.count)
    }

    /// How weights are spread; the farthest twentieth shares the last bin, since it would squeeze all others
    /// into one.
    ///
    /// - Parameters:
    ///   - weights: DS weights in any order.
    ///   - binCount: How many bins.
    /// - Returns: The histogram; nil for no weights.
    public static func histogram(of weights: [Double], binCount: Int = 24) -> DSHistogram? {
        guard let upper = quantiles(of: weights, at: [0.95]).first else { return nil }
        var histogram = DSHistogram(
            upper: max(upper, 1 + 1e-6),
            counts: Array(repeating: 0, count: binCount)
        )
        for weight in weights {
            if let bin = histogram.bin(of: weight) { histogram.counts[bin] += 1 }
        }
        return histogram
    }

    /// Quantiles with linear interpolation between order statistics; empty for no values.
    ///
    /// - Parameters:
    ///   - values: Finite values in any order.
    ///   - shares: Shares of 0...1.
    /// - Returns: One quantile per share.
    public static func quantiles(of values: [Double], at shares: [Double]) -> [Double] {
        let sorted = values.sorted()
        guard let last = sorted.indices.last else { return [] }
        return shares.map { share in
            let place = min(max(share, 0), 1) * Double(last)
            let lower = Int(place.rounded(.down))
            let upper = min(lower + 1, last)
            return sorted[lower] + (place - Double(lower)) * (sorted[upper] - sorted[lower])
        }
    }
}

/// The mean valid loss and how sure it is.
public struct MeanValidLoss: Hashable, Sendable {
    /// The mean, nats per token.
    public var mean: Double
    /// Sample standard deviation divided by the root of the count; nil for a single loss.
    public var standardError: Double?
    /// Size of the valid set.
    public var count: Int

    /// A line for the log when the set is too small to trust; nil from 8 questions on.
    public var warning: String? {
        guard count < 8 else { return nil }
        let error = standardError.map { " ± \(Plain.decimal($0, places: 3))" } ?? ""
        return "the valid set has only \(count) questions: mean valid loss \(Plain.decimal(mean, places: 3))"
            + "\(error); use at least 8"
    }
}
