import Loop
import Testing

/// Filters that look at whole questions: the band of votes, budgets, diversity.
@Suite struct QuestionFilterTests {
    private static func band(
        _ lower: Double,
        _ upper: Double,
        rise: Double = 0,
        floor: Int = 0
    ) -> @Sendable (inout RoundConfiguration) -> Void {
        { configuration in
            configuration.select.band.lower = lower
            configuration.select.band.upper = upper
            configuration.select.band.rise = rise
            configuration.select.band.floor = floor
        }
    }

    /// Winners with 2, 5, 8 and 10 of ten candidates.
    private static func questions(round: Int = 1) -> [Candidate] {
        FilterTests.votes([2, 1], unread: 7, question: 1, round: round)
            + FilterTests.votes([5, 5], question: 2, round: round)
            + FilterTests.votes([8, 2], question: 3, round: round)
            + FilterTests.votes([10], question: 4, round: round)
    }

    private static func kept(_ candidates: [Candidate], _ change: (inout RoundConfiguration) -> Void) throws
        -> [Int]
    {
        let settled = try FilterTests.pool(candidates, [.voteBand], change).settled()
        return Set(settled.filter { $0.verdict == .kept }.map(\.question.rawValue)).sorted()
    }

    @Test func `the band counts shares of all candidates, edges included`() throws {
        #expect(try Self.kept(Self.questions(), Self.band(0.5, 0.8)) == [2, 3])
        #expect(try Self.kept(Self.questions(), Self.band(0.2, 1)) == [1, 2, 3, 4])
        // 6 of 16 is 0.375 of all, though 0.6 of the readable.
        let votes = FilterTests.votes([6, 4], unread: 6)
        #expect(try Self.kept(votes, Self.band(0.4, 1)).isEmpty)
        #expect(try Self.kept(votes, Self.band(0.375, 1)) == [1])
    }

    @Test func `both sides of the band have reasons of their own`() throws {
        let settled = try FilterTests.pool(Self.questions(), [.voteBand], Self.band(0.4, 0.9)).settled()

        #expect(
            settled.filter { $0.question.rawValue == 1 && $0.answer != nil }.allSatisfy {
                $0.reason == .belowBand
            }
        )
        #expect(settled.filter { $0.question.rawValue == 4 }.allSatisfy { $0.reason == .aboveBand })
        #expect(settled.first?.scores[.voteShare] == 0.2)
    }

    @Test func `the lower edge rises from round to round, up to the upper`() throws {
        let change = Self.band(0.2, 0.8, rise: 0.2)

        #expect(try Self.kept(Self.questions(round: 1), change) == [1, 2, 3])
        #expect(try Self.kept(Self.questions(round: 2), change) == [2, 3])
        #expect(try Self.kept(Self.questions(round: 3), change) == [3])
        #expect(try Self.kept(Self.questions(round: 30), change) == [3])
    }

    @Test func `the lower edge rises to no share that a winner cannot have`() throws {
        // Of ten candidates no winner has 0.85 of them.
        let change = Self.band(0.2, 0.85, rise: 0.2)

        #expect(try Self.kept(Self.questions(round: 30), change) == [3])
    }

    @Test func `the floor lowers the edge until enough questions pass`() throws {
        let pool = try FilterTests.pool(Self.questions(), [.voteBand], Self.band(0.7, 0.9, floor: 2))

        #expect(pool.summary.cuts == ["voteBand": 0.5])
        #expect(try Self.kept(Self.questions(), Self.band(0.7, 0.9, floor: 2)) == [2, 3])
        #expect(try Self.kept(Self.questions(), Self.band(0.7, 0.9, floor: 100)) == [1, 2, 3])
        #expect(try Self.kept(Self.questions(), Self.band(0.4, 0.9, floor: 1)) == [2, 3])
    }

    @Test func `a budget counts distinct texts and keeps their copies`() throws {
        let texts = [" a", " b", " a", " c", " b"]
        let candidates =
            texts.enumerated().map { FilterTests.candidate($0, text: $1) }
            + [FilterTests.candidate(0, question: 2, text: " c")]

        let found = try FilterTests.reasons(candidates, [.vote, .budget]) { $0.select.budget = 2 }

        #expect(found == [.selected, .selected, .selected, .overBudget, .selected, .selected])
    }

    @Test func `least alike comes first`() throws {
        let texts = [" 2 + 3 is 5.", " 2 + 3 is 5!", " Count up from two to five", " 2 + 3 is 5?"]
        let candidates = texts.enumerated().map { FilterTests.candidate($0, text: $1) }

        let found = try FilterTests.reasons(candidates, [.maxMin]) { $0.select.budget = 2 }

        #expect(found == [.selected, .tooSimilar, .selected, .tooSimilar])
        let grams = texts.map { TextGrams($0) }
        #expect(MaxMinFilter.pick(2, of: grams) == [2, 0])
        #expect(MaxMinFilter.pick(9, of: grams) == [0, 1, 2, 3])
    }

    @Test func `likeness is shared runs over all runs`() {
        // abc bcd / bcd cde: one of three.
        #expect(TextGrams("abcd").similarity(to: TextGrams("bcde")) == 1.0 / 3)
        #expect(TextGrams("abcd").similarity(to: TextGrams("abcd")) == 1)
        #expect(TextGrams("").similarity(to: TextGrams("")) == 1)
        #expect(TextGrams("a").similarity(to: TextGrams("ab")) == 0)
        #expect(TextGrams("abab").hashedVector() == TextGrams("abab").hashedVector())
        #expect(TextGrams("aaaa").hashedVector().reduce(0) { $0 + abs($1) } == 2)
    }

    @Test func `a pick pushes its neighbours back as in the golden vector`() {
        let vectors = [0, 0.9, 0.1].map { (cosine: Double) -> [Double] in
            cosine == 0 ? [1, 0] : [cosine, (1 - cosine * cosine).squareRoot()]
        }

        let pushed = DiversityPick(gamma: 1).picks(3, difficulties: [1, 0.9, 0.5], vectors: vectors)
        let plain = DiversityPick(gamma: 0).picks(3, difficulties: [1, 0.9, 0.5], vectors: vectors)

        // 0.9 - 0.81 = 0.09 and 0.5 - 0.01 = 0.49.
        #expect(pushed == [0, 2, 1])
        #expect(plain == [0, 1, 2])
    }

    @Test func `a pick without difficulty pulls nobody up`() {
        let vectors = [[1.0, 0], [1, 0], [0, 1]]

        let picks = DiversityPick(gamma: 10).picks(3, difficulties: [-1, -2, -1.5], vectors: vectors)

        #expect(picks == [0, 2, 1])
    }

    @Test func `only the nearest ten are pushed back`() {
        let vectors = [[1.0, 0]] + (0..<12).map { [Double(20 - $0), 10] }

        let picks = DiversityPick(gamma: 1).picks(
            3,
            difficulties: [2] + [Double](repeating: 1, count: 12),
            vectors: vectors
        )

        #expect(picks == [0, 11, 12])
    }

    @Test func `hard texts unlike each other are kept, copies with them`() throws {
        let texts = [
            " add two and three", " add two and three.", " nothing alike here", " add two and three",
        ]
        let losses = [4.0, 3.8, 3.0, 4.0]
        let candidates = zip(texts, losses).enumerated().map {
            FilterTests.candidate($0, loss: $1.1, text: $1.0)
        }

        let pool = try FilterTests.pool(candidates, [.difficultyDiversity]) {
            $0.select.rank.diversityShare = 67
        }

        #expect(pool.settled().compactMap(\.reason) == [.selected, .lessDiverse, .selected, .selected])
        #expect(pool.settled()[0].scores[.difficulty] == 2)
    }
}
