/// How candidates are selected.
public struct SelectSettings: SettingsSection {
    /// The named list of filters.
    public var policy = SelectionPolicyID.iwsi
    /// Filters in their order, in place of the policy's; none is the policy's own.
    public var filters: [FilterName] = []
    /// Share kept by DS weight, in percent, 0 < keep ≤ 100 (paper: k = 80).
    public var keep = 80.0
    /// How ties at the cut are settled.
    public var cut = CutRule.exactK
    /// Which tokens the loss of a candidate and of the valid set is taken over.
    public var lossSpan = LossSpan.answerOnly
    /// What an empty valid set does: false is an error, true selects by the vote alone.
    public var allowEmptyValid = false
    /// By what factor filter `balance` lets a label have more candidates than the rarest one.
    public var balance = 1.0
    /// Filter `entropy`.
    public var entropy = EntropySettings()
    /// Filters `ds`, `lossBand` and `iwsiW`.
    public var shift = ShiftSettings()
    /// Filters `ifdTop`, `difficultyDiversity` and `shortest`.
    public var rank = RankSettings()
    /// Filter `voteBand`.
    public var band = BandSettings()
    /// Filter `secondView`.
    public var secondView = SecondViewSettings()
    /// What filter `selfRating` asks; `{question}` and `{answer}` are replaced.
    public var ratingPrompt = RatingPrompt.standard
    /// Filters `rewardModel` and `smallModelScore`.
    public var outside = OutsideSettings()
    /// Distinct texts that filters `budget` and `maxMin` keep per question.
    public var budget = 3

    /// The defaults.
    public init() {}

    /// Every key: allowed values and meaning.
    public static let settings: [Setting<SelectSettings>] =
        [
            Setting(
                "policy",
                \.policy,
                .any,
                "iwsi, iwsiW, lmsi, entropy, selfFilter, rmFilter, ifd, ssd, salt, none, or oracle (for diagnosis only)."
            ),
            Setting(
                "filters",
                \.filters,
                .any,
                "Filters in their order, in place of the policy's list, such as [vote, ds]; empty is the policy's.",
                isRecorded: false
            ),
            Setting(
                "keep",
                \.keep,
                .range(0.01...100),
                "Share kept by DS weight, in per cent, above 0 up to 100."
            ),
            Setting("cut", \.cut, .any, "Ties at the cut: exact_k, inclusive or authors."),
            Setting(
                "lossSpan",
                \.lossSpan,
                .any,
                "Tokens that a loss is computed over: answer_only or full_sequence."
            ),
            Setting(
                "allowEmptyValid",
                \.allowEmptyValid,
                .any,
                "Whether an empty valid set selects by the vote alone instead of being an error."
            ),
            Setting(
                "balance",
                \.balance,
                .range(1...1000),
                "Filter balance: candidates of a label at most, as a multiple of the rarest label's.",
                isRecorded: false
            ),
        ] + filterSettings
}

/// How ties at the DS cut are settled.
public enum CutRule: String, SettingChoice {
    /// Exactly K = max(1, ⌊n·k⌋), ordered by (DS weight, question, candidate).
    case exactK = "exact_k"
    /// Every DS weight ≤ the K-th smallest.
    case inclusive
    /// The released code: strictly below the value at index ⌊n·k⌋.
    case authors
}

/// Which tokens a loss is taken over.
public enum LossSpan: String, SettingChoice {
    /// The answer's tokens and one end token.
    case answerOnly = "answer_only"
    /// Every token but the first.
    case fullSequence = "full_sequence"
}
