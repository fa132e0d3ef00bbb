import Loop
import Testing

@Suite struct PhiloxTests {
    @Test func `zero key and counter give the published words`() {
        let philox = Philox(keyWords: 0, 0)

        let words = philox.words(0, 0, 0, 0)

        #expect(words == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    }

    @Test func `all ones give the published words`() {
        let philox = Philox(keyWords: .max, .max)

        let words = philox.words(.max, .max, .max, .max)

        #expect(words == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    }

    @Test func `digits of pi give the published words`() {
        let philox = Philox(keyWords: 0xa409_3822, 0x299f_31d0)

        let words = philox.words(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344)

        #expect(words == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func `unit numbers stay in range at both ends`() {
        #expect(Philox.unitFloat(0) == 0)
        #expect(Philox.unitFloat(.max) < 1)
        #expect(Philox.unitDouble(0, 0) == 0)
        #expect(Philox.unitDouble(.max, .max) < 1)
    }

    @Test func `rounds and seeds change the key`() {
        let words = Set(
            [(1, 1), (1, 2), (2, 1), (2, 2)].map { seed, round in
                Philox(key: RandomKey(seed: UInt64(seed), round: UInt32(round))).words(1, 0, 0, 0)
            }
        )

        #expect(words.count == 4)
    }

    @Test(arguments: [0, 1, 2, 7, 100]) func `a shuffle is a permutation`(count: Int) {
        let philox = Philox(seed: 7)

        let order = philox.shuffled(count)

        #expect(order.sorted() == Array(0..<count))
        #expect(order == philox.shuffled(count))
    }

    @Test func `epochs shuffle differently`() {
        let philox = Philox(seed: 7)

        #expect(philox.shuffled(50, epoch: 0) != philox.shuffled(50, epoch: 1))
    }

    @Test func `every order of three comes up about equally often`() {
        let philox = Philox(seed: 3)
        var counts: [[Int]: Int] = [:]

        for epoch in 0..<6000 { counts[philox.shuffled(3, epoch: epoch), default: 0] += 1 }

        // Standard deviation 29 around 1,000 each; five of them.
        #expect(counts.count == 6)
        #expect(counts.values.allSatisfy { abs($0 - 1000) < 145 })
    }

    @Test func `round seeds depend on each of their arguments`() {
        let seeds = [(1, 1, 0), (1, 2, 0), (1, 1, 1), (2, 1, 0), (1, 1, 0)].map { base, round, rejections in
            RoundSeed.derive(base: UInt64(base), round: round, rejections: rejections)
        }

        #expect(Set(seeds).count == 4)
        #expect(seeds.first == seeds.last)
    }
}
