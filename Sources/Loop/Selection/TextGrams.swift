/// The runs of three characters (Unicode scalars) of a text: how alike two texts look, without a model.
public struct TextGrams: Sendable {
    /// Each run once, ascending.
    private let grams: [UInt64]
    /// How often each occurs.
    private let counts: [Double]

    /// Takes a text; one of fewer than three characters is a run by itself.
    public init(_ text: String) {
        let scalars = text.unicodeScalars.map { UInt64($0.value) }
        var all: [UInt64] = []
        if scalars.count < 3 {
            // 21 bits hold any scalar; a mark of its own keeps short runs apart from long ones.
            if !scalars.isEmpty { all = [scalars.reduce(1 << 63) { $0 << 21 | $1 | 1 << 63 }] }
        } else {
            all = (2..<scalars.count).map { scalars[$0 - 2] << 42 | scalars[$0 - 1] << 21 | scalars[$0] }
        }
        all.sort()
        var (grams, counts): ([UInt64], [Double]) = ([], [])
        for gram in all {
            if grams.last == gram {
                counts[counts.count - 1] += 1
            } else {
                grams.append(gram)
                counts.append(1)
            }
        }
        (self.grams, self.counts) = (grams, counts)
    }

    /// The Jaccard index of both sets, 0...1; 1 for two empty texts.
    public func similarity(to other: TextGrams) -> Double {
        var (mine, theirs, shared) = (0, 0, 0)
        while mine < grams.count, theirs < other.grams.count {
            if grams[mine] == other.grams[theirs] {
                (mine, theirs, shared) = (mine + 1, theirs + 1, shared + 1)
            } else if grams[mine] < other.grams[theirs] {
                mine += 1
            } else {
                theirs += 1
            }
        }
        let union = grams.count + other.grams.count - shared
        return union == 0 ? 1 : Double(shared) / Double(union)
    }

    /// A vector of counts hashed into `width` places, each run with a sign of its own: a stand-in for what a
    /// model makes of the text.
    public func hashedVector(width: Int = 256) -> [Double] {
        var vector = [Double](repeating: 0, count: width)
        for (gram, count) in zip(grams, counts) {
            let hash = Self.mixed(gram)
            vector[Int(hash % UInt64(width))] += hash >> 63 == 0 ? count : -count
        }
        return vector
    }

    /// The finaliser of SplitMix64.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var hash = value &+ 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }
}
