/// The settings a round runs with.
///
/// A round keeps its own copy; an edited file takes effect at the next.
///
/// `validate()` (RoundConfiguration+Validation.swift) names the first value out of range.
public struct RoundConfiguration: Hashable, Codable, Sendable {
    /// How questions become prompts.
    public var prompt = PromptSettings()
    /// How candidates are sampled.
    public var generate = GenerateSettings()
    /// How answers are read and voted on.
    public var vote = VoteSettings()
    /// How candidates are selected.
    public var select = SelectSettings()
    /// How the model is fine-tuned.
    public var finetune = FinetuneSettings()
    /// When a checkpoint is promoted.
    public var gate = GateSettings()
    /// When a round counts as a collapse.
    public var collapse = CollapseSettings()

    /// The defaults.
    public init() {}
}

/// How questions become prompts.
public struct PromptSettings: Hashable, Codable, Sendable {
    /// Text around one question; `{question}` stands for it.
    ///
    /// Ends where the answer begins.
    public var template = "Q: {question}\nA:"
    /// Worked examples put before the question in generation and evaluation, never in fine-tuning; the
    /// text itself, exactly as it stands before the question.
    public var shots = ""
    /// Whether evaluation shows the worked examples, too.
    public var shotsInEvaluation = true
    /// The phrase after which the answer stands.
    public var answerCue = "The answer is"

    /// The defaults.
    public init() {}
}

/// How candidates are sampled.
public struct GenerateSettings: Hashable, Codable, Sendable {
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
    /// Train questions a round uses, drawn anew each round by its seed; 0 uses all.
    public var questionsPerRound = 0

    /// The defaults.
    public init() {}
}

/// How an answer looks.
public enum AnswerKind: String, Codable, Sendable, CaseIterable {
    /// A number; compared as an exact decimal or fraction.
    case numeric
    /// One of the question's lettered options.
    case choice
}

/// Which rules read an answer out of a candidate (method, section 5).
public enum ExtractorProfile: String, Codable, Sendable, CaseIterable {
    /// First answer cue after the cut at a new question; signs, decimals, fractions; real options only.
    case strict
    /// The released code's rules, for parity: last cue, unsigned integer part.
    case authors
}

/// What a tied vote does.
public enum TieRule: String, Codable, Sendable, CaseIterable {
    /// The answer whose first occurrence has the lowest candidate index wins.
    case first
    /// The question is dropped.
    case drop
}

/// How answers are read and voted on.
public struct VoteSettings: Hashable, Codable, Sendable {
    /// How answers look.
    public var answerKind = AnswerKind.numeric
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
}

/// The selection policies (method, section 6).
public enum SelectionPolicyID: String, Codable, Sendable, CaseIterable {
    /// Every parsed candidate is kept.
    case none
    /// Candidates whose answer equals the reference are kept: an upper bound, for diagnosis only.
    case oracle
    /// The majority vote alone (LMSI).
    case lmsi
    /// The vote, then the `keep` share of smallest DS weights (the paper's method).
    case iwsi
}

/// How ties at the DS cut are settled.
public enum CutRule: String, Codable, Sendable, CaseIterable {
    /// Exactly K = max(1, ⌊n·k⌋), ordered by (DS weight, question, candidate).
    case exactK = "exact_k"
    /// Every DS weight ≤ the K-th smallest.
    case inclusive
    /// The released code: strictly below the value at index ⌊n·k⌋.
    case authors
}

/// Which tokens a loss is taken over.
public enum LossSpan: String, Codable, Sendable, CaseIterable {
    /// The answer's tokens and one end token.
    case answerOnly = "answer_only"
    /// Every token but the first.
    case fullSequence = "full_sequence"
}

/// How candidates are selected.
public struct SelectSettings: Hashable, Codable, Sendable {
    /// The policy.
    public var policy = SelectionPolicyID.iwsi
    /// Share kept by DS weight, in percent, 0 < keep ≤ 100 (paper: k = 80).
    public var keep = 80.0
    /// How ties at the cut are settled.
    public var cut = CutRule.exactK
    /// Which tokens the loss of a candidate and of the valid set is taken over.
    public var lossSpan = LossSpan.answerOnly
    /// What an empty valid set does: false is an error, true selects by the vote alone.
    public var allowEmptyValid = false

    /// The defaults.
    public init() {}
}

/// The linear layers that may carry LoRA, by their Hugging Face names.
public enum TargetModule: String, Codable, Sendable, CaseIterable, Comparable {
    /// MLP down projection.
    case down = "down_proj"
    /// MLP gate projection.
    case gate = "gate_proj"
    /// Attention keys.
    case key = "k_proj"
    /// Attention output.
    case output = "o_proj"
    /// Attention queries.
    case query = "q_proj"
    /// MLP up projection.
    case up = "up_proj"
    /// Attention values.
    case value = "v_proj"

    /// Alphabetical, as adapter files list them.
    public static func < (left: TargetModule, right: TargetModule) -> Bool { left.rawValue < right.rawValue }
}

/// Where a round's fine-tuning starts.
public enum StartFrom: String, Codable, Sendable, CaseIterable {
    /// The current checkpoint's adapter.
    case incumbent
    /// A fresh adapter on the base model, for what this round and those before it on the line have kept.
    case base
}

/// How the model is fine-tuned.
public struct FinetuneSettings: Hashable, Codable, Sendable {
    /// Where fine-tuning starts.
    public var startFrom = StartFrom.incumbent
    /// LoRA rank R.
    public var rank = 8
    /// LoRA alpha; the adapter's scale is alpha / rank.
    public var alpha = 16.0
    /// Layers that carry LoRA.
    public var targetModules = TargetModule.allCases
    /// Peak learning rate.
    public var learningRate = 3e-4
    /// Passes over the selected candidates.
    public var epochs = 1
    /// Candidates per optimizer step.
    public var batch = 32
    /// Share of the steps spent warming up linearly, 0...1.
    public var warmup = 0.01
    /// Largest global gradient norm; 0 does not clip.
    public var clip = 1.0
    /// AdamW weight decay.
    public var weightDecay = 0.0
    /// Longest training sequence, in tokens; longer ones are dropped, not cut.
    public var maxTokens = 512
    /// Optimizer steps between resumable saves.
    public var saveEverySteps = 20

    /// The defaults.
    public init() {}
}

/// Bounds on a round's measures; one outside its bound rejects the round.
public struct CollapseSettings: Hashable, Codable, Sendable {
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

    /// The defaults.
    public init() {}
}

/// When a checkpoint is promoted.
public struct GateSettings: Hashable, Codable, Sendable {
    /// Largest accuracy loss that still passes, in points (0.02 is two points).
    public var tolerance = 0.0
    /// The one-sided sign test rejects the new checkpoint as worse when its p-value is below this.
    public var significance = 0.05
    /// Smallest share of distinct answers among the gate questions, relative to the incumbent's.
    public var minDiversity = 0.5
    /// Rejections in a row after which the loop waits on a plateau.
    public var patience = 3

    /// The defaults.
    public init() {}
}
