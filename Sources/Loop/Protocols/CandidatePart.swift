/// What a phase reads of a round's candidates: texts are nearly all of their bytes, and few phases need all.
public enum CandidatePart: Sendable, CaseIterable {
    /// Every candidate, its text left empty.
    case withoutTexts
    /// Candidates that no stage has decided on yet.
    case undecided
    /// Candidates that fine-tuning begins with: kept ones and those it has left out itself.
    case training

    /// Whether a candidate belongs to the part.
    public func contains(_ candidate: Candidate) -> Bool {
        switch self {
        case .withoutTexts: true
        case .undecided: candidate.verdict == nil
        case .training: candidate.isForTraining
        }
    }
}

extension CandidateLedger {
    /// The part taken from all candidates, for stores that read no faster in parts.
    public func candidates(of round: RoundID, _ part: CandidatePart) async throws -> [Candidate] {
        var candidates = try await candidates(of: round).filter(part.contains)
        if part == .withoutTexts {
            for index in candidates.indices { candidates[index].text = "" }
        }
        return candidates
    }

    /// One page of all, for stores that hold them in memory anyway.
    public func candidates(of round: RoundID, after question: QuestionID?) async throws -> [Candidate] {
        let all = try await candidates(of: round)
        return question.map { question in all.filter { $0.question > question } } ?? all
    }
}
