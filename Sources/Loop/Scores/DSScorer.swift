/// The DS weight: how far a candidate's loss is from the valid set's mean loss (method, section 2, steps C
/// and D).
public struct DSScorer: CandidateScorer {
    /// The score that it records.
    public static let name = ScoreName.ds
    /// It cannot work without valid questions.
    public static let needsValid = true

    private let span: LossSpan
    private let reference: DSReference
    private let floor: Double

    /// The scorer with the configured span and reference.
    public init(_ configuration: RoundConfiguration) {
        span = configuration.select.lossSpan
        reference = configuration.select.shift.reference
        floor = configuration.select.shift.floor
    }

    /// Takes the mean valid loss, or that of its own answers, then the loss of every distinct text.
    ///
    /// - Throws: `LoopError` `degenerate_loss` when the mean valid loss is not a positive number.
    public func score(
        _ candidates: inout [Candidate],
        in context: ScoringContext,
        report: inout RoundReport
    ) async throws -> ScoringNote {
        let weighed = candidates
        let own = reference == .own ? try await context.ownAnswerLosses() : []
        let measure = { (context: ScoringContext) in
            let mean = try DSWeight.meanValidLoss(own.isEmpty ? try await context.validLosses() : own)
            return (mean, try await context.textScores(of: weighed))
        }
        let (mean, texts) =
            reference == .base ? try await context.onBase(measure) : try await measure(context)
        let (scores, textCount) = (texts.scores, texts.textCount)
        for (index, score) in zip(candidates.indices, scores) {
            if let score { weigh(&candidates[index], score, mean: mean.mean) }
        }
        let weights = candidates.compactMap { $0.scores[.ds] }
        report.validCount = own.isEmpty ? mean.count : context.valid.count
        report.meanValidLoss = mean.mean
        report.meanValidLossStandardError = mean.standardError
        report.weighedCount = weights.count
        report.dsWeightHistogram = DSWeight.histogram(of: weights)
        report.meanDSWeight = weights.isEmpty ? nil : weights.reduce(0, +) / Double(weights.count)
        report.dsWeightQuantiles =
            weights.isEmpty
            ? nil : DSWeight.quantiles(of: weights, at: [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1])
        let line =
            "\(Plain.count(weights.count)) candidates weighed (\(Plain.count(textCount)) texts), mean valid loss "
            + Plain.decimal(mean.mean, places: 3) + note(ownCount: own.count, of: context.valid.count)
        return ScoringNote(
            line: line,
            warnings: warnings(mean, ownCount: own.count, of: context.valid.count)
        )
    }

    private func warnings(_ mean: MeanValidLoss, ownCount: Int, of validCount: Int) -> [String] {
        let few = mean.warning.map { [$0] } ?? []
        guard reference == .own else { return few }
        guard ownCount > 0 else { return few + [Self.noOwnAnswer] }
        guard !few.isEmpty else { return [] }
        return [
            "the model answered only \(ownCount) of \(validCount) valid questions right, and DS weights are measured by these; "
                + "raise generate.candidates, add valid questions, or set select.dsReference to current"
        ]
    }

    /// By what the mean was measured, where that is not the current model and the worked answers.
    private func note(ownCount: Int, of validCount: Int) -> String {
        switch reference {
        case .current: ""
        case .base: " under the base model"
        case .own where ownCount == 0: ""
        case .own:
            " over \(Plain.count(ownCount)) of \(Plain.count(validCount)) questions, by its own right answers"
        }
    }

    private static let noOwnAnswer =
        "the model answered no valid question right: DS weights are measured by the worked answers, as with "
        + "select.dsReference current"

    /// Records loss and DS weight, and drops a candidate without either.
    private func weigh(_ candidate: inout Candidate, _ score: SampleScore, mean: Double) {
        guard score.answerTokenCount > 0 else { return candidate.settle(.dropped, .emptySpan) }
        let loss = score.loss(over: span)
        // The journal keeps finite numbers only.
        candidate.loss = loss.isFinite ? loss : nil
        candidate.scores[.ds] = DSWeight.weight(loss: loss, meanValidLoss: mean, floor: floor)
        if candidate.scores[.ds] == nil { candidate.settle(.dropped, .lossDegenerate) }
    }
}
