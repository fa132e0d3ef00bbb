import Loop
import Testing

/// Which level is learned follows from the votes of earlier rounds alone.
@Suite struct FrontierTests {
    static var settings: CurriculumSettings {
        var settings = CurriculumSettings()
        settings.enabled = true
        return settings
    }

    /// The frontier over levels 2, 3 and 5 after rounds, each given as the mean shares of its levels.
    private func frontier(after rounds: [[Int: Double]], count: Int = 20) -> Frontier {
        let votes = rounds.map { round in
            round.sorted { $0.key < $1.key }.map { level, share in
                LevelVote(level: level, questionCount: count, meanShare: share)
            }
        }
        return Frontier(levels: [5, 3, 2, 3], settings: Self.settings, after: votes)
    }

    @Test func `the lowest level is open from the beginning`() {
        let frontier = frontier(after: [])

        #expect(frontier.levels == [2, 3, 5])
        #expect(frontier.level == 2 && frontier.solved.isEmpty && frontier.change == nil)
        #expect(Frontier(levels: [Int](), settings: Self.settings).level == nil)
    }

    @Test(arguments: [(0.79, 2), (0.8, 3), (1, 3)])
    func `a level opens when the one below it is solved`(share: Double, level: Int) {
        let frontier = frontier(after: [[2: share]])

        #expect(frontier.level == level)
        #expect(frontier.change == (level == 3 ? .opened(3) : nil))
    }

    @Test func `a round opens one level at most, and the highest stays`() {
        let rounds: [[Int: Double]] = [[2: 1], [2: 1, 3: 0.9], [2: 1, 3: 1, 5: 0.95], [5: 1]]

        let levels = (0...4).map { frontier(after: Array(rounds.prefix($0))).level }

        #expect(levels == [2, 3, 5, 5, 5])
        #expect(frontier(after: rounds).solved.elementsEqual([2, 3]))
    }

    @Test func `a level whose votes fall far below their best is closed until the one below is solved again`()
    {
        let fallen: [[Int: Double]] = [[2: 0.9], [2: 0.9, 3: 0.6], [2: 0.9, 3: 0.39]]

        #expect(frontier(after: Array(fallen.prefix(2))).level == 3)
        #expect(frontier(after: fallen).level == 2 && frontier(after: fallen).change == .closed(3))
        #expect(frontier(after: fallen + [[2: 0.75]]).level == 2)
        #expect(frontier(after: fallen + [[2: 0.85]]).level == 3)
        // Its best is forgotten: 0.39 is no fall for a level that has just been opened again.
        #expect(frontier(after: fallen + [[2: 0.85], [2: 0.85, 3: 0.39]]).level == 3)
    }

    @Test func `a fall up to the bound closes nothing`() {
        #expect(frontier(after: [[2: 0.9], [3: 0.6], [3: 0.45]]).level == 3)
    }

    @Test func `a level whose votes are guesses is closed again`() {
        let guessed = frontier(after: [[2: 0.9], [2: 0.9, 3: 0.29]])

        #expect(guessed.level == 2 && guessed.change == .closed(3))
        #expect(frontier(after: [[2: 0.9], [2: 0.9, 3: 0.3]]).level == 3)
    }

    @Test func `the lowest level stays open, whatever its votes`() {
        let frontier = frontier(after: [[2: 0.7], [2: 0.1]])

        #expect(frontier.level == 2 && frontier.change == nil)
    }

    @Test func `a solved level that falls closes all above it`() {
        let rounds: [[Int: Double]] = [
            [2: 0.9], [2: 0.9, 3: 0.9], [2: 0.9, 3: 0.9, 5: 0.5], [2: 0.6, 3: 0.9, 5: 0.9],
        ]

        #expect(frontier(after: rounds).level == 2)
        #expect(frontier(after: rounds).change == .closed(3))
        // Too few replayed questions to tell a fall from chance: the next level stays open.
        #expect(frontier(after: rounds, count: 9).level == 5)
    }

    @Test
    func `a level that was not voted on stays as it is, one that no question has any more counts nowhere`() {
        #expect(frontier(after: [[2: 0.9], [2: 0.9], [2: 0.9]]).level == 3)
        #expect(frontier(after: [[1: 0.1, 2: 0.9, 4: 0.1]]).level == 3)
    }

    @Test func `a new level in between is learned first`() {
        let votes = [
            [LevelVote(level: 2, questionCount: 20, meanShare: 0.9)],
            [LevelVote(level: 5, questionCount: 20, meanShare: 0.6)],
        ]

        let before = Frontier(levels: [2, 5], settings: Self.settings, after: votes)
        let after = Frontier(levels: [2, 3, 5], settings: Self.settings, after: votes)

        #expect(before.level == 5 && after.level == 3)
    }
}
