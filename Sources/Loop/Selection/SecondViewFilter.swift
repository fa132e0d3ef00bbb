/// Keeps questions whose winner wins in several views taken by themselves: views whose errors are independent
/// seldom agree on a wrong answer (`generate.views`, `generate.permuteOptions`).
public struct SecondViewFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "secondView")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.singleView, .viewsDiffer]

    private let settings: SecondViewSettings
    private let configuration: RoundConfiguration

    /// The filter with the settings of section `select`.
    public init(_ configuration: RoundConfiguration) {
        settings = configuration.select.secondView
        self.configuration = configuration
    }

    /// Looks at whole questions, and records in how many views each one's winner was elected.
    ///
    /// A question that no two views have candidates of has no second view and is dropped.
    public func apply(to pool: inout SelectionPool) {
        for range in pool.questions {
            let places = pool.open(in: range)
            guard !places.isEmpty else { continue }
            let keys = pool.voteKeys(pool.candidates[range])
            let votes = ViewVotes(keys: keys, views: pool.seenViews(pool.candidates[range]))
            let count = votes.count(agreeingOn: pool.tally(of: range).winner, share: settings.share)
            for place in places {
                pool.record(.viewCount, Double(votes.viewCount), at: place)
                pool.record(.agreeingViews, Double(count), at: place)
            }
            let reason: VerdictReason? =
                votes.viewCount < 2 ? .singleView : count < settings.count ? .viewsDiffer : nil
            guard let reason else { continue }
            for place in places { pool.drop(place, reason) }
        }
    }

    /// In how many views the winner was elected.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        guard let agreeing = candidate.scores[.agreeingViews], let count = candidate.scores[.viewCount],
            count > 1
        else { return nil }
        return
            "Taken by themselves, \(Plain.count(Int(agreeing))) of \(Plain.count(Int(count))) views of its question "
            + "\(settings.share > 0 ? "give the winner \(Plain.percent(settings.share)) or more" : "elect the winner"); "
            + "\(Plain.count(settings.count)) are needed."
    }

    /// Which of the two it is.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        if reason == .singleView {
            let remedy =
                configuration.asksInViews
                ? "it has no variants and no terms or options to move" : "generate.views is none"
            return "its question was asked in one view alone: \(remedy)"
        }
        return
            "too few views of its question agree with the winner (select.secondViewCount \(settings.count))"
    }
}

/// The votes of one question's candidates, view by view.
struct ViewVotes {
    /// One per view that has a candidate, in order of the views.
    let tallies: [VoteTally]

    /// Counts them.
    ///
    /// - Parameters:
    ///   - keys: What each candidate voted for.
    ///   - views: The number of the view that each saw.
    init(keys: [String?], views: [Int]) {
        let vote = MajorityVote(settings: VoteSettings())
        let groups = Dictionary(grouping: zip(views, keys), by: \.0)
        tallies = groups.sorted { $0.key < $1.key }.map { vote.tally($0.value.map(\.1)) }
    }

    /// Views that have a candidate.
    var viewCount: Int { tallies.count }

    /// Whether all views that elect an answer elect the same one; nil where fewer than two do.
    ///
    /// A tie elects none.
    var isUnanimous: Bool? {
        let winners = tallies.compactMap { $0.isTied ? nil : $0.winner }
        return winners.count < 2 ? nil : Set(winners).count == 1
    }

    /// In how many views an answer wins, or has a share.
    ///
    /// - Parameters:
    ///   - answer: The answer; nil agrees with no view.
    ///   - share: Smallest share of a view's candidates, unreadable ones included; 0 asks for most votes
    ///     without a tie.
    /// - Returns: The number of views.
    func count(agreeingOn answer: String?, share: Double) -> Int {
        guard let answer else { return 0 }
        return tallies.count { tally in
            guard share > 0 else { return tally.winner == answer && !tally.isTied }
            let votes = tally.answers.firstIndex(of: answer).map { tally.voteCounts[$0] } ?? 0
            // A share such as 3 of 10 must pass 0.3 whatever the rounding.
            return Double(votes) / Double(max(tally.candidateCount, 1)) >= share - 1e-12
        }
    }
}
