import Loop
import Testing

@Suite struct MajorityVoteTests {
    private func vote(_ change: (inout VoteSettings) -> Void = { _ in }) -> MajorityVote {
        var settings = VoteSettings()
        change(&settings)
        return MajorityVote(settings: settings)
    }

    private func answers(_ counts: [(String?, Int)]) -> [String?] {
        counts.flatMap { [String?](repeating: $0, count: $1) }
    }

    @Test func `entropy of 9, 4 and 2 of 15 votes is the golden value`() {
        let tally = vote().tally(answers([("a", 9), ("b", 4), ("c", 2)]))

        #expect(abs(tally.entropy - 0.9276) < 5e-5)
        #expect(abs(tally.normalisedEntropy - 0.3425) < 5e-5)
        #expect(tally.consistency == 0.6)
        #expect(tally.distinctCount == 3)
    }

    @Test func `unparsed candidates leave the divisor at the candidate count`() {
        let tally = vote().tally(answers([("a", 6), ("b", 3), ("c", 1), (nil, 5)]))

        #expect(abs(tally.normalisedEntropy - 0.3316) < 5e-5)
        #expect(tally.parsedCount == 10)
        #expect(tally.consistency == 0.6)
    }

    @Test func `one parsed candidate has no entropy`() {
        let tally = vote().tally(["a", nil, nil])

        #expect(tally.normalisedEntropy == 0)
        #expect(vote().dropReason(for: "a", in: tally) == nil)
        #expect(vote { $0.minVotes = 2 }.dropReason(for: "a", in: tally) == .lowConsistency)
    }

    @Test func `a tie goes to the earliest answer`() {
        let tally = vote().tally([nil, "b", "a", "a", "b"])

        #expect(tally.isTied)
        #expect(tally.winner == "b")
        #expect(vote().dropReason(for: "b", in: tally) == nil)
        #expect(vote().dropReason(for: "a", in: tally) == .outvoted)
    }

    @Test func `the ranking begins with the winner and keeps ties in the order of the answers`() {
        let tally = vote().tally(["c", nil, "b", "a", "a", "b"])

        #expect(tally.ranking.map(\.answer) == ["b", "a", "c"])
        #expect(tally.ranking.map(\.count) == [2, 2, 1])
    }

    @Test func `a tie drops the question where the settings say so`() {
        let rule = vote { $0.tie = .drop }
        let tally = rule.tally(["b", "a"])

        #expect(rule.dropReason(for: "b", in: tally) == .tied)
        #expect(rule.dropReason(for: nil, in: tally) == .unparsed)
    }

    @Test func `a question without answers has no winner`() {
        let tally = vote().tally([nil, nil])

        #expect(tally.winner == nil)
        #expect(tally.consistency == nil)
        #expect(tally.normalisedEntropy == 0)
        #expect(vote().dropReason(for: nil, in: tally) == .unparsed)
    }

    @Test func `the least share counts all candidates and includes its bound`() {
        let rule = vote { $0.minShare = 0.3 }

        let enough = rule.tally(answers([("a", 3), (nil, 7)]))
        let tooFew = rule.tally(answers([("a", 2), (nil, 8)]))

        #expect(rule.dropReason(for: "a", in: enough) == nil)
        #expect(rule.dropReason(for: "a", in: tooFew) == .lowConsistency)
    }

    @Test func `shares fall into ten bins and one belongs to the last`() {
        #expect(VoteHistogram.bins([0, 0.3, 0.7, 1]) == [1, 0, 0, 1, 0, 0, 0, 1, 0, 1])
    }

    @Test func `repetitions count once per further copy`() {
        #expect(VoteHistogram.duplicateShare([["a", "a", "b"], ["a"]]) == 0.25)
        #expect(VoteHistogram.duplicateShare([]) == 0)
    }
}
