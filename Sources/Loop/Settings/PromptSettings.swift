/// How questions become prompts.
public struct PromptSettings: SettingsSection {
    /// How prompts are written down.
    public var format = PromptFormatID.plain
    /// Text around one question; `{question}` is replaced by it.
    ///
    /// Ends where the answer begins.
    public var template = "Q: {question}\nA:"
    /// Worked examples put before the question in generation and evaluation, never in fine-tuning; the
    /// text itself, exactly as it is put before the question.
    public var shots = ""
    /// Whether evaluation shows the worked examples too.
    public var shotsInEvaluation = true
    /// The phrase that comes before the answer.
    public var answerCue = "The answer is"
    /// Instructions to the model before everything else; of format `chat` alone.
    public var system = ""
    /// Where a chat has its worked examples.
    public var shotsAs = ShotsPlace.turns
    /// What every answer begins with: put behind the prompt, and part of the candidate's text.
    public var answerPrefix = ""
    /// Whether a chat's model thinks before it answers.
    public var thinking = Thinking.off
    /// Tokens that thinking may take, in addition to `generate.maxNewTokens`.
    public var thinkingTokens = 1024

    /// The defaults.
    public init() {}

    /// Every key: allowed values and meaning.
    public static let settings: [Setting<PromptSettings>] = [
        Setting(
            "format",
            \.format,
            .any,
            "How prompts are written: plain, the template with worked examples before it; chat, the model's own chat "
                + "template; auto, chat for a model that is made for chats and has a template, else plain.",
            isRecorded: false
        ),
        Setting("template", \.template, .template, "Text around one question; {question} is replaced by it."),
        Setting(
            "shots",
            \.shots,
            .any,
            "The worked examples themselves; a configuration names their file instead."
        ),
        Setting(
            "shotsInEvaluation",
            \.shotsInEvaluation,
            .any,
            "Whether evaluation shows the worked examples too."
        ),
        Setting("answerCue", \.answerCue, .cue, "The phrase that comes before the answer."),
        Setting(
            "system",
            \.system,
            .any,
            "Instructions to the model before everything else, in format chat alone; empty is none.",
            isRecorded: false
        ),
        Setting(
            "shotsAs",
            \.shotsAs,
            .any,
            "Where format chat has the worked examples: turns, as earlier turns; user, in the question's turn.",
            isRecorded: false
        ),
        Setting(
            "answerPrefix",
            \.answerPrefix,
            .any,
            "What every answer begins with; the model goes on from there, and it is trained on.",
            isRecorded: false
        ),
        Setting(
            "thinking",
            \.thinking,
            .any,
            "Whether the model thinks before it answers, in format chat alone: off or on.",
            isRecorded: false
        ),
        Setting(
            "thinkingTokens",
            \.thinkingTokens,
            .range(1...131_072),
            "Tokens for thinking, in addition to generate.maxNewTokens, where thinking is on.",
            isRecorded: false
        ),
    ]
}

/// Where a chat has its worked examples.
public enum ShotsPlace: String, SettingChoice {
    /// As earlier turns, if they can be cut into questions and answers.
    case turns
    /// In the turn of the question, before it.
    case user
}

/// Whether a model thinks before it answers.
public enum Thinking: String, SettingChoice {
    /// Its template is told that it does not.
    case off
    /// Its template is told that it does.
    case on
}

extension SettingRule<String> {
    fileprivate static var template: SettingRule {
        SettingRule { template in
            let count = template.ranges(of: PromptSettings.placeholder).count
            return count == 1 ? nil : "holds {question} \(count) times; it must hold it once"
        }
    }

    fileprivate static var cue: SettingRule {
        SettingRule { cue in
            guard cue.contains(where: { !$0.isWhitespace }) else {
                return "is empty; it must be a phrase such as \"The answer is\""
            }
            return cue.contains(where: \.isNewline) ? "has a line break; write it on one line" : nil
        }
    }
}
