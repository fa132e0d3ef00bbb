/// Drops what lost the majority vote of its question, or won with too few votes (LMSI; method, section 2,
/// step B).
public struct VoteFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "vote")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.outvoted, .lowConsistency, .tied]

    private let settings: VoteSettings
    /// From which cosine on answers agree; nil for kinds whose answers are not grouped.
    private let similarity: Double?

    /// The filter with the thresholds of section `vote`.
    public init(_ configuration: RoundConfiguration) {
        settings = configuration.vote
        let isGrouped = AnswerKinds.standard[configuration.vote.answerKind]?.isGrouped == true
        similarity = isGrouped ? configuration.answer.similarity : nil
    }

    /// Takes over what phase `vote` has found.
    public func apply(to pool: inout SelectionPool) {
        for place in pool.remaining {
            guard let reason = pool.candidates[place].provisionalReason, Self.reasons.contains(reason) else {
                continue
            }
            pool.drop(place, reason)
        }
    }

    /// How the vote went against it.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        switch (reason, similarity) {
        case (.lowConsistency, let similarity?) where candidate.scores[.similarity] == nil:
            "there was no majority: no two candidates of the question agree by answer.similarity \(similarity)"
        case (.lowConsistency, _):
            "the winner had fewer votes than vote.minVotes \(settings.minVotes) or vote.minShare "
                + "\(settings.minShare) ask for"
        case (.tied, _): "the vote was tied and vote.tie is drop"
        default: "its answer lost the vote"
        }
    }
}
