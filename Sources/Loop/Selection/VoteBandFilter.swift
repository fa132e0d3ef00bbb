/// Keeps questions whose winner has neither too few votes nor nearly all: what the model can learn from
/// (methods of 2026, section 2: share threshold, learning frontier).
///
/// Shares are of all candidates of a question, those without a readable answer among them.
public struct VoteBandFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "voteBand")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.belowBand, .aboveBand]

    private let band: BandSettings

    /// The filter with the band of section `select`.
    public init(_ configuration: RoundConfiguration) { band = configuration.select.band }

    /// Looks at whole questions.
    ///
    /// The lower edge is `bandLower` plus `bandRise` for each round before this one, at most the largest
    /// share that a winner can have within the band. Where it leaves fewer than `bandFloor` questions, it
    /// falls to the share that leaves as many, or all there are.
    public func apply(to pool: inout SelectionPool) {
        var asked: [(places: [Int], share: Double)] = []
        var count = 1
        for range in pool.questions {
            let places = pool.open(in: range)
            guard !places.isEmpty else { continue }
            let tally = pool.tally(of: range)
            count = max(count, tally.candidateCount)
            let share = Double(tally.winnerVoteCount) / Double(max(tally.candidateCount, 1))
            for place in places { pool.record(.voteShare, share, at: place) }
            asked.append((places, share))
        }
        let round = pool.candidates.first?.round.rawValue ?? 1
        let lower = lowerEdge(of: asked.map(\.share), candidates: count, round: round)
        pool.summary.cuts[Self.name.rawValue] = lower
        for (places, share) in asked {
            // A share such as 3 of 10 must pass an edge of 0.3 whatever the rounding.
            let reason: VerdictReason? =
                share > band.upper + 1e-12 ? .aboveBand : share < lower - 1e-12 ? .belowBand : nil
            guard let reason else { continue }
            for place in places { pool.drop(place, reason) }
        }
    }

    /// The lower edge of a round.
    ///
    /// - Parameters:
    ///   - shares: The winner's share of each question.
    ///   - candidates: Candidates of a question.
    ///   - round: The round's number, from 1.
    /// - Returns: The edge after rise and floor.
    func lowerEdge(of shares: [Double], candidates: Int, round: Int) -> Double {
        let top = (band.upper * Double(candidates) + 1e-9).rounded(.down) / Double(candidates)
        let raised = min(band.lower + band.rise * Double(max(round - 1, 0)), max(top, band.lower))
        let possible = shares.filter { $0 <= band.upper + 1e-12 }.sorted(by: >)
        guard band.floor > 0, let last = possible.prefix(band.floor).last else { return raised }
        return min(raised, last)
    }

    /// The winner's share and the band.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        guard let share = candidate.scores[.voteShare],
            let lower = round.report.filterCuts?[Self.name.rawValue]
        else { return nil }
        return "The winner has \(Plain.percent(share)) of its question's candidates; kept is "
            + "\(Plain.percent(lower)) to \(Plain.percent(band.upper))."
    }

    /// On which side of the band it is.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        reason == .aboveBand
            ? "its question is too easy: the winner has more than select.bandUpper \(band.upper) of the candidates"
            : "the winner has too small a share of its question's candidates (select.bandLower \(band.lower))"
    }
}
