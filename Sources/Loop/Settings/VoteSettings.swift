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
    /// Which edition of the rules of profile `strict` reads answers, `Reading`; a round ends with the one it
    /// began with.
    public var reading = Reading.newest

    /// The defaults.
    public init() {}

    /// Records of version 0.1.0 lack the edition: they mean the first one.
    public static var unrecorded: VoteSettings {
        var settings = VoteSettings()
        settings.reading = Reading.first
        return settings
    }

    /// Editions of the rules of profile `strict`.
    ///
    /// Evaluations depend on it, so that an accuracy of one edition is not compared with an accuracy of
    /// another.
    public enum Reading {
        /// The rules of version 0.1.0.
        public static let first = 1
        /// One plain answer, or none with the reason; docs/answers.md.
        public static let second = 2
        /// What new rounds use.
        public static let newest = second
    }

    /// The edition of the rules.
    public static let recordOnly: [Setting<VoteSettings>] = [
        Setting(
            "reading",
            \.reading,
            .range(Reading.first...Reading.newest),
            "Edition of the rules that read answers.",
            isRecorded: false
        )
    ]

    /// Every key: allowed values and meaning.
    public static let settings: [Setting<VoteSettings>] = [
        Setting(
            "answerKind",
            \.answerKind,
            .any,
            "numeric, choice, boolean, label, text, json, expression, judge, code or free."
        ),
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
