/// Texts grouped by the directions of their hidden states.
///
/// The text with the most others within the threshold, repeated ones counted as often as they come, is the
/// centre of the first and largest group; these others are its members. The same rule goes on with what is
/// left (Taylor 1995 and Butina 1999, "Unsupervised data base clustering based on Daylight's fingerprint and
/// Tanimoto similarity", J. Chem. Inf. Comput. Sci. 39). No member is farther than the threshold from its
/// centre, so that a chain of small steps joins nothing.
package struct SimilarityGroups {
    /// The group of each text, numbered in the order in which they were found: the largest is 0.
    package private(set) var groups: [Int]
    /// The text of each group that is most like the others in it.
    package private(set) var medoids: [Int] = []
    private let similarities: [[Double]]

    /// Groups texts; the cost is quadratic in their number.
    ///
    /// - Parameters:
    ///   - vectors: One of unit length per text; an empty one, or one of another length than the first that
    ///     is not empty, is alone.
    ///   - counts: How often each text comes.
    ///   - threshold: The least cosine of a member with its centre.
    package init(_ vectors: [[Float]], counts: [Int], threshold: Double) {
        let width = vectors.first { !$0.isEmpty }?.count ?? 0
        similarities = Self.cosines(vectors.map { $0.count == width ? $0 : [] })
        groups = [Int](repeating: -1, count: vectors.count)
        // A share such as a cosine of 0.9 must pass whatever the rounding.
        let bound = threshold - 1e-6
        var weights = vectors.indices.map { text in
            vectors.indices.reduce(0) { $0 + (similarities[text][$1] >= bound ? counts[$1] : 0) }
        }
        while let centre = Self.heaviest(weights, where: { groups[$0] < 0 }) {
            let members = vectors.indices.filter { groups[$0] < 0 && similarities[centre][$0] >= bound }
            for member in members { groups[member] = medoids.count }
            for text in vectors.indices where groups[text] < 0 {
                for member in members where similarities[text][member] >= bound {
                    weights[text] -= counts[member]
                }
            }
            medoids.append(medoid(of: members, counts) ?? centre)
        }
    }

    /// The text that stands for a text's group.
    package func medoid(of text: Int) -> Int { medoids[groups[text]] }

    /// The cosine of a text with its group's medoid.
    package func similarity(of text: Int) -> Double { similarities[text][medoid(of: text)] }

    /// The member with the largest sum of cosines; the first of equal ones.
    private func medoid(of members: [Int], _ counts: [Int]) -> Int? {
        var best: (member: Int, sum: Double)?
        for member in members {
            let sum = members.reduce(0) { $0 + Double(counts[$1]) * similarities[member][$1] }
            if sum > best?.sum ?? -.infinity { best = (member, sum) }
        }
        return best?.member
    }

    /// The first place with the largest weight among some.
    private static func heaviest(_ weights: [Int], where isLeft: (Int) -> Bool) -> Int? {
        var best: Int?
        for place in weights.indices where isLeft(place) {
            if best.map({ weights[place] > weights[$0] }) ?? true { best = place }
        }
        return best
    }

    /// Cosines of unit vectors, each text's own exactly 1; one that is not finite is -1.
    private static func cosines(_ vectors: [[Float]]) -> [[Double]] {
        var cosines = vectors.map { _ in [Double](repeating: -1, count: vectors.count) }
        for left in vectors.indices {
            cosines[left][left] = 1
            for right in vectors.indices where right > left {
                guard !vectors[left].isEmpty, !vectors[right].isEmpty else { continue }
                let cosine = zip(vectors[left], vectors[right]).reduce(0) { $0 + Double($1.0) * Double($1.1) }
                guard cosine.isFinite else { continue }
                cosines[left][right] = min(cosine, 1)
                cosines[right][left] = min(cosine, 1)
            }
        }
        return cosines
    }
}
