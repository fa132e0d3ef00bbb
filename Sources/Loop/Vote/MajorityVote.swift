import Foundation

/// The majority vote over one question's candidates (method, section 2, step B).
public struct MajorityVote: Hashable, Sendable {
    /// Thresholds and the tie rule.
    public var settings: VoteSettings
    /// Whether an answer of one candidate alone is no majority, as for grouped answers.
    var refusesSingles = false

    /// Builds a vote with its rules.
    public init(settings: VoteSettings) { self.settings = settings }

    /// Counts the answers.
    ///
    /// Unparsed candidates (nil) do not vote. The winner has the most votes; a tie goes to the answer
    /// whose first occurrence has the lowest index, and `settings.tie` decides whether it counts.
    /// No parsed candidate: no winner.
    ///
    /// - Parameter answers: One canonical answer per candidate in order of index; nil when unparsed.
    /// - Returns: The count.
    public func tally(_ answers: [String?]) -> VoteTally {
        var votes: [String: Int] = [:]
        var order: [String] = []
        for answer in answers.compactMap({ $0 }) {
            if votes[answer] == nil { order.append(answer) }
            votes[answer, default: 0] += 1
        }
        let most = votes.values.max() ?? 0
        let leaders = order.filter { votes[$0] == most }
        return VoteTally(
            winner: leaders.first,
            winnerVoteCount: most,
            isTied: leaders.count > 1,
            parsedCount: votes.values.reduce(0, +),
            candidateCount: answers.count,
            answers: order,
            voteCounts: order.map { votes[$0] ?? 0 }
        )
    }

    /// Why the vote drops a candidate; nil when it does not.
    ///
    /// - Parameters:
    ///   - answer: Its answer; nil when unparsed.
    ///   - tally: Its question's count.
    /// - Returns: The first reason that applies, in the order unparsed, tied, outvoted, low consistency;
    ///   where no two candidates agree and single ones are refused, low consistency for every answer.
    public func dropReason(for answer: String?, in tally: VoteTally) -> VerdictReason? {
        guard let answer else { return .unparsed }
        if refusesSingles, tally.winnerVoteCount < 2 { return .lowConsistency }
        if tally.isTied, settings.tie == .drop { return .tied }
        if answer != tally.winner { return .outvoted }
        let share = Double(tally.winnerVoteCount) / Double(max(tally.candidateCount, 1))
        // A share such as 3 of 10 must pass minShare 0.3 whatever the rounding.
        let isShareLow = share < settings.minShare - 1e-12
        return tally.winnerVoteCount < settings.minVotes || isShareLow ? .lowConsistency : nil
    }
}

/// The count of one question's votes.
public struct VoteTally: Hashable, Sendable {
    /// The winning answer; nil when no candidate parsed.
    ///
    /// Also set for a tie.
    public var winner: String?
    /// Its votes.
    public var winnerVoteCount: Int
    /// Whether another answer has as many.
    public var isTied: Bool
    /// Candidates that voted.
    public var parsedCount: Int
    /// Candidates of the question, unparsed ones included.
    public var candidateCount: Int
    /// Distinct answers in order of first occurrence.
    public var answers: [String]
    /// Votes per distinct answer, in the same order.
    public var voteCounts: [Int]

    /// Each distinct answer with its votes, the winner first, ties in order of first occurrence.
    public var ranking: [(answer: String, count: Int)] {
        zip(answers, voteCounts).enumerated()
            .sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
            .map { ($0.element.0, $0.element.1) }
    }

    /// Number of distinct answers.
    public var distinctCount: Int { voteCounts.count }

    /// The winner's share of the parsed candidates; nil when none parsed.
    public var consistency: Double? {
        parsedCount == 0 ? nil : Double(winnerVoteCount) / Double(parsedCount)
    }

    /// Entropy of the answers in nats, over parsed candidates; 0 when none parsed.
    public var entropy: Double {
        voteCounts.reduce(0) { sum, count in
            let share = Double(count) / Double(parsedCount)
            return sum - share * log(share)
        }
    }

    /// Entropy divided by the log of the candidate count, 0...1; 0 for fewer than two candidates.
    public var normalisedEntropy: Double {
        candidateCount > 1 ? entropy / log(Double(candidateCount)) : 0
    }
}
