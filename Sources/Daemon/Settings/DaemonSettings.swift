package import Loop

/// All settings of the daemon.
///
/// `SettingsSchema` lists every key with its meaning.
package struct DaemonSettings: Hashable, Sendable {
    /// Path of the model: a GGUF file or a Hugging Face directory.
    package var model = ""
    /// Path of the state directory.
    package var stateDirectory = ""
    /// Path of the control socket.
    package var socket = ""
    /// How the model is run.
    package var engine = EngineOptions()
    /// Where servers are and how programs are started, when the engine is `scaleout`.
    package var scaleout = ScaleOutOptions()
    /// Where the questions are.
    package var questions = QuestionFiles()
    /// Path of the worked examples' text; empty for none.
    ///
    /// Its content is in `round.prompt.shots`.
    package var shotsFile = ""
    /// Path of the JSON schema that answers fit; empty for none.
    ///
    /// Its content is in `round.answer.schema`.
    package var schemaFile = ""
    /// What every round runs with.
    package var round = RoundConfiguration()
    /// How long the loop runs.
    package var loop = LoopOptions()
    /// How much space the state directory may use.
    package var storage = StorageOptions()
    /// When the loop may work.
    package var schedule = ScheduleOptions()

    /// The defaults.
    package init() {}
}

/// What runs the model.
package enum EngineKind: String, SettingChoice {
    /// This process, on the CPU.
    case embedded
    /// vLLM and torchrun.
    case scaleout
}

/// How the model is run.
package struct EngineOptions: Hashable, Sendable {
    /// What runs it.
    package var kind = EngineKind.embedded
    /// Threads; 0 lets the engine choose.
    package var threads = 0
    /// Numeric precision.
    package var precision = Precision.automatic
    /// Candidates decoded side by side.
    package var rows = 64

    /// The defaults.
    package init() {}
}

/// Paths of the question files; an empty path leaves the split empty.
package struct QuestionFiles: Hashable, Sendable {
    /// Questions the loop learns from.
    package var train = ""
    /// The valid set.
    package var valid = ""
    /// Questions the gate decides by.
    package var gate = ""
    /// Questions scored for the report only.
    package var test = ""

    /// The defaults.
    package init() {}

    /// The path of a split's file.
    package subscript(split: Split) -> String {
        switch split {
        case .train: train
        case .valid: valid
        case .gate: gate
        case .test: test
        }
    }
}

/// How long the loop runs.
package struct LoopOptions: Hashable, Sendable {
    /// Rounds to finish before the loop waits; 0 continues without end.
    package var rounds = 0
    /// Accuracy on the gate's questions with which the loop is done, 0...1; 0 is no target.
    package var target = 0.0
    /// Hours that phases may take, all together; 0 is no limit.
    package var hours = 0.0
    /// Tokens that may be generated and trained on; 0 is no limit.
    package var tokens = 0
    /// What the loop tries, one at a time and in this order, when rounds bring nothing.
    package var escalation: [LeverID] = []
    /// Rounds in a row without a promotion before the next lever is tried.
    package var escalateAfter = 1
    /// The seed that every round's seed is derived from.
    package var seed: UInt64 = 1
    /// Seconds without progress after which a phase is ended and tried again.
    package var stallAfter = 3600
    /// Whether the base model is asked a sample of the questions before the first round.
    package var preflight = true
    /// Whether the daemon ends where the loop would wait for a person; a command-line flag, not a setting of
    /// a file.
    package var endsWhenComplete = false

    /// The defaults.
    package init() {}
}

/// How much space the state directory may use.
package struct StorageOptions: Hashable, Sendable {
    /// How many of the newest adapters stay even if rejected; promoted ones always stay; 0 removes none.
    package var keep = 5
    /// After how many newer rounds a round's candidates are compressed; 0 compresses none.
    package var archiveAfter = 0
    /// How many of the newest events stay at least; 0 keeps all.
    package var keepEvents = 0
    /// Megabytes that must be free before a phase begins.
    package var reserve = 256
    /// Seconds between tries when the disk cannot be written.
    package var retryAfter = 3.0

    /// The defaults.
    package init() {}
}

/// When the loop may work.
package struct ScheduleOptions: Hashable, Sendable {
    /// Hours of the day, local time, as `22:00-06:00`; empty is always.
    package var hours = ""
    /// Load of other programs above which the loop waits; 0 ignores the load.
    package var maxLoad = 0.0
    /// Whether the loop works while the machine runs on battery.
    package var onBattery = true

    /// The defaults.
    package init() {}
}
