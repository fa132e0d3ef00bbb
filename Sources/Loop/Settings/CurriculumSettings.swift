/// Which levels of train questions a round learns from, the easiest first.
public struct CurriculumSettings: SettingsSection {
    /// Whether levels open one after the other; otherwise a round draws from all train questions.
    public var enabled = false
    /// Mean vote share of a level from which on the next one is opened, 0...1.
    public var solvedShare = 0.8
    /// Mean vote share below which an open level is closed again, 0...1; 0 never closes one for that.
    public var floorShare = 0.3
    /// Fall of an open level's mean vote share from its best that closes it, 0...1; 1 never does.
    public var maxFall = 0.2
    /// Share of a round's questions that come from solved levels, 0...0.9.
    public var replayShare = 0.3

    /// The defaults.
    public init() {}

    /// Every key: allowed values and meaning.
    public static let settings: [Setting<CurriculumSettings>] = [
        Setting(
            "enabled",
            \.enabled,
            .any,
            "Whether levels of train questions open one after the other, the easiest first; false draws from all.",
            isRecorded: false
        ),
        Setting(
            "solvedShare",
            \.solvedShare,
            .range(0...1),
            "Mean share of candidates that agree with their vote from which on a level is solved and the next opens.",
            isRecorded: false
        ),
        Setting(
            "floorShare",
            \.floorShare,
            .range(0...1),
            "Mean vote share below which an open level is closed again; 0 is off.",
            isRecorded: false
        ),
        Setting(
            "maxFall",
            \.maxFall,
            .range(0...1),
            "Fall of an open level's mean vote share from its best that closes it again; 1 is off.",
            isRecorded: false
        ),
        Setting(
            "replayShare",
            \.replayShare,
            .range(0...0.9),
            "Share of a round's questions that come from solved levels.",
            isRecorded: false
        ),
    ]
}
