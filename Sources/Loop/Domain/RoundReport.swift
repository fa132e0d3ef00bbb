/// What a round has measured, phase by phase; a nil field has not been reached yet.
///
/// Each phase has a part of its own, whose fields are the report's: `report.meanValidLoss` is
/// `report.weigh.meanValidLoss`. Records and the API have all fields side by side in one object.
@dynamicMemberLookup
public struct RoundReport: Hashable, Sendable {
    /// What phase `generate` has measured.
    public var generation = GenerationReport()
    /// What phase `vote` has measured.
    public var vote = VoteReport()
    /// What phase `weigh` has measured.
    public var weigh = WeighReport()
    /// What phase `select` has measured.
    public var select = SelectReport()
    /// How far views agree, and how well scores tell right from wrong.
    public var views = ViewReport()
    /// What phase `finetune` has measured.
    public var finetune = FinetuneReport()
    /// What the phases from `evaluate` on have measured, and the bounds of collapse.
    public var verdict = VerdictReport()
    /// What was measured level by level.
    public var levels = LevelReport()
    /// Wall-clock seconds spent per phase, resumed attempts included; keys are phase names.
    public var secondsPerPhase: [String: Double] = [:]
    /// The last failure's message, when one happened.
    public var failure: String?

    /// An empty report.
    public init() {}

    /// Selected candidates that fine-tuning could use; nil before it has ended.
    public var trainedCount: Int? {
        guard let selectedCount = select.selectedCount, finetune.stepCount != nil else { return nil }
        let unused = [VerdictReason.tooLong, .quarantined].compactMap { select.dropCounts?[$0.rawValue] }
        return (finetune.chosenCount ?? selectedCount) - unused.reduce(0, +)
    }
}

/// What phase `generate` has measured.
public struct GenerationReport: Hashable, Codable, Sendable {
    /// Candidates generated.
    public var generatedCount: Int?
    /// Tokens sampled, those of paraphrases included.
    public var generatedTokenCount: Int?
    /// Mean candidate length in tokens.
    public var meanTokenCount: Double?
    /// Share of candidates whose text repeats another of the same question, 0...1.
    public var duplicateShare: Double?
    /// How far the incumbent's vote is ahead of its greedy answer; nil where it was not measured.
    public var headroom: HeadroomReport?
    /// The lever that the loop tries with the round; nil for a person's own settings.
    public var lever: String?
    /// What the round runs with because of it, such as `generate.candidates 30`; nil without a lever.
    public var leverSetting: String?
    /// What became of the paraphrases; nil where the settings ask for none.
    public var paraphrases: ParaphraseReport?

    /// Nothing yet.
    public init() {}
}

/// What phase `vote` has measured.
public struct VoteReport: Hashable, Codable, Sendable {
    /// Candidates whose answer could be read, and their share of the generated, 0...1.
    public var parsedCount: Int?
    /// Candidates that agree with their question's majority vote and pass its thresholds.
    public var consistentCount: Int?
    /// Questions whose vote was tied.
    public var tieCount: Int?
    /// Candidates cut by the token limit before an answer.
    public var truncatedCount: Int?
    /// Mean over questions of the normalised answer entropy, 0...1.
    public var meanEntropy: Double?
    /// Mean number of distinct answers per question.
    public var meanDistinctAnswers: Double?
    /// Histogram of the winning share over ten equal bins of 0...1; the last includes 1.
    public var consistencyHistogram: [Int]?
    /// Share of questions whose vote equals the reference answer; nil without references.
    ///
    /// Report only.
    public var voteAccuracy: Double?
    /// Share of parsed answers that equal the reference, per extractor profile.
    ///
    /// Report only.
    public var candidateAccuracy: [String: Double]?
    /// Share of each answer among the questions whose vote passed, for kinds with a closed set of answers.
    public var classShares: [String: Double]?
    /// Entropy of those shares divided by the log of the number of answers that there can be, 0...1.
    public var classEntropy: Double?
    /// Share of questions whose orders of options elect different options, of those where two orders or more
    /// elect one; nil without `generate.permuteOptions`.
    public var flipRate: Double?
    /// Share of each letter among the answers as they were written, whatever option it was.
    public var letterShares: [String: Double]?

    /// Nothing yet.
    public init() {}
}

/// What phase `weigh` has measured.
public struct WeighReport: Hashable, Codable, Sendable {
    /// Size of the valid set.
    public var validCount: Int?
    /// Mean loss of the valid set, nats per token.
    public var meanValidLoss: Double?
    /// Standard error of the mean valid loss.
    public var meanValidLossStandardError: Double?
    /// Candidates that were given a DS weight.
    public var weighedCount: Int?
    /// Mean DS weight over the weighed candidates.
    public var meanDSWeight: Double?
    /// How the DS weights are spread; nil when nothing was weighed.
    public var dsWeightHistogram: DSHistogram?
    /// DS weight quantiles at 0, 10, 25, 50, 75, 90, 100 %.
    public var dsWeightQuantiles: [Double]?

    /// Nothing yet.
    public init() {}
}

/// What phase `select` has measured.
public struct SelectReport: Hashable, Codable, Sendable {
    /// The cut: largest DS weight kept.
    public var cutDSWeight: Double?
    /// Dropped candidates whose loss is below the band (loss < mean valid loss / cut).
    public var lowSideDropCount: Int?
    /// Dropped candidates whose loss is above the band (loss > mean valid loss · cut).
    public var highSideDropCount: Int?
    /// Candidates the policy kept.
    public var selectedCount: Int?
    /// Share of selected candidates whose answer equals the reference.
    ///
    /// Report only.
    public var selectedAccuracy: Double?
    /// Right share and count per DS bin [1,1.1) [1.1,1.3) [1.3,1.5) [1.5,2) [2,∞).
    ///
    /// Report only.
    public var dsBins: [DSBin]?
    /// Number of dropped candidates per reason.
    public var dropCounts: [String: Int]?
    /// Where filters cut, by their names: the largest entropy kept, the smallest rating, and so on; nil when
    /// none of the round's filters says so.
    public var filterCuts: [String: Double]?

    /// Nothing yet.
    public init() {}
}

/// What phase `finetune` has measured.
public struct FinetuneReport: Hashable, Codable, Sendable {
    /// Texts of earlier rounds that fine-tuning from the base model took along; nil where it started from the
    /// incumbent.
    public var earlierTextCount: Int?
    /// Samples of earlier rounds left out because a newer round has labelled their questions; nil unless
    /// `finetune.earlier` asks for it.
    public var supersededCount: Int?
    /// Optimizer steps taken.
    public var stepCount: Int?
    /// Tokens run through fine-tuning, all epochs.
    public var trainedTokenCount: Int?
    /// Training loss per optimizer step, nats per token.
    public var trainingLosses: [Double]?
    /// Samples left out of fine-tuning because a loss or gradient with them was not finite.
    public var quarantinedCount: Int?
    /// Selected candidates trained on, where the objective compares votes and may leave some out; nil for
    /// others.
    public var chosenCount: Int?
    /// Pairs of a chosen and a rejected text trained on; nil where there are none.
    public var pairCount: Int?
    /// Texts trained on to become less likely; nil for objectives that have none.
    public var losingTextCount: Int?
    /// Anchors from the first round trained on; nil for objectives that have none.
    public var anchorTextCount: Int?
    /// The adapters that the valid set chose among, in order; nil where there was no choice.
    public var contenders: [ContenderReport]?

    /// Nothing yet.
    public init() {}
}

/// What the phases from `evaluate` on have measured, and the bounds of collapse.
public struct VerdictReport: Hashable, Codable, Sendable {
    /// Bounds of collapse that the round left; nil when all held.
    public var collapse: [String]?
    /// The gate's test; nil before `evaluate` has ended.
    public var gate: GateReport?
    /// Test-split accuracy of the incumbent and of the new checkpoint.
    ///
    /// Report only, scored after the verdict.
    public var testBefore: Accuracy?
    /// Test-split accuracy of the new checkpoint.
    ///
    /// Report only.
    public var testAfter: Accuracy?

    /// Nothing yet.
    public init() {}
}
