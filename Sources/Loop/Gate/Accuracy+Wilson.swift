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
}
