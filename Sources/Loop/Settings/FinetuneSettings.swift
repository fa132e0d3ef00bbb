/// How the model is fine-tuned.
public struct FinetuneSettings: SettingsSection {
    /// Where fine-tuning starts, and what comes along.
    var pool = TrainingPool()
    /// What a step makes smaller.
    public var objective = ObjectiveID.sft
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
    /// Which adapters besides the last save the valid set chooses among; empty for none.
    public var contenders: [ContenderKind] = []
    /// What single objectives ask for.
    public var objectives = ObjectiveSettings()

    /// The defaults.
    public init() {}

    /// Every key: allowed values and meaning.
    public static let settings = ownSettings + objectiveSettings

    /// Where fine-tuning starts.
    public var startFrom: StartFrom {
        get { pool.startFrom }
        set { pool.startFrom = newValue }
    }
    /// What earlier rounds have kept that comes along, where fine-tuning starts from the base model.
    public var earlier: EarlierSamples {
        get { pool.earlier }
        set { pool.earlier = newValue }
    }

    /// Under which words of its question a candidate is scored and trained on.
    public var wording: TrainedWording {
        get { pool.wording }
        set { pool.wording = newValue }
    }

    private static let ownSettings: [Setting<FinetuneSettings>] = [
        Setting("startFrom", \.startFrom, .any, "incumbent, or base for a fresh adapter each round."),
        Setting(
            "earlier",
            \.earlier,
            .any,
            "startFrom base: samples of earlier rounds, all, or of each question those of the newest round alone (newest).",
            isRecorded: false
        ),
        Setting(
            "objective",
            \.objective,
            .any,
            "What a step minimises: sft, weighted, scpo, scpoDs, negOnly, spinVote, sodMix or ttrl.",
            isRecorded: false
        ),
        Setting("rank", \.rank, .range(1...1024), "LoRA rank."),
        Setting(
            "alpha",
            \.alpha,
            .positive(upTo: 65_536),
            "LoRA alpha; the adapter's scale is alpha / rank."
        ),
        Setting("targetModules", \.targetModules, .modules, "Linear layers that carry LoRA."),
        Setting("learningRate", \.learningRate, .positive(upTo: 1), "Peak learning rate."),
        Setting("epochs", \.epochs, .range(1...1000), "Passes over the selected candidates."),
        Setting("batch", \.batch, .range(1...65_536), "Candidates per optimizer step."),
        Setting("warmup", \.warmup, .range(0...1), "Share of the steps spent warming up, 0 to 1."),
        Setting("clip", \.clip, .range(0...1_000_000), "Largest gradient norm; 0 does not clip."),
        Setting("weightDecay", \.weightDecay, .range(0...1), "AdamW weight decay."),
        Setting(
            "maxTokens",
            \.maxTokens,
            .range(2...131_072),
            "Longest training sequence; longer ones are dropped."
        ),
        Setting(
            "saveEverySteps",
            \.saveEverySteps,
            .range(1...1_000_000),
            "Optimizer steps between resumable saves."
        ),
        Setting(
            "wording",
            \.wording,
            .any,
            "Words of a question that its candidates are scored and trained under: question (its own) or seen.",
            isRecorded: false
        ),
        Setting(
            "contenders",
            \.contenders,
            .distinct,
            "Adapters besides the last one that the valid set chooses among: epochs, average; [] for none.",
            isRecorded: false
        ),
    ]
}

/// The linear layers that may carry LoRA, by their Hugging Face names.
public enum TargetModule: String, SettingChoice, Comparable {
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
public enum StartFrom: String, SettingChoice {
    /// The current checkpoint's adapter.
    case incumbent
    /// A fresh adapter on the base model, for what this round and those before it on the line have kept.
    case base
}

/// Which samples of earlier rounds a fresh adapter is trained on, beside the round's own.
public enum EarlierSamples: String, SettingChoice {
    /// All that the rounds on the line have kept.
    case all
    /// Of each question those of the newest round that kept any: the newest label wins.
    case newest
}

/// What fine-tuning begins with, and on which samples.
struct TrainingPool: Hashable, Sendable {
    /// The adapter.
    var startFrom = StartFrom.incumbent
    /// The samples of earlier rounds.
    var earlier = EarlierSamples.all
    /// The words of a question that samples stand under.
    var wording = TrainedWording.question
}

extension SettingRule<[ContenderKind]> {
    fileprivate static var distinct: SettingRule {
        SettingRule { kinds in
            Set(kinds).count == kinds.count ? nil : "names a kind twice; name each once"
        }
    }
}

extension SettingRule<[TargetModule]> {
    fileprivate static var modules: SettingRule {
        SettingRule { modules in
            if modules.isEmpty { return "is empty; name at least one layer such as q_proj" }
            return Set(modules).count == modules.count ? nil : "names a layer twice; name each once"
        }
    }
}
