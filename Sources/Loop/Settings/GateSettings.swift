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
    /// What the sign test asks of a new checkpoint.
    public var rule = GateRule.notWorse
    /// Whether `significance` is meant for each round or for all of a run's together.
    public var spending = GateSpending.perRound

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
        Setting(
            "rule",
            \.rule,
            .any,
            "What the sign test asks: no clear loss (notWorse), or a clear gain (better).",
            isRecorded: false
        ),
        Setting(
            "spending",
            \.spending,
            .any,
            "better: significance is for each round (perRound), or for the whole run (overRun).",
            isRecorded: false
        ),
    ]
}

/// What the sign test asks of a new checkpoint.
public enum GateRule: String, SettingChoice {
    /// It must not be clearly worse than the incumbent.
    case notWorse
    /// It must be clearly better.
    case better
}

/// What `gate.significance` is the level of.
public enum GateSpending: String, SettingChoice {
    /// Of each round's test.
    case perRound
    /// Of all tests of a run together.
    case overRun
}

extension GateSettings {
    /// The level of one round's sign test.
    ///
    /// Over a run the level is spent by an online fallback procedure (Tian and Ramdas, 2021): round i may use
    /// the part 1 / (i · (i + 1)) of it, the sum of which over all rounds is 1; a promotion gives what its
    /// round had to the next one. The chance of one or more promotions by mere chance then stays at most
    /// `significance`, however long the run.
    ///
    /// - Parameters:
    ///   - round: The round's number, from 1.
    ///   - promotedBefore: Promotions directly before it.
    /// - Returns: The level, at most `significance`.
    public func level(round: Int, promotedBefore: Int = 0) -> Double {
        guard spending == .overRun else { return significance }
        let round = max(round, 1)
        // The parts of a row of rounds add up to this.
        let first = max(round - max(promotedBefore, 0), 1)
        return significance * (1 / Double(first) - 1 / Double(round + 1))
    }
}
