/// Where answers stand in a text, and what the answer kinds ask for beside it.
public struct AnswerSettings: SettingsSection {
    /// Where the answer is.
    public var pattern = AnswerPattern.cue
    /// The tag's name for pattern `tag`.
    public var tag = "answer"
    /// Words that mean yes, for kind `boolean`.
    public var trueWords = ["yes", "true"]
    /// Words that mean no, for kind `boolean`.
    public var falseWords = ["no", "false"]
    /// The closed set of kind `label`.
    public var labels: [String] = []
    /// Share of words that two answers of kind `text` must have in common to be one, and one of kind `free`
    /// with its reference to be right, 0...1; 1 wants them all.
    public var overlap = 1.0
    /// Cosine of the hidden states of two answers of kind `free` from which on they agree, 0...1.
    public var similarity = 0.92
    /// The JSON schema of kind `json`, as text; empty takes every value.
    public var schema = ""
    /// How answers of kind `json` are voted on.
    public var jsonVote = JSONVote.whole

    /// The program of kind `judge` with its arguments.
    public var judgeCommand: [String] = []
    /// The Python of kind `code` with its arguments.
    public var codeCommand = ["python3"]
    /// Files and directories that these programs may read beside the system's.
    public var judgeFiles: [String] = []
    /// Seconds that a verdict on one text may take.
    public var judgeTimeout = 10
    /// Memory of these programs with all their processes, MB.
    public var judgeMemory = 512

    /// The defaults.
    public init() {}

    /// Every key: allowed values and meaning.
    public static let settings: [Setting<AnswerSettings>] = [
        newer(
            "pattern",
            \.pattern,
            "Where the answer is: after the cue (cue), in \\boxed{} (boxed), in a tag (tag), after #### (hashes), on the last line (lastLine), or the whole text (text)."
        ),
        newer("tag", \.tag, "The tag's name for pattern tag.", .name),
        newer("trueWords", \.trueWords, "Words that mean yes, for kind boolean.", .words),
        newer("falseWords", \.falseWords, "Words that mean no, for kind boolean.", .words),
        newer(
            "labels",
            \.labels,
            "The closed set of kind label; a question's own choices come before it.",
            .words
        ),
        newer(
            "overlap",
            \.overlap,
            "Share of words that two answers of kind text have in common to be one, or one of kind free with its reference; 1 wants them equal.",
            .range(0.1...1)
        ),
        newer(
            "similarity",
            \.similarity,
            "Cosine of hidden states from which on two answers of kind free agree.",
            .range(0...1)
        ),
        newer(
            "schema",
            \.schema,
            "The JSON schema of kind json itself; a configuration names its file instead."
        ),
        newer("jsonVote", \.jsonVote, "How answers of kind json are voted on: whole, or fields."),
        newer(
            "judgeCommand",
            \.judgeCommand,
            "The program of kind judge with its arguments: it reads questions and gives verdicts."
        ),
        newer("codeCommand", \.codeCommand, "The Python of kind code with its arguments."),
        newer(
            "judgeFiles",
            \.judgeFiles,
            "Files and directories that programs of kinds judge and code, and select.rewardCommand, may read beside /usr and their command.",
            .absolutePaths
        ),
        newer(
            "judgeTimeout",
            \.judgeTimeout,
            "Seconds that a verdict on one text may take, for kinds judge and code and select.rewardCommand.",
            .range(1...3600)
        ),
        newer(
            "judgeMemory",
            \.judgeMemory,
            "Memory of a program of kind judge or code, or select.rewardCommand, with all its processes, MB.",
            .range(16...1_048_576)
        ),
    ]

    private static func newer<Value: SettingValue>(
        _ key: String,
        _ value: any WritableKeyPath<AnswerSettings, Value> & Sendable,
        _ meaning: String,
        _ rule: SettingRule<Value> = .any
    ) -> Setting<AnswerSettings> {
        Setting(key, value, rule, meaning, isRecorded: false)
    }
}

/// Where an answer is in a candidate's text.
public enum AnswerPattern: String, SettingChoice {
    /// After the first `prompt.answerCue`, up to the end of its line.
    case cue
    /// In the last `\boxed{…}`.
    case boxed
    /// In the last pair of tags named `answer.tag`.
    case tag
    /// After the last `####`, up to the end of its line.
    case hashes
    /// On the last line that is not empty.
    case lastLine
    /// The whole text.
    case text
}

/// How answers of kind `json` are voted on.
public enum JSONVote: String, SettingChoice {
    /// Values are one answer if they are equal.
    case whole
    /// Each field is voted on by itself.
    case fields
}

extension SettingRule<String> {
    fileprivate static var name: SettingRule {
        SettingRule { name in
            let isGood =
                name.first?.isLetter == true
                && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
            return isGood ? nil : "is \(name.settingText); it must be a tag's name such as answer"
        }
    }
}

extension SettingRule<[String]> {
    fileprivate static var absolutePaths: SettingRule {
        SettingRule { paths in
            paths.first { !$0.hasPrefix("/") }.map { "holds \"\($0)\"; give whole paths that begin with /" }
        }
    }

    fileprivate static var words: SettingRule {
        SettingRule { words in
            if words.contains(where: { !$0.contains { !$0.isWhitespace } }) {
                return "holds an empty text; remove it"
            }
            let folded = words.map { $0.lowercased() }
            let twice = folded.indices.first { folded[..<$0].contains(folded[$0]) }
            return twice.map { "holds \"\(words[$0])\" twice; name each once" }
        }
    }
}
