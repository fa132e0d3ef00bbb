import Foundation
import Loop
import ScaleOut
import Yams

/// One key: its place, its meaning, and how a YAML node gets into the settings.
struct SettingsEntry: Sendable {
    /// The section; nil at the top level.
    let section: String?
    /// The key within the section.
    let key: String
    /// One line for the reference.
    let documentation: String
    /// What a person should write.
    let expectation: String
    /// Whether an environment variable is taken as it stands, without YAML's quoting.
    let isText: Bool
    /// Whether the value is a path, relative to the file that names it.
    let isPath: Bool
    /// Puts a node's value into the settings; false when the node is of another type.
    let assign: @Sendable (inout DaemonSettings, Node) -> Bool
    /// The value as YAML.
    let print: @Sendable (DaemonSettings) -> String

    /// `section.key`.
    var path: String { section.map { "\($0).\(key)" } ?? key }

    /// `AUTODIDACT_SECTION_KEY`; a capital inside a key starts a new word.
    var environmentName: String {
        let words = path.reduce(into: "") { name, letter in
            if letter == "." {
                name += "_"
            } else {
                if letter.isUppercase { name += "_" }
                name += letter.uppercased()
            }
        }
        return "AUTODIDACT_" + words
    }
}

/// The one table of settings.
///
/// It drives decoding, the check for unknown keys, the environment's names and the printed reference.
enum SettingsSchema {
    /// Every key in the order of the reference.
    static let entries: [SettingsEntry] =
        top + engine + scaleout + questions + prompt + generate + vote + select + finetune
        + gate + collapse + loop + storage + schedule

    /// One line per section for the reference.
    static let sections: [(name: String, documentation: String)] = [
        ("engine", "How the model is run."),
        ("scaleout", "Servers and launch lines, for engine.kind scaleout alone; see docs/scale-out.md."),
        ("questions", "Question files: one JSON object a line with question, answer, rationale, choices."),
        ("prompt", "How questions become prompts."),
        ("generate", "How candidates are sampled."),
        ("vote", "How answers are read and voted on."),
        ("select", "How candidates are selected for fine-tuning."),
        ("finetune", "How the model is fine-tuned."),
        ("gate", "When a checkpoint is promoted."),
        ("collapse", "Bounds whose breach rejects a round."),
        ("loop", "How long the loop goes on."),
        ("storage", "What the state directory may take."),
        ("schedule", "When the loop may work; a phase that must not go on is ended and continued later."),
    ]

    private static let top = [
        path("model", \.model, "The model, required: a GGUF file or a Hugging Face directory."),
        path(
            "stateDirectory",
            \.stateDirectory,
            "Journal, checkpoints, exports; empty is systemd's state directory, else ./state."
        ),
        path(
            "socket",
            \.socket,
            "Control socket; empty is control.sock in systemd's runtime directory, else in stateDirectory."
        ),
    ]

    private static let engine = [
        entry(
            "engine.kind",
            \.engine.kind,
            "embedded (in process, on the CPU) or scaleout (vLLM and torchrun)."
        ),
        entry("engine.threads", \.engine.threads, "Threads; 0 lets the engine choose."),
        entry(
            "engine.precision",
            \.engine.precision,
            "auto, f32, bf16 or int8; auto generates and scores in 16-bit fixed point, int8 generates in 8-bit, coarse, and faster with VNNI only."
        ),
        entry("engine.rows", \.engine.rows, "Candidates decoded side by side."),
    ]

    private static let scaleout = [
        entry(
            "scaleout.endpoints",
            \.scaleout.endpoints,
            "Running vLLM servers, http://host:port or unix:/path; empty starts and supervises one."
        ),
        entry(
            "scaleout.server",
            \.scaleout.server,
            "Launch line of the supervised server; {model} is the model's directory, options it needs are added."
        ),
        entry(
            "scaleout.trainer",
            \.scaleout.trainer,
            "Launch line of fine-tuning; {plan} is the plan's file."
        ),
        entry(
            "scaleout.publish",
            \.scaleout.publish,
            "Command that brings {adapter} to where the servers read it; empty for a shared file system."
        ),
        entry(
            "scaleout.credential",
            \.scaleout.credential,
            "The servers' API key: name of a systemd credential, or absolute path of a file."
        ),
        entry("scaleout.inFlight", \.scaleout.inFlight, "Requests at once per server."),
        entry("scaleout.scoreTokens", \.scaleout.scoreTokens, "Tokens of one scoring request."),
        entry("scaleout.trainTokens", \.scaleout.trainTokens, "Padded tokens of one pass of the trainer."),
        entry(
            "scaleout.sharding",
            \.scaleout.sharding,
            "none (each rank of the trainer holds the whole model) or fsdp (they share its weights)."
        ),
        entry("scaleout.requestTimeout", \.scaleout.requestTimeout, "Seconds that one request may take."),
        entry(
            "scaleout.startTimeout",
            \.scaleout.startTimeout,
            "Seconds until a started server must answer."
        ),
        entry(
            "scaleout.stepTimeout",
            \.scaleout.stepTimeout,
            "Seconds that the trainer may take for one step, or until its first."
        ),
        entry(
            "scaleout.restarts",
            \.scaleout.restarts,
            "Times in a row, without a result or save in between, that a server or the trainer is tried again."
        ),
    ]

    private static let questions = [
        path(
            "questions.train",
            \.questions.train,
            "Questions to learn from, required; their answers serve reports only."
        ),
        path("questions.valid", \.questions.valid, "The valid set: question, rationale and answer."),
        path("questions.gate", \.questions.gate, "Held-out questions that decide on promotion."),
        path("questions.test", \.questions.test, "Held-out questions scored for the report alone."),
    ]

    private static let prompt = [
        entry(
            "prompt.template",
            \.round.prompt.template,
            "Text around one question; {question} stands for it."
        ),
        path(
            "prompt.shots",
            \.shotsFile,
            "File with worked examples, put before the question as they stand."
        ),
        entry(
            "prompt.shotsInEvaluation",
            \.round.prompt.shotsInEvaluation,
            "Whether evaluation shows the worked examples, too."
        ),
        entry("prompt.answerCue", \.round.prompt.answerCue, "The phrase after which the answer stands."),
    ]

    private static let generate = [
        entry("generate.candidates", \.round.generate.candidates, "Candidates per question."),
        entry(
            "generate.temperature",
            \.round.generate.temperature,
            "Sampling temperature; 0 is greedy. Small models want less than the default."
        ),
        entry("generate.topP", \.round.generate.topP, "Nucleus mass, above 0 up to 1; 1 keeps every token."),
        entry("generate.topK", \.round.generate.topK, "Most likely tokens kept; 0 keeps every token."),
        entry("generate.maxNewTokens", \.round.generate.maxNewTokens, "Longest candidate, in tokens."),
        entry("generate.stop", \.round.generate.stop, "Strings that end a candidate."),
        entry(
            "generate.waveQuestions",
            \.round.generate.waveQuestions,
            "Questions per wave: what is computed again after a kill."
        ),
        entry(
            "generate.questionsPerRound",
            \.round.generate.questionsPerRound,
            "Train questions a round draws; 0 uses all."
        ),
    ]

    private static let vote = [
        entry("vote.answerKind", \.round.vote.answerKind, "numeric or choice."),
        entry(
            "vote.extractor",
            \.round.vote.extractor,
            "strict, or authors for parity with the released code."
        ),
        entry("vote.minVotes", \.round.vote.minVotes, "Votes the winning answer needs."),
        entry(
            "vote.minShare",
            \.round.vote.minShare,
            "Share of a question's candidates the winning answer needs, 0 to 1."
        ),
        entry("vote.tie", \.round.vote.tie, "What a tie does: first (earliest answer wins) or drop."),
        entry("vote.dedupe", \.round.vote.dedupe, "Whether identical texts of a question count once."),
    ]

    private static let select = [
        entry("select.policy", \.round.select.policy, "iwsi, lmsi, none, or oracle (for diagnosis only)."),
        entry("select.keep", \.round.select.keep, "Share kept by DS weight, in percent, above 0 up to 100."),
        entry("select.cut", \.round.select.cut, "Ties at the cut: exact_k, inclusive or authors."),
        entry(
            "select.lossSpan",
            \.round.select.lossSpan,
            "Tokens a loss is taken over: answer_only or full_sequence."
        ),
        entry(
            "select.allowEmptyValid",
            \.round.select.allowEmptyValid,
            "Whether an empty valid set selects by the vote alone instead of being an error."
        ),
    ]

    private static let finetune = [
        entry(
            "finetune.startFrom",
            \.round.finetune.startFrom,
            "incumbent, or base for a fresh adapter each round."
        ),
        entry("finetune.rank", \.round.finetune.rank, "LoRA rank."),
        entry("finetune.alpha", \.round.finetune.alpha, "LoRA alpha; the adapter's scale is alpha / rank."),
        entry("finetune.targetModules", \.round.finetune.targetModules, "Linear layers that carry LoRA."),
        entry("finetune.learningRate", \.round.finetune.learningRate, "Peak learning rate."),
        entry("finetune.epochs", \.round.finetune.epochs, "Passes over the selected candidates."),
        entry("finetune.batch", \.round.finetune.batch, "Candidates per optimizer step."),
        entry("finetune.warmup", \.round.finetune.warmup, "Share of the steps spent warming up, 0 to 1."),
        entry("finetune.clip", \.round.finetune.clip, "Largest gradient norm; 0 does not clip."),
        entry("finetune.weightDecay", \.round.finetune.weightDecay, "AdamW weight decay."),
        entry(
            "finetune.maxTokens",
            \.round.finetune.maxTokens,
            "Longest training sequence; longer ones are dropped."
        ),
        entry(
            "finetune.saveEverySteps",
            \.round.finetune.saveEverySteps,
            "Optimizer steps between resumable saves."
        ),
    ]

    private static let gate = [
        entry(
            "gate.tolerance",
            \.round.gate.tolerance,
            "Largest accuracy loss that passes (0.02 is two points)."
        ),
        entry(
            "gate.significance",
            \.round.gate.significance,
            "Level of the sign test that rejects a worse model."
        ),
        entry(
            "gate.minDiversity",
            \.round.gate.minDiversity,
            "Smallest answer diversity, relative to the incumbent's."
        ),
        entry("gate.patience", \.round.gate.patience, "Rejections in a row after which the loop waits."),
    ]

    private static let collapse = [
        entry(
            "collapse.minEntropy",
            \.round.collapse.minEntropy,
            "Smallest mean answer entropy, 0 to 1; 0 is off."
        ),
        entry(
            "collapse.minDistinctAnswers",
            \.round.collapse.minDistinctAnswers,
            "Smallest mean number of distinct answers per question; 0 is off."
        ),
        entry(
            "collapse.minMeanTokens",
            \.round.collapse.minMeanTokens,
            "Smallest mean candidate length, in tokens."
        ),
        entry(
            "collapse.minParsedShare",
            \.round.collapse.minParsedShare,
            "Smallest share of readable answers."
        ),
        entry(
            "collapse.maxDuplicateShare",
            \.round.collapse.maxDuplicateShare,
            "Largest share of repeated texts; 1 is off."
        ),
        entry(
            "collapse.maxLengthChange",
            \.round.collapse.maxLengthChange,
            "Largest factor by which the mean answer length may change."
        ),
    ]

    private static let loop = [
        entry("loop.rounds", \.loop.rounds, "Rounds to finish before the loop waits; 0 goes on for ever."),
        entry("loop.seed", \.loop.seed, "Seed of all randomness."),
        entry(
            "loop.stallAfter",
            \.loop.stallAfter,
            "Seconds without progress after which a phase is ended and tried again."
        ),
    ]

    private static let storage = [
        entry(
            "storage.keep",
            \.storage.keep,
            "Newest checkpoints whose adapters stay, beside current, best and pinned ones; 0 removes none."
        ),
        entry("storage.reserve", \.storage.reserve, "Megabytes that must be free before a phase begins."),
        entry(
            "storage.retryAfter",
            \.storage.retryAfter,
            "Seconds between looks at a disk that could not be written."
        ),
    ]

    private static let schedule = [
        entry(
            "schedule.hours",
            \.schedule.hours,
            "Hours of the day, local time, such as \"22:00-06:00\"; empty is always."
        ),
        entry(
            "schedule.maxLoad",
            \.schedule.maxLoad,
            "Load of other programs above which the loop waits; 0 works under any."
        ),
        entry(
            "schedule.onBattery",
            \.schedule.onBattery,
            "Whether the loop goes on while the machine runs on battery."
        ),
    ]

    private static func entry<Value: SettingValue>(
        _ path: String,
        _ value: any WritableKeyPath<DaemonSettings, Value> & Sendable,
        _ documentation: String,
        isPath: Bool = false
    ) -> SettingsEntry {
        let parts = path.split(separator: ".").map(String.init)
        return SettingsEntry(
            section: parts.count == 2 ? parts[0] : nil,
            key: parts[parts.count - 1],
            documentation: documentation,
            expectation: isPath ? "a path; put it in double quotes" : Value.expectation,
            isText: Value.self is String.Type,
            isPath: isPath,
            assign: { settings, node in
                guard let read = Value.read(node) else { return false }
                settings[keyPath: value] = read
                return true
            },
            print: { $0[keyPath: value].yaml }
        )
    }

    private static func path(
        _ path: String,
        _ value: any WritableKeyPath<DaemonSettings, String> & Sendable,
        _ documentation: String
    ) -> SettingsEntry {
        entry(path, value, documentation, isPath: true)
    }
}
