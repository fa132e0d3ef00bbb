/// Watches for the ways in which a model that learns from itself collapses: everyone gets the same answer,
/// texts repeat, answers can no longer be read, or grow without end.
///
/// A measure outside its bound rejects the round. The bounds are wide by default: a model that has become
/// sure of itself has a low entropy, too.
public struct CollapseCheck: Hashable, Sendable {
    /// The bounds.
    public var settings: CollapseSettings

    /// Builds a check.
    public init(settings: CollapseSettings) { self.settings = settings }

    /// Looks at what the vote phase has measured of a round's candidates.
    ///
    /// - Parameter report: The round's report after its vote.
    /// - Returns: Each bound that was left and by how much, in plain words; none when all hold.
    public func failures(_ report: RoundReport) -> [String] {
        let generated = Double(max(report.generatedCount ?? 0, 1))
        let parsedShare = report.parsedCount.map { Double($0) / generated }
        return [
            below("answer entropy", report.meanEntropy, settings.minEntropy),
            below("distinct answers per question", report.meanDistinctAnswers, settings.minDistinctAnswers),
            below("class entropy", report.classEntropy, settings.minClassEntropy),
            below("mean length in tokens", report.meanTokenCount, settings.minMeanTokens),
            below("share of readable answers", parsedShare, settings.minParsedShare),
            above("share of repeated texts", report.duplicateShare, settings.maxDuplicateShare),
        ].compactMap { $0 }
    }

    /// Compares the lengths of what incumbent and new checkpoint answered to the gate's questions.
    ///
    /// - Parameters:
    ///   - before: The incumbent's evaluation.
    ///   - after: The new checkpoint's.
    /// - Returns: The bound that was left and by how much; nil when it holds.
    public func lengthFailure(before: Evaluation, after: Evaluation) -> String? {
        let (old, new) = (Self.meanTokenCount(before), Self.meanTokenCount(after))
        guard old > 0, new > 0 else { return nil }
        return above("change of the mean answer length", max(old / new, new / old), settings.maxLengthChange)
    }

    /// Looks at what incumbent and new checkpoint answered to the gate's questions.
    ///
    /// - Parameters:
    ///   - before: The incumbent's evaluation.
    ///   - after: The new checkpoint's.
    /// - Returns: Each bound that was left and by how much; none when all hold.
    public func gateFailures(before: Evaluation, after: Evaluation) -> [String] {
        let counts = Dictionary(after.answers.compactMap(\.answer).map { ($0, 1) }, uniquingKeysWith: +)
        let share = Double(counts.values.max() ?? 0) / Double(max(after.answers.count, 1))
        let fall = Self.readableShare(before) - Self.readableShare(after)
        return [
            lengthFailure(before: before, after: after),
            above("share of gate questions with the same answer", share, settings.maxAnswerShare),
            above("fall of the share of readable gate answers", fall, settings.maxReadableFall),
        ].compactMap { $0 }
    }

    private static func readableShare(_ evaluation: Evaluation) -> Double {
        Double(evaluation.answers.count { $0.answer != nil }) / Double(max(evaluation.answers.count, 1))
    }

    private static func meanTokenCount(_ evaluation: Evaluation) -> Double {
        let count = evaluation.answers.reduce(0) { $0 + $1.tokenCount }
        return Double(count) / Double(max(evaluation.answers.count, 1))
    }

    private func below(_ name: String, _ value: Double?, _ bound: Double) -> String? {
        guard let value, value < bound else { return nil }
        return
            "\(name) \(Plain.decimal(value, places: 3)) is \(Plain.decimal(bound - value, places: 3)) below "
            + "the bound \(Plain.decimal(bound, places: 3))"
    }

    private func above(_ name: String, _ value: Double?, _ bound: Double) -> String? {
        guard let value, value > bound else { return nil }
        return
            "\(name) \(Plain.decimal(value, places: 3)) is \(Plain.decimal(value - bound, places: 3)) above "
            + "the bound \(Plain.decimal(bound, places: 3))"
    }
}
