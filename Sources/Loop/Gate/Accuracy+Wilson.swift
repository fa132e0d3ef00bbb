import Foundation

extension Accuracy {
    /// The share with its 95 % Wilson score interval; no questions give share 0 and the interval 0...1.
    ///
    /// - Parameters:
    ///   - rightCount: Questions answered right, 0...count.
    ///   - count: Questions asked.
    public init(rightCount: Int, of count: Int) {
        guard count > 0 else {
            self.init(count: 0, rightCount: 0, share: 0, lower: 0, upper: 1)
            return
        }
        let (n, z) = (Double(count), 1.959963984540054)
        let share = Double(rightCount) / n
        let denominator = 1 + z * z / n
        let centre = (share + z * z / (2 * n)) / denominator
        let half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / denominator
        self.init(
            count: count,
            rightCount: rightCount,
            share: share,
            lower: rightCount == 0 ? 0 : max(centre - half, 0),
            upper: rightCount == count ? 1 : min(centre + half, 1)
        )
    }

    /// How much higher this share is than another one, with the 95 % interval of the difference.
    ///
    /// Newcombe's hybrid score interval (1998, method 10), which joins the two Wilson intervals. It takes the
    /// two as independent; answers to the same questions mostly agree, so the true interval is rather
    /// narrower.
    ///
    /// - Parameter base: What it is compared with.
    /// - Returns: The difference and its interval, each within −1...1.
    public func gain(over base: Accuracy) -> (share: Double, lower: Double, upper: Double) {
        let difference = share - base.share
        func distance(_ one: Double, _ other: Double) -> Double { (one * one + other * other).squareRoot() }
        return (
            difference,
            max(-1, difference - distance(share - lower, base.upper - base.share)),
            min(1, difference + distance(upper - share, base.share - base.lower))
        )
    }
}
