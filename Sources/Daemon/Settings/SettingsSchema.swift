import Foundation
import Loop
import ScaleOut

extension DaemonSettings: SettingsRoot {}

/// Every key of the configuration: file, environment, range checks, reference and manual page follow from
/// this list.
///
/// A round's own settings are declared in `Loop/Settings`; the files of worked examples and of the JSON
/// schema replace their texts.
enum SettingsSchema {
    /// Every key in the order of the reference.
    static let settings: [Setting<DaemonSettings>] =
        top + engine + scaleout + questions + round + loop + storage + schedule

    /// Sections in the same order, each with a line about it.
    static let sections: [(name: String, documentation: String)] = [
        ("engine", "How the model is run."),
        ("scaleout", "Servers and launch lines, only for engine.kind scaleout; see docs/scale-out.md."),
        (
            "questions",
            "Question files: a JSON object per line with question, answer, rationale, choices, variants, level."
        ),
        ("prompt", "How questions become prompts."),
        ("generate", "How candidates are sampled."),
        ("vote", "How answers are read and voted on."),
        ("answer", "Where answers are, and what their kind asks for."),
        ("select", "How candidates are selected for fine-tuning."),
        ("finetune", "How the model is fine-tuned."),
        ("gate", "When a checkpoint is promoted."),
        ("collapse", "Bounds; a value outside one rejects the round."),
        ("headroom", "How far the vote is ahead of one greedy answer, before a round writes candidates."),
        ("curriculum", "Which levels of train questions a round learns from; see docs/method.md."),
        ("loop", "How long the loop runs."),
        ("storage", "How much space the state directory may use."),
        ("schedule", "When the loop may work; a phase that must not continue is ended and continued later."),
    ]

    private static let shots = Setting(
        "prompt.shots",
        \DaemonSettings.shotsFile,
        .any,
        "File with worked examples, put unchanged before the question.",
        isPath: true
    )

    private static let schema = Setting(
        "answer.schema",
        \DaemonSettings.schemaFile,
        .any,
        "File with the JSON schema of kind json; empty takes every value.",
        isPath: true
    )

    private static let round = RoundConfiguration.settings.map { setting in
        switch setting.path {
        case shots.path: shots
        case schema.path: schema
        default: setting.lifted(to: \DaemonSettings.round)
        }
    }

    private static let top: [Setting<DaemonSettings>] = [
        Setting(
            "model",
            \.model,
            .named,
            "The model, required: a GGUF file or a Hugging Face directory.",
            isPath: true
        ),
        Setting(
            "stateDirectory",
            \.stateDirectory,
            .any,
            "Journal, checkpoints, exports; empty is systemd's state directory, else ./state.",
            isPath: true
        ),
        Setting(
            "socket",
            \.socket,
            .any,
            "Control socket; empty is control.sock in systemd's runtime directory, else in stateDirectory.",
            isPath: true
        ),
    ]

    private static let engine: [Setting<DaemonSettings>] = [
        Setting(
            "engine.kind",
            \.engine.kind,
            .any,
            "embedded (in process, on the CPU) or scaleout (vLLM and torchrun)."
        ),
        Setting(
            "engine.threads",
            \.engine.threads,
            .range(0...1024, "0 is automatic"),
            "Threads; 0 lets the engine choose."
        ),
        Setting(
            "engine.precision",
            \.engine.precision,
            .any,
            "auto, f32, bf16 or int8; auto generates and scores in 16-bit fixed point; int8 generates in 8-bit, which is coarse, and faster only with VNNI."
        ),
        Setting("engine.rows", \.engine.rows, .range(1...4096), "Candidates decoded side by side."),
    ]

    private static let scaleout: [Setting<DaemonSettings>] = [
        Setting(
            "scaleout.endpoints",
            \.scaleout.endpoints,
            .any,
            "Running vLLM servers, http://host:port or unix:/path; empty starts and supervises one."
        ),
        Setting(
            "scaleout.server",
            \.scaleout.server,
            .any,
            "Launch line of the supervised server; {model} is the model's directory, options it needs are added."
        ),
        Setting(
            "scaleout.trainer",
            \.scaleout.trainer,
            .holding("{plan}", "which becomes the plan's file"),
            "Launch line of fine-tuning; {plan} is the plan's file."
        ),
        Setting(
            "scaleout.publish",
            \.scaleout.publish,
            .any,
            "Command that copies {adapter} to where the servers read it; empty for a shared file system."
        ),
        Setting(
            "scaleout.credential",
            \.scaleout.credential,
            .any,
            "The servers' API key: name of a systemd credential, or absolute path of a file."
        ),
        Setting("scaleout.inFlight", \.scaleout.inFlight, .range(1...4096), "Requests at once per server."),
        Setting(
            "scaleout.scoreTokens",
            \.scaleout.scoreTokens,
            .range(64...1_048_576),
            "Tokens of one scoring request."
        ),
        Setting(
            "scaleout.trainTokens",
            \.scaleout.trainTokens,
            .range(64...1_048_576),
            "Padded tokens of one pass of the trainer."
        ),
        Setting(
            "scaleout.sharding",
            \.scaleout.sharding,
            .any,
            "none (each rank of the trainer holds the whole model) or fsdp (they share its weights)."
        ),
        Setting(
            "scaleout.requestTimeout",
            \.scaleout.requestTimeout,
            .range(1...86_400),
            "Seconds that one request may take."
        ),
        Setting(
            "scaleout.startTimeout",
            \.scaleout.startTimeout,
            .range(1...86_400),
            "Seconds until a started server must answer."
        ),
        Setting(
            "scaleout.stepTimeout",
            \.scaleout.stepTimeout,
            .range(1...604_800),
            "Seconds that the trainer may take for one step, or until its first."
        ),
        Setting(
            "scaleout.restarts",
            \.scaleout.restarts,
            .range(0...1000),
            "Times in a row, without a result or save in between, that a server or the trainer is tried again."
        ),
    ]

    private static let questions: [Setting<DaemonSettings>] = [
        Setting(
            "questions.train",
            \.questions.train,
            .any,
            "Questions to learn from, required; their answers are used in reports only.",
            isPath: true
        ),
        Setting(
            "questions.valid",
            \.questions.valid,
            .any,
            "The valid set: question, rationale and answer.",
            isPath: true
        ),
        Setting(
            "questions.gate",
            \.questions.gate,
            .any,
            "Held-out questions that decide on promotion.",
            isPath: true
        ),
        Setting(
            "questions.test",
            \.questions.test,
            .any,
            "Held-out questions scored for the report only.",
            isPath: true
        ),
    ]

    private static let loop: [Setting<DaemonSettings>] = [
        Setting(
            "loop.rounds",
            \.loop.rounds,
            .atLeast(0, "0 continues without end"),
            "Rounds to finish before the loop waits; 0 continues without end."
        ),
        Setting(
            "loop.target",
            \.loop.target,
            .range(0...1, "0 is no target"),
            "Accuracy on the gate's questions with which the loop is done, 0 to 1; 0 is no target."
        ),
        Setting(
            "loop.hours",
            \.loop.hours,
            .atLeast(0, "0 is no limit"),
            "Hours of work, all phases together, after which no round begins; 0 is no limit."
        ),
        Setting(
            "loop.tokens",
            \.loop.tokens,
            .atLeast(0, "0 is no limit"),
            "Tokens, generated and trained on, after which no round begins; 0 is no limit."
        ),
        Setting(
            "loop.escalation",
            \.loop.escalation,
            .levers,
            "What to try, one at a time, when rounds bring nothing: votes, temperature, restartFromBase, scpo."
        ),
        Setting(
            "loop.escalateAfter",
            \.loop.escalateAfter,
            .range(1...1000),
            "Rounds in a row without a promotion before the next of loop.escalation is tried."
        ),
        Setting("loop.seed", \.loop.seed, .any, "Seed of all randomness."),
        Setting(
            "loop.stallAfter",
            \.loop.stallAfter,
            .range(10...604_800, "a week"),
            "Seconds without progress after which a phase is ended and tried again."
        ),
        Setting(
            "loop.preflight",
            \.loop.preflight,
            .any,
            "Whether preflight asks a small sample before the first round, if it costs at most half of it."
        ),
    ]

    private static let storage: [Setting<DaemonSettings>] = [
        Setting(
            "storage.keep",
            \.storage.keep,
            .atLeast(0, "0 removes none"),
            "How many of the newest adapters stay even if rejected; promoted ones always stay; 0 removes none."
        ),
        Setting(
            "storage.archiveAfter",
            \.storage.archiveAfter,
            .atLeast(0, "0 compresses none"),
            "After how many newer rounds a round's candidates are compressed; they stay readable; 0 compresses none."
        ),
        Setting(
            "storage.keepEvents",
            \.storage.keepEvents,
            .atLeast(0, "0 keeps all"),
            "How many of the newest events stay at least, in whole rounds; 0 keeps all."
        ),
        Setting(
            "storage.reserve",
            \.storage.reserve,
            .range(0...1_000_000, "megabytes"),
            "Megabytes that must be free before a phase begins."
        ),
        Setting(
            "storage.retryAfter",
            \.storage.retryAfter,
            .range(0.01...20, "seconds"),
            "Seconds between tries when the disk cannot be written."
        ),
    ]

    private static let schedule: [Setting<DaemonSettings>] = [
        Setting(
            "schedule.hours",
            \.schedule.hours,
            .hours,
            "Hours of the day, local time, such as \"22:00-06:00\"; empty is always."
        ),
        Setting(
            "schedule.maxLoad",
            \.schedule.maxLoad,
            .atLeast(0, "0 ignores the load"),
            "Load of other programs above which the loop waits; 0 ignores the load."
        ),
        Setting(
            "schedule.onBattery",
            \.schedule.onBattery,
            .any,
            "Whether the loop works while the machine runs on battery."
        ),
    ]
}

extension SettingRule<String> {
    fileprivate static var named: SettingRule {
        SettingRule { $0.isEmpty ? "is empty; name a GGUF file or a model directory" : nil }
    }

    fileprivate static var hours: SettingRule {
        SettingRule { text in
            guard !text.isEmpty, Schedule.Hours(text) == nil else { return nil }
            return "is \(text.settingText); write HH:MM-HH:MM in double quotes, such as \"22:00-06:00\", "
                + "or leave it empty"
        }
    }
}

extension SettingRule<[String]> {
    fileprivate static func holding(_ placeholder: String, _ meaning: String) -> SettingRule {
        SettingRule { words in
            guard !words.contains(where: { $0.contains(placeholder) }) else { return nil }
            return "is \(words.settingText); give it \(placeholder), \(meaning)"
        }
    }
}
