/// How filter `entropy` finds its limit.
public enum EntropyRule: String, SettingChoice {
    /// Questions above `select.entropyLimit` go.
    case threshold
    /// The `select.keep` share of questions with the lowest entropy stays.
    case percentile
}

/// Which losses filter `ds` cuts off.
public enum DSSide: String, SettingChoice {
    /// Those far from the mean valid loss on either side.
    case both
    /// The lowest alone: texts that the model is very sure of.
    case low
    /// The highest alone.
    case high
}

/// Under which model the losses behind DS weights are measured.
public enum DSReference: String, SettingChoice {
    /// The round's start model.
    case current
    /// The model without an adapter: the same ruler in every round.
    case base
    /// The round's start model, against its own right answers to the valid questions instead of the worked
    /// ones.
    case own
}

/// Settings of filter `entropy`.
public struct EntropySettings: Hashable, Sendable {
    /// How the limit is found.
    public var rule = EntropyRule.percentile
    /// The limit of rule `threshold`, 0...1.
    public var limit = 0.5
}

/// Settings of the filters that compare losses with the mean valid loss.
public struct ShiftSettings: Hashable, Sendable {
    /// Which losses filter `ds` cuts off.
    public var side = DSSide.both
    /// Under which model losses are measured.
    public var reference = DSReference.current
    /// Filter `lossBand` keeps losses within this factor of the mean valid loss.
    public var edge = 1.5
    /// Largest weight that filter `iwsiW` gives (released code: 2).
    public var weightClip = 2.0
    /// What is added to both losses of a DS weight; 0 is the method's own.
    public var floor = 0.0
}

/// Settings of the filters that rank by difficulty or length.
public struct RankSettings: Hashable, Sendable {
    /// Share that filter `ifdTop` keeps, in per cent.
    public var ifdShare = 10.0
    /// Share of texts that filter `difficultyDiversity` keeps, in per cent.
    public var diversityShare = 16.0
    /// How strongly a pick of `difficultyDiversity` pushes its neighbours back.
    public var diversityGamma = 1.0
    /// Share that filter `shortest` drops, in per cent.
    public var shortShare = 10.0
}

/// Settings of filter `voteBand`; shares are of all candidates of a question.
public struct BandSettings: Hashable, Sendable {
    /// Smallest share of the winner.
    public var lower = 0.4
    /// Largest share of the winner.
    public var upper = 0.9
    /// What the lower edge rises by from round to round.
    public var rise = 0.0
    /// Fewest questions: below that the lower edge gives way; 0 is off.
    public var floor = 0
}

/// Settings of filter `secondView`.
public struct SecondViewSettings: Hashable, Sendable {
    /// Views that must agree with the winner.
    public var count = 2
    /// Share that the winner must have in each of them; 0 asks for most votes there.
    public var share = 0.0
}

extension SelectSettings {
    /// Keys of single filters.
    static let filterSettings: [Setting<SelectSettings>] =
        shiftSettings + shareSettings + questionSettings
        + outsideSettings

    private static let shiftSettings: [Setting<SelectSettings>] = [
        Setting(
            "dsSide",
            \.shift.side,
            .any,
            "Filter ds: losses that it cuts off: both, low (the lowest alone) or high.",
            isRecorded: false
        ),
        Setting(
            "dsReference",
            \.shift.reference,
            .any,
            "What DS weights are measured by: current model, base (without an adapter), or own (its right answers, not yours).",
            isRecorded: false
        ),
        Setting(
            "lossFloor",
            \.shift.floor,
            .range(0...100),
            "DS weights: added to both losses, so that small ones count less; 0 is the method's own.",
            isRecorded: false
        ),
        Setting(
            "bandEdge",
            \.shift.edge,
            .range(1...1000),
            "Filter lossBand: losses from the mean valid loss divided by this up to it times this stay.",
            isRecorded: false
        ),
        Setting(
            "weightClip",
            \.shift.weightClip,
            .range(0.01...1000),
            "Filter iwsiW: largest weight of a candidate.",
            isRecorded: false
        ),
    ]

    private static let shareSettings: [Setting<SelectSettings>] = [
        Setting(
            "ifdShare",
            \.rank.ifdShare,
            .range(0.01...100),
            "Filter ifdTop: share kept by instruction-following difficulty, in per cent.",
            isRecorded: false
        ),
        Setting(
            "diversityShare",
            \.rank.diversityShare,
            .range(0.01...100),
            "Filter difficultyDiversity: share of texts kept, in per cent.",
            isRecorded: false
        ),
        Setting(
            "diversityGamma",
            \.rank.diversityGamma,
            .range(0...1000),
            "Filter difficultyDiversity: how strongly a pick pushes similar texts back; 0 ranks by difficulty alone.",
            isRecorded: false
        ),
        Setting(
            "shortShare",
            \.rank.shortShare,
            .range(0...99.99),
            "Filter shortest: share of candidates dropped, the shortest first, in per cent.",
            isRecorded: false
        ),
        Setting(
            "ratingPrompt",
            \.ratingPrompt,
            .ratingPrompt,
            "Filter selfRating: what the model is asked; {question} and {answer} are replaced.",
            isRecorded: false
        ),
    ]

    private static let questionSettings: [Setting<SelectSettings>] = [
        Setting(
            "entropyRule",
            \.entropy.rule,
            .any,
            "Filter entropy: percentile (the keep share of questions with the lowest entropy) or threshold.",
            isRecorded: false
        ),
        Setting(
            "entropyLimit",
            \.entropy.limit,
            .range(0...1),
            "Filter entropy, rule threshold: largest normalised entropy of a question's answers, 0 to 1.",
            isRecorded: false
        ),
        Setting(
            "bandLower",
            \.band.lower,
            .range(0...1),
            "Filter voteBand: smallest share of a question's candidates that the winner must have.",
            isRecorded: false
        ),
        Setting(
            "bandUpper",
            \.band.upper,
            .range(0...1),
            "Filter voteBand: largest share that it may have.",
            isRecorded: false
        ),
        Setting(
            "bandRise",
            \.band.rise,
            .range(0...1),
            "Filter voteBand: what bandLower rises by with each round, up to bandUpper.",
            isRecorded: false
        ),
        Setting(
            "bandFloor",
            \.band.floor,
            .range(0...10_000_000),
            "Filter voteBand: fewest questions, below which bandLower gives way; 0 is off.",
            isRecorded: false
        ),
        Setting(
            "secondViewCount",
            \.secondView.count,
            .range(2...64),
            "Filter secondView: views of a question that must agree with its winner.",
            isRecorded: false
        ),
        Setting(
            "secondViewShare",
            \.secondView.share,
            .range(0...1),
            "Filter secondView: share that the winner needs in each of them; 0 asks for most votes there.",
            isRecorded: false
        ),
        Setting(
            "budget",
            \.budget,
            .range(1...4096),
            "Filters budget and maxMin: distinct texts kept per question at most.",
            isRecorded: false
        ),
    ]
}

extension SettingRule<String> {
    fileprivate static var ratingPrompt: SettingRule {
        SettingRule { text in
            for mark in [RatingPrompt.question, RatingPrompt.answer] {
                let count = text.ranges(of: mark).count
                if count != 1 { return "holds \(mark) \(count) times; it must hold it once" }
            }
            return nil
        }
    }
}

extension SelectSettings: CustomReflectable {
    /// The keys side by side, as records and the API have them.
    public var customMirror: Mirror {
        let children: KeyValuePairs<String, Any> = [
            "policy": policy, "filters": filters, "keep": keep, "cut": cut, "lossSpan": lossSpan,
            "allowEmptyValid": allowEmptyValid, "balance": balance, "dsSide": shift.side,
            "dsReference": shift.reference, "lossFloor": shift.floor, "bandEdge": shift.edge,
            "weightClip": shift.weightClip,
            "ifdShare": rank.ifdShare, "diversityShare": rank.diversityShare,
            "diversityGamma": rank.diversityGamma, "shortShare": rank.shortShare,
            "ratingPrompt": ratingPrompt, "entropyRule": entropy.rule, "entropyLimit": entropy.limit,
            "bandLower": band.lower, "bandUpper": band.upper, "bandRise": band.rise, "bandFloor": band.floor,
            "secondViewCount": secondView.count, "secondViewShare": secondView.share,
            "budget": budget, "rewardCommand": outside.rewardCommand, "rewardRule": outside.rewardRule,
            "rewardLimit": outside.rewardLimit, "smallModel": outside.smallModel,
            "smallModelShare": outside.smallModelShare, "smallModelDigest": outside.smallModelDigest,
        ]
        return Mirror(self, children: children, displayStyle: .struct)
    }
}
