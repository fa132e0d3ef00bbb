import Foundation

/// −log σ(x), without overflow at either end.
enum LogSigmoid {
    /// −log σ(x) = log(1 + e^−x).
    static func loss(_ x: Double) -> Double { max(-x, 0) + log1p(exp(-abs(x))) }

    /// σ(−x): how fast the loss falls.
    static func slope(_ x: Double) -> Double {
        x >= 0 ? exp(-x) / (1 + exp(-x)) : 1 / (1 + exp(x))
    }
}
