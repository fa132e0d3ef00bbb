import Foundation
import Loop
import Testing

@Suite struct DSWeightTests {
    /// The golden losses: a0, a1, a2, b0, b1.
    private let losses = [2.0, 1.0, 4.0, 2.5, 1.6]

    private func weights() -> [Double] {
        losses.compactMap { DSWeight.weight(loss: $0, meanValidLoss: 2) }
    }

    private func marks(_ keep: Double, _ rule: CutRule, _ weights: [Double]) -> [Bool] {
        var settings = SelectSettings()
        settings.keep = keep
        settings.cut = rule
        return PercentileCut(settings: settings).marks(weights)
    }

    @Test func `the golden losses give the golden weights`() throws {
        let mean = try DSWeight.meanValidLoss([1.8, 2.2])

        let weights = losses.compactMap { DSWeight.weight(loss: $0, meanValidLoss: mean.mean) }

        #expect(mean.mean == 2)
        #expect(zip(weights, [1, 2, 2, 1.25, 1.25]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(weights.count == 5)
    }

    @Test func `the three rules cut the golden weights as published`() {
        #expect(marks(80, .exactK, weights()) == [true, true, false, true, true])
        #expect(marks(80, .inclusive, weights()) == [true, true, true, true, true])
        #expect(marks(80, .authors, weights()) == [true, false, false, true, true])
    }

    @Test func `a histogram counts every weight and gives the farthest the last bin`() throws {
        let weights = (0..<100).map { 1 + Double($0) / 100 } + [50, 1000]

        let histogram = try #require(DSWeight.histogram(of: weights, binCount: 10))

        #expect(histogram.counts.reduce(0, +) == weights.count && histogram.counts.count == 10)
        #expect(histogram.upper > 1.9 && histogram.upper <= 50)
        #expect(histogram.bin(of: 1) == 0 && histogram.bin(of: 1000) == 9 && histogram.bin(of: .nan) == nil)
        #expect(DSWeight.histogram(of: []) == nil)
        #expect(DSWeight.histogram(of: [1, 1])?.counts.first == 2)
    }

    @Test func `equal weights keep exactly K in order`() {
        let equal = [Double](repeating: 1.5, count: 4)

        #expect(marks(50, .exactK, equal) == [true, true, false, false])
        #expect(marks(50, .inclusive, equal) == [true, true, true, true])
        #expect(marks(50, .authors, equal) == [false, false, false, false])
    }

    @Test(arguments: CutRule.allCases) func `keeping everything cuts nothing`(rule: CutRule) {
        #expect(marks(100, rule, weights()) == [true, true, true, true, true])
        #expect(marks(80, rule, []) == [])
    }

    @Test func `K is counted in integers and is at least one`() {
        let cut = PercentileCut(keepBasisPoints: 2_900, rule: .exactK)

        #expect(cut.keptCount(of: 100) == 29)
        #expect(cut.keptCount(of: 1) == 1)
        #expect(cut.keptCount(of: 0) == 0)
    }

    @Test(arguments: [0, -1, Double.nan, .infinity])
    func `a degenerate loss has no weight`(loss: Double) {
        #expect(DSWeight.weight(loss: loss, meanValidLoss: 2) == nil)
        #expect(DSWeight.weight(loss: 2, meanValidLoss: loss) == nil)
    }

    @Test(arguments: [0, -1, Double.nan, .infinity])
    func `a degenerate mean valid loss is an error`(loss: Double) {
        let error = #expect(throws: LoopError.self) { try DSWeight.meanValidLoss([loss]) }

        #expect(error?.code == .degenerateLoss)
    }

    @Test func `an empty valid set is an error`() {
        let error = #expect(throws: LoopError.self) { try DSWeight.meanValidLoss([]) }

        #expect(error?.code == .invalidData)
    }

    @Test func `fewer than eight valid questions warn`() throws {
        let few = try DSWeight.meanValidLoss([1.8, 2.2])
        let enough = try DSWeight.meanValidLoss([Double](repeating: 2, count: 8))

        #expect(abs((few.standardError ?? 0) - 0.2) < 1e-12)
        #expect(few.warning?.contains("only 2 questions") == true)
        #expect(enough.warning == nil)
    }

    @Test func `quantiles interpolate`() {
        #expect(DSWeight.quantiles(of: [3, 1, 2], at: [0, 0.25, 0.5, 1]) == [1, 1.5, 2, 3])
        #expect(DSWeight.quantiles(of: [], at: [0.5]) == [])
    }
}
