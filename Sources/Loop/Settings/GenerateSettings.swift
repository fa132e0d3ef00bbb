/// How candidates are sampled.
public struct GenerateSettings: SettingsSection {
    /// Candidates per question (paper: m = 15).
    public var candidates = 15
    /// Sampling temperature (paper: 1.1, for an 8B model); 0 is greedy.
    public var temperature = 1.1
    /// Nucleus mass, 0 < topP ≤ 1; 1 keeps every token.
    public var topP = 1.0
    /// Most likely tokens kept; 0 keeps every token.
    public var topK = 0
    /// Longest candidate, in tokens.
    public var maxNewTokens = 256
    /// Strings that end a candidate; not part of its text.
    public var stop = ["\n"]
    /// Questions per wave: what is lost and computed again after a kill.
    public var waveQuestions = 32
    /// Train questions a round uses, drawn again each round from its seed; 0 uses all.
    public var questionsPerRound = 0
    /// Whether the candidates of a question see its options in several orders, for kind `choice`.
    public var permuteOptions = false
    /// Which words of a question its candidates are spread over.
    public var views = ViewRule.none
    /// How many wordings that are at most, the question's own among them.
    public var viewCount = 6
    /// Whether the base model is asked in views, too.
    public var viewsFromBase = true
    /// Paraphrases that the model is asked for of each question with one wording alone; 0 asks for none.
    public var paraphrases = 0

    /// The defaults.
    public init() {}

    /// Every key: allowed values and meaning.
    public static let settings: [Setting<GenerateSettings>] = [
        Setting("candidates", \.candidates, .range(1...4096), "Candidates per question."),
        Setting(
            "temperature",
            \.temperature,
            .range(0...10),
            "Sampling temperature; 0 is greedy. Small models need less than the default."
        ),
        Setting("topP", \.topP, .positive(upTo: 1), "Nucleus mass, above 0 up to 1; 1 keeps every token."),
        Setting("topK", \.topK, .range(0...1_000_000), "Most likely tokens kept; 0 keeps every token."),
        Setting("maxNewTokens", \.maxNewTokens, .range(1...32_768), "Longest candidate, in tokens."),
        Setting("stop", \.stop, .stopStrings, "Strings that end a candidate."),
        Setting(
            "waveQuestions",
            \.waveQuestions,
            .range(1...100_000),
            "Questions per wave: what is computed again after a kill."
        ),
        Setting(
            "questionsPerRound",
            \.questionsPerRound,
            .range(0...10_000_000),
            "Train questions a round draws; 0 uses all."
        ),
        Setting(
            "permuteOptions",
            \.permuteOptions,
            .any,
            "Whether a question's candidates see its options moved on in a circle, for kind choice.",
            isRecorded: false
        ),
        Setting(
            "views",
            \.views,
            .any,
            "Words that a question's candidates are spread over: none (its own), variants, terms (orders of a sum), all.",
            isRecorded: false
        ),
        Setting(
            "viewCount",
            \.viewCount,
            .range(2...64),
            "Wordings of a question at most, its own among them; for generate.views.",
            isRecorded: false
        ),
        Setting(
            "viewsFromBase",
            \.viewsFromBase,
            .any,
            "Whether the base model is asked in views, too; false begins with them after the first promotion.",
            isRecorded: false
        ),
        Setting(
            "paraphrases",
            \.paraphrases,
            .range(0...8),
            "Paraphrases the model writes of a question without variants; 0 for none; for generate.views.",
            isRecorded: false
        ),
    ]
}

extension SettingRule<[String]> {
    fileprivate static var stopStrings: SettingRule {
        SettingRule { strings in
            if strings.count > 64 { return "has \(strings.count) strings; at most 64 are allowed" }
            return strings.contains("") ? "holds an empty string; remove it" : nil
        }
    }
}
