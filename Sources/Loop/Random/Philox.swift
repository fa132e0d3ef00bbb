/// The counter-based generator Philox4x32-10: a pure function of key and counter, so that no draw
/// depends on the order in which others were made.
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
///
/// Counters in use: (question, candidate, position, draw) for sampling, where questions count from 1;
/// word 0 equal to 0 marks draws that belong to no question (`shuffled`, adapter initialisation).
public struct Philox: Hashable, Sendable {
    /// Low and high word of the key.
    private let keyWords: SIMD2<UInt32>

    /// Takes the two key words as they are, as the published vectors do.
    public init(keyWords low: UInt32, _ high: UInt32) {
        keyWords = SIMD2(low, high)
    }

    /// Derives the key of a round: seed and round number make 96 bits, the key holds 64, so the first two
    /// words of the block that the seed gives for counter (round, 0, 0, 0) serve.
    public init(key: RandomKey) {
        let outer = Philox(seed: key.seed)
        let block = outer.words(key.round, 0, 0, 0)
        keyWords = SIMD2(block.x, block.y)
    }

    /// Takes a 64-bit seed as the key.
    public init(seed: UInt64) {
        keyWords = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    }

    /// Four random words for one counter.
    public func words(_ c0: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32) -> SIMD4<UInt32> {
        var (x0, x1, x2, x3) = (c0, c1, c2, c3)
        var (k0, k1) = (keyWords.x, keyWords.y)
        for _ in 0..<10 {
            let left = x0.multipliedFullWidth(by: 0xD251_1F53)
            let right = x2.multipliedFullWidth(by: 0xCD9E_8D57)
            (x0, x1, x2, x3) = (right.high ^ x1 ^ k0, right.low, left.high ^ x3 ^ k1, left.low)
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return SIMD4(x0, x1, x2, x3)
    }

    /// A uniform number in [0, 1) from the top 24 bits of a word.
    public static func unitFloat(_ word: UInt32) -> Float {
        Float(word >> 8) * 0x1p-24
    }

    /// A uniform number in [0, 1) from the top 53 of two words' bits.
    public static func unitDouble(_ high: UInt32, _ low: UInt32) -> Double {
        let bits = UInt64(high) << 32 | UInt64(low)
        return Double(bits >> 11) * 0x1p-53
    }
}
