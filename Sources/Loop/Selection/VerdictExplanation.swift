/// Why one candidate was kept or dropped, in a paragraph of plain words: the vote, its loss, its DS weight, the cut.
public struct VerdictExplanation: Hashable, Sendable {
    private let candidate: Candidate
    private let rivals: [Candidate]
    private let round: RoundRecord
    private let rank: Int?
    private let weighedCount: Int

    /// Joins what the paragraph rests on.
    ///
    /// - Parameters:
    ///   - candidate: The candidate.
    ///   - rivals: All candidates of its question in its round, itself included, by index.
    ///   - round: The round.
    ///   - rank: Its place among the round's weighed candidates, from 1, the smallest DS weight first.
    ///   - weighedCount: How many of those there are.
    public init(
        _ candidate: Candidate,
        rivals: [Candidate],
        round: RoundRecord,
        rank: Int?,
        weighedCount: Int
    ) {
        self.candidate = candidate
        self.rivals = rivals
        self.round = round
        self.rank = rank
        self.weighedCount = weighedCount
    }

    /// An answer with its votes, the winner first, ties in order of first occurrence.
    public var votes: [(answer: String, count: Int)] {
        MajorityVote(settings: round.configuration.vote).tally(rivals.map(\.answer)).ranking
    }

    /// The paragraph.
    public var text: String {
        [answerSentence, voteSentence, lossSentence, cutSentence, verdictSentence].compactMap { $0 }
            .joined(separator: " ")
    }

    private var answerSentence: String {
        let name = "Candidate \(candidate.question).\(candidate.index) of round \(round.id)"
        guard let answer = candidate.answer else {
            return round.phase == .generate
                ? "\(name) has not been read yet." : "\(name) gave no answer that could be read."
        }
        return "\(name) answered \(answer)."
    }

    private var voteSentence: String? {
        let parsed = rivals.count { $0.answer != nil }
        guard parsed > 0, let winner = votes.first else { return nil }
        let others = votes.dropFirst().prefix(4).map { "\($0.answer) had \($0.count)" }.joined(
            separator: ", "
        )
        let rest = votes.count > 5 ? ", and \(votes.count - 5) more" : ""
        let tail = others.isEmpty ? "." : "; \(others)\(rest)."
        return
            "Of \(rivals.count) candidates for this question \(parsed) gave a readable answer; \(winner.answer) won with "
            + "\(winner.count) \(winner.count == 1 ? "vote" : "votes") "
            + "(\(Plain.percent(Double(winner.count) / Double(parsed))))\(tail)"
    }

    private var lossSentence: String? {
        guard let loss = candidate.loss else { return nil }
        let own = "Its loss is \(Plain.decimal(loss, places: 3)) nats per token"
        guard let mean = round.report.meanValidLoss, let weight = candidate.dsWeight else { return own + "." }
        let side = loss < mean ? "surer of it than of" : "less sure of it than of"
        return own
            + ", the valid set's mean is \(Plain.decimal(mean, places: 3)): the model is \(side) your worked answers, "
            + "and the DS weight, the larger of the two ratios, is \(Plain.decimal(weight, places: 3))."
    }

    private var cutSentence: String? {
        guard candidate.dsWeight != nil, let rank, let cut = round.report.cutDSWeight else { return nil }
        let share = Plain.decimal(round.configuration.select.keep, places: 0)
        return
            "That is place \(Plain.count(rank)) of \(Plain.count(weighedCount)) by DS weight; the \(share) % closest are kept, "
            + "up to \(Plain.decimal(cut, places: 3))."
    }

    private var verdictSentence: String {
        let settings = round.configuration
        guard let verdict = candidate.verdict, let reason = candidate.reason else {
            return
                "It has no verdict yet: the round \(round.outcome == nil ? "is" : "ended") in phase \(round.phase.rawValue)."
        }
        let cause =
            switch reason {
            case .selected:
                "it passed every stage and was trained on with weight \(Plain.decimal(candidate.weight, places: 0))"
            case .unparsed: "no answer followed \"\(settings.prompt.answerCue)\""
            case .truncated: "it was cut off after \(candidate.tokenCount) tokens, before an answer"
            case .outvoted: "its answer lost the vote"
            case .lowConsistency:
                "the winner had fewer votes than vote.minVotes \(settings.vote.minVotes) or vote.minShare "
                    + "\(settings.vote.minShare) ask for"
            case .tied: "the vote was tied and vote.tie is drop"
            case .lossDegenerate: "its loss is not a positive number"
            case .emptySpan: "no token was left to score"
            case .tooLong: "it is longer than finetune.maxTokens \(settings.finetune.maxTokens)"
            case .quarantined: "a training step with it had a loss or gradient that was not finite"
            case .dsWeight: "its DS weight lies above the cut"
            case .duplicate: "another candidate of the question has the same text"
            case .wrongAnswer: "policy oracle keeps only what equals the reference answer"
            }
        return "It was \(verdict.rawValue): \(cause)."
    }
}
