/// Draws groups of questions at random, the same share of every label.
struct StratifiedDraw {
    /// Questions that must stay together.
    private let units: [[Int]]
    private let labels: [String]
    private(set) var taken: [Bool]

    /// Shuffles the groups once; every draw goes through them in that order.
    ///
    /// - Parameters:
    ///   - groups: Places of questions.
    ///   - label: The label of a question; the same for all where nothing is balanced.
    ///   - seed: What the order depends on.
    init(_ groups: [[Int]], label: (Int) -> String, seed: UInt64) {
        units = Philox(seed: seed).shuffled(groups.count).map { groups[$0] }
        labels = units.map { $0.first.map(label) ?? "" }
        taken = Array(repeating: false, count: units.count)
    }

    /// Takes about `count` questions of those that are left, never more.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - fits: Whether a group may be taken.
    /// - Returns: Their places, in the shuffled order.
    mutating func take(_ count: Int, where fits: ([Int]) -> Bool) -> [Int] {
        let open = units.indices.filter { !taken[$0] && fits(units[$0]) }
        var quotas = Self.quotas(count, sizes: sizes(open))
        var places: [Int] = []
        func isTaken(_ unit: Int, within room: Int) -> Bool {
            units[unit].count <= min(room, count - places.count)
        }
        for unit in open where isTaken(unit, within: quotas[labels[unit]] ?? 0) {
            quotas[labels[unit], default: 0] -= units[unit].count
            taken[unit] = true
            places += units[unit]
        }
        // What groups larger than their label's room have left open.
        for unit in open where !taken[unit] && isTaken(unit, within: count) {
            taken[unit] = true
            places += units[unit]
        }
        return places
    }

    /// Every question that is left, in the shuffled order.
    mutating func rest() -> [Int] {
        let left = units.indices.filter { !taken[$0] }
        for unit in left { taken[unit] = true }
        return left.flatMap { units[$0] }
    }

    private func sizes(_ open: [Int]) -> [String: Int] {
        open.reduce(into: [:]) { $0[labels[$1], default: 0] += units[$1].count }
    }

    /// Shares a count out by size; the largest remainders get what rounding leaves, the first name of equal
    /// ones.
    static func quotas(_ count: Int, sizes: [String: Int]) -> [String: Int] {
        let total = sizes.values.reduce(0, +)
        guard total > 0 else { return [:] }
        let count = min(count, total)
        var quotas = sizes.mapValues { $0 * count / total }
        let left = count - quotas.values.reduce(0, +)
        let order = sizes.keys.sorted { one, other in
            let (first, second) = ((sizes[one] ?? 0) * count % total, (sizes[other] ?? 0) * count % total)
            return first != second ? first > second : one < other
        }
        for label in order.prefix(left) { quotas[label, default: 0] += 1 }
        return quotas
    }
}
