import Foundation
import Loop
import Testing

/// Groups of answers by the directions of their hidden states.
@Suite struct SimilarityGroupsTests {
    /// A unit vector at an angle, in degrees.
    private static func vector(_ degrees: Double) -> [Float] {
        [Float(cos(degrees * .pi / 180)), Float(sin(degrees * .pi / 180))]
    }

    private static func groups(_ degrees: [Double], counts: [Int]? = nil, threshold: Double = 0.9)
        -> SimilarityGroups
    {
        // Cosine 0.9 is an angle of 25.8 degrees.
        SimilarityGroups(
            degrees.map(vector),
            counts: counts ?? degrees.map { _ in 1 },
            threshold: threshold
        )
    }

    @Test func `the largest group is the first, and its medoid is in the middle`() {
        let groups = Self.groups([90, 0, 10, 20, 100])

        #expect(groups.groups == [1, 0, 0, 0, 1])
        #expect(groups.medoids == [2, 0])
        #expect(abs(groups.similarity(of: 3) - cos(10 * Double.pi / 180)) < 1e-6)
        #expect(groups.similarity(of: 2) == 1)
    }

    @Test func `groups of one size come in the order of their first text`() {
        let groups = Self.groups([50, 0, 10, 60])

        #expect(groups.groups == [0, 1, 1, 0])
        #expect(groups.medoids == [0, 1])
    }

    @Test func `texts that all differ are alone`() {
        let groups = Self.groups([0, 60, 120, 180])

        #expect(groups.groups == [0, 1, 2, 3])
        #expect(groups.medoids == [0, 1, 2, 3])
        #expect(groups.similarity(of: 2) == 1)
    }

    @Test func `a chain of small steps joins nothing`() {
        // Neighbours are near, the ends are opposite.
        let groups = Self.groups(stride(from: 0.0, through: 180, by: 20).map { $0 })

        #expect(groups.groups == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3])
    }

    @Test func `a repeated text counts as often as it comes`() {
        let once = Self.groups([0, 10, 90])
        let often = Self.groups([0, 10, 90], counts: [1, 1, 3])

        #expect(once.groups == [0, 0, 1])
        #expect(often.groups == [1, 1, 0])
        #expect(Self.groups([0, 10, 20], counts: [4, 1, 1]).medoids == [0])
    }

    @Test func `the threshold itself is near enough`() {
        let pair: [[Float]] = [[1, 0], [0.6, 0.8]]

        #expect(SimilarityGroups(pair, counts: [1, 1], threshold: 0.6).groups == [0, 0])
        #expect(SimilarityGroups(pair, counts: [1, 1], threshold: 0.61).groups == [0, 1])
    }

    @Test(arguments: [[], [Float.nan, 0], [1, 0, 0]] as [[Float]])
    func `a text without a direction is alone`(broken: [Float]) {
        let groups = SimilarityGroups([[1, 0], broken, [1, 0]], counts: [1, 1, 1], threshold: 0)

        #expect(groups.groups == [0, 1, 0])
    }

    @Test func `nothing at all gives no groups`() {
        let groups = SimilarityGroups([], counts: [], threshold: 0.9)

        #expect(groups.groups.isEmpty && groups.medoids.isEmpty)
        #expect(SimilarityGroups([[]], counts: [1], threshold: 0.9).groups == [0])
    }
}
