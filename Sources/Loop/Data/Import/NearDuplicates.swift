/// Finds texts that share most of their runs of five words.
///
/// Two texts are near duplicates when the Jaccard similarity of their sets of word 5-grams is at least 0.8.
/// Each pair found is exact; to find pairs without comparing all, only the rarest fifth of each set is looked
/// up: two sets that are that similar share one of those. A 5-gram that more than 50 texts and more than one
/// in twenty share is an instruction or a form of words, and counts in none. Any other of more than 64 texts
/// is looked up among the first 64, so that time is linear in the text.
enum NearDuplicates {
    /// Words of one run.
    static let run = 5
    /// Least similarity, in tenths.
    static let tenths = 8
    private static let postingLimit = 64
    private static let commonLimit = 50

    /// Groups of near duplicates.
    ///
    /// - Parameter tokens: The words of each text.
    /// - Returns: For each text the first of its group; itself when it has no near duplicate.
    static func groups(_ tokens: [[String]]) -> [Int] {
        var sets = tokens.map(shingles)
        var counts: [UInt64: Int] = [:]
        for set in sets { for shingle in set { counts[shingle, default: 0] += 1 } }
        let most = max(commonLimit, sets.count / 20)
        for place in sets.indices { sets[place].removeAll { (counts[$0] ?? 0) > most } }
        var groups = Groups(count: sets.count)
        var postings: [UInt64: [Int]] = [:]
        for (place, set) in sets.enumerated() where !set.isEmpty {
            let rare = set.sorted { (counts[$0] ?? 0, $0) < (counts[$1] ?? 0, $1) }
            let least = (set.count * tenths + 9) / 10
            for shingle in rare.prefix(set.count - least + 1) where counts[shingle] != 1 {
                for other in postings[shingle] ?? [] where groups.first(of: other) != groups.first(of: place)
                {
                    if isNear(set, sets[other]) { groups.join(other, place) }
                }
                if postings[shingle]?.count ?? 0 < postingLimit {
                    postings[shingle, default: []].append(place)
                }
            }
        }
        return sets.indices.map { groups.first(of: $0) }
    }

    /// The hashes of a text's runs, ascending, each once.
    static func shingles(_ tokens: [String]) -> [UInt64] {
        guard tokens.count >= run else { return [] }
        let words = tokens.map(hash)
        let runs = (0...(words.count - run)).map { start in
            words[start..<(start + run)].reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1) &* 0x9E37_79B9_7F4A_7C15 }
        }
        return Set(runs).sorted()
    }

    /// FNV-1a: the same on every run, unlike Swift's own.
    private static func hash(_ word: String) -> UInt64 {
        word.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Whether two texts are near duplicates, by their runs; no runs are near to nothing.
    static func isNear(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        let (small, large) = (min(left.count, right.count), max(left.count, right.count))
        guard small * 10 >= large * tenths else { return false }
        var (first, second, shared) = (0, 0, 0)
        while first < left.count, second < right.count {
            if left[first] == right[second] {
                shared += 1
                first += 1
                second += 1
            } else if left[first] < right[second] {
                first += 1
            } else {
                second += 1
            }
        }
        return shared * 10 >= (left.count + right.count - shared) * tenths
    }

    /// Sets that grow together; each is named by its first member.
    private struct Groups {
        private var parents: [Int]

        init(count: Int) { parents = Array(0..<count) }

        mutating func first(of place: Int) -> Int {
            var place = place
            while parents[place] != place {
                parents[place] = parents[parents[place]]
                place = parents[place]
            }
            return place
        }

        mutating func join(_ left: Int, _ right: Int) {
            let (left, right) = (first(of: left), first(of: right))
            parents[max(left, right)] = min(left, right)
        }
    }
}
