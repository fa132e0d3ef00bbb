public import Loop

/// Where the servers are and how programs are started.
public struct ScaleOutSettings: Hashable, Sendable {
    /// Number format of weights and activations, in server and trainer.
    public enum Precision: String, Sendable {
        /// 32-bit floats.
        case f32
        /// bfloat16.
        case bf16

        /// The name that vLLM and torch give it.
        var dtype: String { self == .f32 ? "float32" : "bfloat16" }
    }

    /// What ranks of the trainer share.
    public enum Sharding: String, SettingChoice {
        /// Every rank holds the whole model.
        case none
        /// The frozen base weights are cut over the ranks.
        case fsdp
    }

    /// How long things may take.
    public struct Timeouts: Hashable, Sendable {
        /// One request.
        public var request = Duration.seconds(600)
        /// A started server until it answers.
        public var start = Duration.seconds(900)
        /// The trainer for one step, or until its first.
        public var step = Duration.seconds(1800)
    }

    /// What adapters a server must take.
    public struct LoRALimits: Hashable, Sendable {
        /// Largest rank.
        public var rank = 8
        /// Linear layers that may carry LoRA, by their Hugging Face names.
        public var targetModules: [String] = []
    }

    /// Number format.
    public var precision = Precision.bf16
    /// Running servers, `http://host:port` or `unix:/path`; if there are none, the engine starts its own.
    public var endpoints: [String] = []
    /// Launch line of the engine's own server; `{model}` is replaced by the model's directory.
    public var server = ["vllm", "serve", "{model}"]
    /// Launch line of a fine-tuning job; `{plan}` is replaced by the plan's file.
    public var trainer = [
        "torchrun", "--standalone", "--local-addr=127.0.0.1", "--max-restarts=0", "--nproc-per-node=auto",
        "-m",
        "autodidact_trainer", "{plan}",
    ]
    /// Command that copies an adapter to where the servers read it, with `{adapter}` for its directory; none
    /// if they share a file system.
    public var publish: [String] = []
    /// The servers' API key; nil for none.
    public var apiKey: String?
    /// Requests at once per server.
    public var inFlight = 16
    /// Tokens of one scoring request: what the server holds as logits at once.
    public var scoreTokens = 2048
    /// Padded tokens of one pass of the trainer.
    public var trainTokens = 8192
    /// What ranks of the trainer share.
    public var sharding = Sharding.none
    /// How long things may take.
    public var timeouts = Timeouts()
    /// Times in a row, without a result or save in between, that a server or the trainer is tried again.
    public var restarts = 3
    /// Ranks that vLLM accepts for `--max-lora-rank`.
    public static let ranks = [1, 8, 16, 32, 64, 128, 256, 320, 512]

    /// What adapters the server must take.
    public var lora = LoRALimits()
    /// Absolute path where the engine keeps its files.
    public var directory: String
    /// Absolute path of the own server's socket; no other server's.
    public var socket: String

    /// The defaults.
    public init(directory: String, socket: String) {
        self.directory = directory
        self.socket = socket
    }
}
