/// The ranked merges of a byte-pair encoding: the pair of lowest rank is merged first, the leftmost among
/// equals.
///
/// Source: Sennrich, Haddow, Birch 2016, section 3.2.
struct MergeTable: Sendable {
    /// Pair of ids (left in the high half) to rank (high half) and merged id (low half).
    private var merges: [UInt64: UInt64] = [:]

    /// Makes room for a number of merges.
    init(capacity: Int) { merges.reserveCapacity(capacity) }

    /// Adds a merge; ranks are given in the order of the vocabulary's list.
    mutating func add(_ left: Int32, _ right: Int32, rank: Int, merged: Int32) {
        merges[Self.pack(left, right)] = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: merged))
    }

    /// Merges the symbols of one word as far as the table goes.
    func merge(_ symbols: [Int32]) -> [Int32] {
        // A scan for every merge is fastest for ordinary words and quadratic for long ones; the queue is
        // neither.
        symbols.count <= 32 ? mergeByScanning(symbols) : mergeByQueue(symbols)
    }

    /// Rescans the word before every merge: O(n²) look-ups.
    func mergeByScanning(_ symbols: [Int32]) -> [Int32] {
        var symbols = symbols
        while symbols.count > 1 {
            var best = UInt64.max
            var position = 0
            for index in 0..<symbols.count - 1 {
                // By rank alone: several pairs may share one.
                if let merge = merges[Self.pack(symbols[index], symbols[index + 1])],
                    merge >> 32 < best >> 32
                {
                    best = merge
                    position = index
                }
            }
            guard best != .max else { break }
            symbols[position] = Self.mergedID(best)
            symbols.remove(at: position + 1)
        }
        return symbols
    }

    /// Keeps the possible merges in a queue and the symbols in a linked list: O(n log n).
    func mergeByQueue(_ symbols: [Int32]) -> [Int32] {
        var ids = symbols
        let end = ids.count
        var next = Array(1...max(end, 1))
        var previous = Array(-1..<max(end - 1, 0))
        var isMergedAway = [Bool](repeating: false, count: end)
        var queue = MinimumQueue()

        func possibleMerge(at left: Int) -> UInt64? {
            next[left] < end ? merges[Self.pack(ids[left], ids[next[left]])] : nil
        }
        func enqueue(_ left: Int) {
            if let merge = possibleMerge(at: left) { queue.insert((merge >> 32) << 32 | UInt64(left)) }
        }

        for index in 0..<end { enqueue(index) }
        while let first = queue.removeMinimum() {
            let left = Int(first & 0xFFFF_FFFF)
            // An entry is stale once either symbol has changed; the pair there now then has another rank.
            guard !isMergedAway[left], let merge = possibleMerge(at: left), merge >> 32 == first >> 32 else {
                continue
            }
            let right = next[left]
            ids[left] = Self.mergedID(merge)
            isMergedAway[right] = true
            next[left] = next[right]
            if next[left] < end { previous[next[left]] = left }
            enqueue(left)
            if previous[left] >= 0 { enqueue(previous[left]) }
        }
        return ids.indices.filter { !isMergedAway[$0] }.map { ids[$0] }
    }

    private static func pack(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private static func mergedID(_ merge: UInt64) -> Int32 { Int32(truncatingIfNeeded: merge) }
}

/// A binary heap that gives back its smallest value first.
struct MinimumQueue {
    private var values: [UInt64] = []

    /// Adds a value.
    mutating func insert(_ value: UInt64) {
        values.append(value)
        var child = values.count - 1
        while child > 0, values[(child - 1) / 2] > values[child] {
            values.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the smallest value out; nil when empty.
    mutating func removeMinimum() -> UInt64? {
        guard let last = values.popLast() else { return nil }
        guard let first = values.first else { return last }
        values[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < values.count && values[child] < values[smallest] {
                smallest = child
            }
            if smallest == parent { return first }
            values.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
