/// Instruction-following difficulty (IFD; Cherry LLM, arXiv 2308.12032): a text's loss after its question
/// over its loss after the start of an answer alone.
///
/// Above 1 the question hinders, near 1 it hardly helps, far below 1 the text follows from it.
public struct IFDScorer: CandidateScorer {
    /// The score that it records.
    public static let name = ScoreName.ifd
    /// It can.
    public static let needsValid = false

    /// Whether `Candidate.loss` is the loss that it needs.
    private let reusesLoss: Bool

    /// The scorer; it always takes the answer's tokens under the incumbent.
    public init(_ configuration: RoundConfiguration) {
        let select = configuration.select
        reusesLoss = select.lossSpan == .answerOnly && select.shift.reference != .base
    }

    /// CAS / DAS; nil when either is not a positive number.
    ///
    /// - Parameters:
    ///   - conditioned: CAS, the mean loss of the answer after its question.
    ///   - direct: DAS, the mean loss of the same tokens after the answer's header alone.
    /// - Returns: The ratio.
    public static func ratio(conditioned: Double, direct: Double) -> Double? {
        guard DSWeight.isUsable(conditioned), DSWeight.isUsable(direct) else { return nil }
        let ratio = conditioned / direct
        return ratio.isFinite ? ratio : nil
    }

    /// Scores every distinct text once more; the loss after the question is the DS weight's where there is
    /// one.
    public func score(
        _ candidates: inout [Candidate],
        in context: ScoringContext,
        report: inout RoundReport
    ) async throws -> ScoringNote {
        let places = candidates.indices.filter { candidates[$0].isScorable }
        let scored = places.map { candidates[$0] }
        let conditioned = try await conditionedLosses(of: scored, context)
        let (direct, textCount) = try await context.headerScores(of: scored)
        var count = 0
        for (index, place) in places.enumerated() {
            guard let loss = conditioned[index] else { continue }
            guard direct[index].answerTokenCount > 0 else {
                candidates[place].settle(.dropped, .emptySpan)
                continue
            }
            let ratio = Self.ratio(conditioned: loss, direct: direct[index].answerLoss)
            candidates[place].scores[.ifd] = ratio
            if ratio == nil {
                candidates[place].settle(.dropped, .lossDegenerate)
            } else {
                count += 1
            }
        }
        return ScoringNote(
            line: "difficulty of \(Plain.count(count)) candidates (\(Plain.count(textCount)) texts)"
        )
    }

    /// Nil where a candidate's question is not known.
    private func conditionedLosses(
        of candidates: [Candidate],
        _ context: ScoringContext
    ) async throws -> [Double?] {
        let known = candidates.map(\.loss)
        if reusesLoss, known.allSatisfy({ $0 != nil }) { return known }
        return try await context.textScores(of: candidates).scores.map { $0?.answerLoss }
    }
}
