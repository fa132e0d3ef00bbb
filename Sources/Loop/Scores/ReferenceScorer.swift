/// The log-probability of a candidate's text under the round's start model, which pairs and ratios compare
/// with.
///
/// It takes losing candidates, too, where the objective trains on them. It decides nothing: a candidate
/// without a finite one takes no part in what needs it.
public struct ReferenceScorer: CandidateScorer {
    /// The score that it records: the sum over the scored tokens, nats.
    public static let name = ScoreName.reference
    /// It can work without valid questions.
    public static let needsValid = false
    /// It does.
    public static let takesLosers = true

    private let span: LossSpan

    /// The scorer with the configured span.
    public init(_ configuration: RoundConfiguration) { span = configuration.select.lossSpan }

    /// Scores every distinct text that no scorer before it has.
    public func score(
        _ candidates: inout [Candidate],
        in context: ScoringContext,
        report: inout RoundReport
    ) async throws -> ScoringNote {
        let (scores, _) = try await context.textScores(of: candidates)
        for (index, score) in zip(candidates.indices, scores) {
            guard let score, score.answerTokenCount > 0 else { continue }
            let value = score.logProbability(span)
            if value.isFinite { candidates[index].scores[.reference] = value }
        }
        let count = candidates.count { $0.scores[.reference] != nil }
        return ScoringNote(line: "\(Plain.count(count)) reference log-probabilities")
    }
}
