/// What single objectives ask for; part of section `finetune`.
///
/// Each objective looks at its own: see `docs/methods`.
public struct ObjectiveSettings: Hashable, Sendable {
    /// β of pairs: how far a margin of log-probabilities counts; 0 is the objective's own.
    public var beta = 0.0
    /// α of `scpo`: factor on the cross-entropy of a pair's chosen half.
    public var nllWeight = 1.0
    /// Most pairs of a question, or losing texts of one where there are no pairs.
    public var pairs = 1
    /// α of `sodMix`: weight of all anchors together, as a multiple of the round's own texts'.
    public var anchorWeight = 0.1
    /// ε of `ttrl`: how far a text's ratio may go before its advantage stops counting; 0 does not clip.
    public var clipRatio = 0.2
    /// Whether `ttrl` divides advantages by the standard deviation of their question's rewards.
    public var scaleAdvantages = true
    /// Whether texts without a readable answer are wrong for `ttrl`, instead of taking no part.
    public var unreadIsWrong = false

    /// The defaults.
    public init() {}
}

extension FinetuneSettings {
    /// The keys of what single objectives ask for.
    static let objectiveSettings: [Setting<FinetuneSettings>] = [
        Setting(
            "beta",
            \.objectives.beta,
            .range(0...100),
            "Pairs: factor on a margin of log-probabilities; 0 is the objective's own (scpo 0.5, spinVote 0.1).",
            isRecorded: false
        ),
        Setting(
            "nllWeight",
            \.objectives.nllWeight,
            .range(0...1000),
            "scpo: factor on the cross-entropy of a pair's chosen half.",
            isRecorded: false
        ),
        Setting(
            "pairs",
            \.objectives.pairs,
            .range(1...4096),
            "Pairs of a question at most; for negOnly its losing texts.",
            isRecorded: false
        ),
        Setting(
            "anchorWeight",
            \.objectives.anchorWeight,
            .range(0...1000),
            "sodMix: weight of all anchors, as a multiple of the round's own texts'.",
            isRecorded: false
        ),
        Setting(
            "clipRatio",
            \.objectives.clipRatio,
            .range(0...100),
            "ttrl: how far a text's likelihood per token may move before it stops counting; 0 does not clip.",
            isRecorded: false
        ),
        Setting(
            "scaleAdvantages",
            \.objectives.scaleAdvantages,
            .any,
            "ttrl: whether advantages are divided by the standard deviation of their question's rewards.",
            isRecorded: false
        ),
        Setting(
            "unreadIsWrong",
            \.objectives.unreadIsWrong,
            .any,
            "ttrl: whether a text without a readable answer counts as wrong instead of taking no part.",
            isRecorded: false
        ),
    ]
}

extension FinetuneSettings: CustomReflectable {
    /// All settings side by side, as records and the API have them.
    public var customMirror: Mirror {
        let own: [Mirror.Child] = [
            ("startFrom", startFrom), ("earlier", earlier), ("objective", objective), ("rank", rank),
            ("alpha", alpha),
            ("targetModules", targetModules), ("learningRate", learningRate), ("epochs", epochs),
            ("batch", batch), ("warmup", warmup), ("clip", clip), ("weightDecay", weightDecay),
            ("maxTokens", maxTokens), ("saveEverySteps", saveEverySteps), ("wording", wording),
            ("contenders", contenders),
        ]
        let more = Array(Mirror(reflecting: objectives).children)
        return Mirror(self, children: own + more, displayStyle: .struct)
    }
}
