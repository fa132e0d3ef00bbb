/// One question's candidates of one round with the count of their votes, as rules of examples see them.
///
/// Made of stored data alone, so that a round taken up again builds the same examples.
public struct VotedQuestion: Sendable {
    /// All its candidates, by index.
    public let candidates: [Candidate]
    /// What each voted for; nil for one that did not vote.
    public let keys: [String?]
    /// The number of the view that each is scored and trained under; see `QuestionView`.
    public let views: [Int]
    /// The count.
    public let tally: VoteTally

    /// Counts the votes.
    ///
    /// - Parameters:
    ///   - candidates: All candidates of the question in the round, by index, their answers read.
    ///   - kind: Says which answers count as one; nil compares them as they are.
    ///   - vote: The rules of the vote.
    ///   - view: The number of the view that a candidate is scored and trained under.
    public init(
        _ candidates: [Candidate],
        kind: (any AnswerKind)? = nil,
        vote: MajorityVote,
        view: (Candidate) -> Int = { _ in 0 }
    ) {
        self.candidates = candidates
        views = candidates.map(view)
        let answers = candidates.map(\.answer)
        keys = kind?.voteKeys(answers) ?? answers
        tally = vote.tally(keys)
    }

    /// Places of the candidates that won and that no filter has dropped, or not yet; by index.
    public var winners: [Int] {
        candidates.indices.filter { place in
            let candidate = candidates[place]
            return keys[place] == tally.winner && tally.winner != nil
                && (candidate.verdict == nil || candidate.isForTraining)
        }
    }

    /// Places of the readable candidates that lost, those of the answer with the fewest votes first, equal
    /// ones by index.
    ///
    /// A candidate that could not be read is none: the model would learn the form of answers alone. Nor is
    /// one that was cut off or has nothing to score, nor one whose text won elsewhere: a judge can give one
    /// text two answers, and no text is better than itself.
    public var losers: [Int] {
        let won = Set(
            candidates.indices.filter { tally.winner != nil && keys[$0] == tally.winner }.map(textKey)
        )
        let places = candidates.indices.filter { place in
            guard let key = keys[place], key != tally.winner, !won.contains(textKey(of: place)) else {
                return false
            }
            return candidates[place].reason.map { !UsableFilter.reasons.contains($0) } ?? true
        }
        return places.sorted { (votes(of: $0), $0) < (votes(of: $1), $1) }
    }

    /// Votes that a candidate's answer has; 0 for one that did not vote.
    public func votes(of place: Int) -> Int {
        guard let key = keys[place], let number = tally.answers.firstIndex(of: key) else { return 0 }
        return tally.voteCounts[number]
    }

    /// The margin of the vote, (V⁺ − V⁻) / k: votes of the winner less those of another answer, of all
    /// candidates.
    ///
    /// - Parameter place: A candidate with the other answer; nil is the answer with the fewest votes, or none
    ///   where all agree.
    /// - Returns: 0...1.
    public func margin(over place: Int? = nil) -> Double {
        guard tally.candidateCount > 0 else { return 0 }
        let least = tally.distinctCount > 1 ? tally.voteCounts.min() ?? 0 : 0
        let other = place.map(votes) ?? least
        return Double(tally.winnerVoteCount - other) / Double(tally.candidateCount)
    }

    /// Places without those whose text an earlier one has, under the same view of the question.
    func distinct(_ places: [Int]) -> [Int] {
        var seen: Set<TextKey> = []
        return places.filter { seen.insert(textKey(of: $0)).inserted }
    }

    private func textKey(of place: Int) -> TextKey {
        TextKey(
            question: candidates[place].question,
            text: candidates[place].text,
            view: views[place]
        )
    }
}
