/// When a checkpoint is promoted.
public struct GateSettings: SettingsSection {
    /// Largest accuracy loss that still passes, in points (0.02 is two points).
    public var tolerance = 0.0
    /// The one-sided sign test rejects the new checkpoint as worse when its p-value is below this.
    public var significance = 0.05
    /// Smallest share of distinct answers among the gate questions, relative to the incumbent's.
    public var minDiversity = 0.5
    /// Rounds in a row, rejected or without data, after which the loop waits on a plateau.
    public var patience = 3
    /// Largest fall of the share of gate answers that end by themselves, in points; of chats alone.
    public var stopTolerance = 0.05
    /// What the loop tries with this round because rounds before it brought nothing; empty for a person's own
    /// settings.
    public var levers: [LeverID] = []

    /// The defaults.
    public init() {}

    /// The lever that the loop pulled, so that the next decision needs the journal alone.
    public static let recordOnly: [Setting<GateSettings>] = [
        Setting("levers", \.levers, .any, "Levers that the loop tries with the round.", isRecorded: false)
    ]

    /// Every key: allowed values and meaning.
    public static let settings: [Setting<GateSettings>] = [
        Setting(
            "tolerance",
            \.tolerance,
            .range(0...1),
            "Largest accuracy loss that passes (0.02 is two points)."
        ),
        Setting(
            "significance",
            \.significance,
            .range(0...1),
            "Level of the sign test that rejects a worse model."
        ),
        Setting(
            "minDiversity",
            \.minDiversity,
            .range(0...1),
            "Smallest answer diversity, relative to the incumbent's."
        ),
        Setting(
            "patience",
            \.patience,
            .range(1...1000),
            "Rounds in a row, rejected or without data, after which the loop waits."
        ),
        Setting(
            "stopTolerance",
            \.stopTolerance,
            .range(0...1),
            "Largest fall of the share of answers that end before the token limit (0.05 is five points); format chat alone.",
            isRecorded: false
        ),
    ]
}
