/// Bounds on a round's measures; one outside its bound rejects the round.
public struct CollapseSettings: SettingsSection {
    /// Smallest mean of the questions' normalised answer entropy, 0...1; 0 switches the bound off.
    public var minEntropy = 0.0
    /// Smallest mean number of distinct answers per question; 0 switches the bound off.
    public var minDistinctAnswers = 0.0
    /// Smallest mean length of a candidate in tokens.
    public var minMeanTokens = 1.5
    /// Smallest share of candidates whose answer can be read, 0...1.
    public var minParsedShare = 0.02
    /// Largest share of candidates that repeat another's text, 0...1; 1 switches the bound off.
    public var maxDuplicateShare = 1.0
    /// Largest factor by which the mean length of the gate's answers may change, either way.
    public var maxLengthChange = 20.0
    /// Smallest normalised entropy of the classes that won their votes, 0...1; 0 switches the bound off.
    public var minClassEntropy = 0.0
    /// Largest share of the gate's questions that get one and the same answer, 0...1; 1 switches the bound
    /// off.
    public var maxAnswerShare = 1.0
    /// Largest fall of the share of the gate's answers that can be read, 0...1; 1 switches the bound off.
    public var maxReadableFall = 1.0

    /// The defaults.
    public init() {}

    /// Every key: allowed values and meaning.
    public static let settings: [Setting<CollapseSettings>] = [
        Setting("minEntropy", \.minEntropy, .range(0...1), "Smallest mean answer entropy, 0 to 1; 0 is off."),
        Setting(
            "minDistinctAnswers",
            \.minDistinctAnswers,
            .range(0...4096),
            "Smallest mean number of distinct answers per question; 0 is off."
        ),
        Setting(
            "minMeanTokens",
            \.minMeanTokens,
            .range(0...32_768),
            "Smallest mean candidate length, in tokens."
        ),
        Setting("minParsedShare", \.minParsedShare, .range(0...1), "Smallest share of readable answers."),
        Setting(
            "maxDuplicateShare",
            \.maxDuplicateShare,
            .range(0...1),
            "Largest share of repeated texts; 1 is off."
        ),
        Setting(
            "maxLengthChange",
            \.maxLengthChange,
            .range(1...1_000_000),
            "Largest factor by which the mean answer length may change."
        ),
        Setting(
            "minClassEntropy",
            \.minClassEntropy,
            .range(0...1),
            "Smallest entropy of the labels that won their votes, 0 to 1; 0 is off.",
            isRecorded: false
        ),
        Setting(
            "maxAnswerShare",
            \.maxAnswerShare,
            .range(0...1),
            "Largest share of gate questions with one and the same answer; 1 is off.",
            isRecorded: false
        ),
        Setting(
            "maxReadableFall",
            \.maxReadableFall,
            .range(0...1),
            "Largest fall of the share of readable gate answers, 0 to 1; 1 is off.",
            isRecorded: false
        ),
    ]
}
