/// Picks what is hard and unlike what was picked before (stage 2 of Self-Filter, arXiv 2402.12501).
///
/// Takes any vectors: what a text looks like, or what a model makes of it.
public struct DiversityPick: Sendable {
    /// How strongly a pick pushes its neighbours back.
    public var gamma: Double
    /// How many neighbours it pushes.
    public var neighbourCount = 10

    /// Builds a pick.
    public init(gamma: Double, neighbourCount: Int = 10) {
        self.gamma = gamma
        self.neighbourCount = neighbourCount
    }

    /// Picks by repeating: take the largest difficulty d; its nearest neighbours that are left lose γ·d·cos².
    ///
    /// A pick with d ≤ 0 pushes nobody: it would pull. Of equals the first is taken. O(count · items ·
    /// width).
    ///
    /// - Parameters:
    ///   - count: How many to pick.
    ///   - difficulties: One finite number per item.
    ///   - vectors: One vector per item, all of one width; a vector of zeros is like nothing.
    /// - Returns: Places in the order in which they were picked.
    public func picks(_ count: Int, difficulties: [Double], vectors: [[Double]]) -> [Int] {
        var difficulties = difficulties
        var left = Array(difficulties.indices)
        var picked: [Int] = []
        let units = vectors.map(Self.unit)
        while picked.count < count,
            let index = left.indices.max(by: {
                (difficulties[left[$0]], -left[$0]) < (difficulties[left[$1]], -left[$1])
            })
        {
            let next = left.remove(at: index)
            picked.append(next)
            let own = difficulties[next]
            guard own > 0 else { continue }
            for (place, cosine) in neighbours(of: next, among: left, units) {
                difficulties[place] -= gamma * own * cosine * cosine
            }
        }
        return picked
    }

    private func neighbours(of place: Int, among left: [Int], _ units: [[Double]]) -> [(Int, Double)] {
        var nearest: [(place: Int, cosine: Double)] = []
        for other in left {
            let cosine = zip(units[place], units[other]).reduce(0) { $0 + $1.0 * $1.1 }
            if nearest.count == neighbourCount, let last = nearest.last, cosine <= last.cosine { continue }
            let rank = nearest.firstIndex { $0.cosine < cosine } ?? nearest.count
            nearest.insert((other, cosine), at: rank)
            if nearest.count > neighbourCount { nearest.removeLast() }
        }
        return nearest
    }

    private static func unit(_ vector: [Double]) -> [Double] {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }
}
