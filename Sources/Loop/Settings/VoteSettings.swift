/// How answers are read and voted on.
public struct VoteSettings: SettingsSection {
    /// How answers look.
    public var answerKind = AnswerKindID.numeric
    /// Which rules read them.
    public var extractor = ExtractorProfile.strict
    /// Votes the winning answer needs at least.
    public var minVotes = 1
    /// Share of the question's candidates that the winning answer needs at least, 0...1.
    public var minShare = 0.0
    /// What a tied vote does.
    public var tie = TieRule.first
    /// Whether identical texts of one question count once in selection and fine-tuning.
    public var dedupe = false

    /// The defaults.
    public init() {}

    /// Every key: allowed values and meaning.
    public static let settings: [Setting<VoteSettings>] = [
        Setting("answerKind", \.answerKind, .any, "numeric or choice."),
        Setting("extractor", \.extractor, .any, "strict, or authors for parity with the released code."),
        Setting("minVotes", \.minVotes, .range(1...4096), "Votes the winning answer needs."),
        Setting(
            "minShare",
            \.minShare,
            .range(0...1),
            "Share of a question's candidates the winning answer needs, 0 to 1."
        ),
        Setting("tie", \.tie, .any, "What happens at a tie: first (earliest answer wins) or drop."),
        Setting("dedupe", \.dedupe, .any, "Whether identical texts of a question count once."),
    ]
}

/// Which rules read an answer out of a candidate (method, section 5).
public enum ExtractorProfile: String, SettingChoice {
    /// First answer cue after the cut at a new question; signs, decimals, fractions; real options only.
    case strict
    /// The released code's rules, for parity: last cue, unsigned integer part.
    case authors
}

/// What a tied vote does.
public enum TieRule: String, SettingChoice {
    /// The answer whose first occurrence has the lowest candidate index wins.
    case first
    /// The question is dropped.
    case drop
}
