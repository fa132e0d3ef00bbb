/// Drops what cannot be trained on: no answer was read, the text was cut off, nothing was left to score, or
/// the loss is not a number.
///
/// The first filter of every chain.
public struct UsableFilter: SelectionFilter {
    /// Its name, which no configuration lists.
    public static let name = FilterName(rawValue: "usable")
    /// Why it drops.
    public static let reasons: [VerdictReason] =
        [.unparsed, .truncated, .emptySpan, .lossDegenerate] + VerdictReason.ofJudges

    private let missing: String
    private let judgeTimeout: Int
    private let mayThink: Bool

    /// The same for every configuration.
    public init(_ configuration: RoundConfiguration) {
        let answer = configuration.answer
        missing = answer.pattern.missing(cue: configuration.prompt.answerCue, tag: answer.tag)
        judgeTimeout = answer.judgeTimeout
        mayThink = configuration.prompt.mayThink
    }

    /// Takes over what the phases before have found.
    public func apply(to pool: inout SelectionPool) {
        for place in pool.remaining {
            guard let reason = pool.candidates[place].provisionalReason, Self.reasons.contains(reason) else {
                continue
            }
            pool.drop(place, reason)
        }
    }

    /// Why it cannot be trained on.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        switch reason {
        case .truncated where mayThink && candidate.text.spoken == nil:
            "it was cut off after \(candidate.tokenCount) tokens while it was thinking, without </think> before an "
                + "answer; raise prompt.thinkingTokens"
        case .truncated: "it was cut off after \(candidate.tokenCount) tokens, before an answer"
        case .emptySpan: "no token was left to score"
        case .lossDegenerate: "its loss is not a positive number"
        case .judgeTimeout:
            "the judge gave no verdict within answer.judgeTimeout \(judgeTimeout) s (judge_timeout)"
        case .judgeFailed: "the judge failed on it (judge_failed); the daemon's log says how"
        case .judgeNone: "the judge found no answer in it (judge_none)"
        case .unparsed where mayThink && candidate.text.spoken == nil:
            "its thinking does not end: there is no </think>, so no answer"
        default: missing
        }
    }
}

extension Candidate {
    /// Why a phase before selection dropped it; nil when it went on.
    var provisionalReason: VerdictReason? { verdict == .dropped ? reason : nil }
}
