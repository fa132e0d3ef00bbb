/// What a round measures of itself before it writes candidates.
public struct HeadroomSettings: SettingsSection {
    /// Held-out questions with answers that are asked; 0 measures nothing.
    public var questions = 0
    /// Candidates per question that vote.
    public var votes = 16
    /// Smallest lead of the vote with which a round goes on, in points (0.02 is two points); −1 always goes
    /// on.
    public var least = -1.0

    /// The defaults.
    public init() {}

    /// Every key: allowed values and meaning.
    public static let settings: [Setting<HeadroomSettings>] = [
        Setting(
            "questions",
            \.questions,
            .range(0...1_000_000, "0 measures nothing"),
            "Valid questions (train ones with answers without a valid set) asked each round; 0 measures nothing.",
            isRecorded: false
        ),
        Setting("votes", \.votes, .range(2...4096), "Candidates per question that vote.", isRecorded: false),
        Setting(
            "least",
            \.least,
            .range(-1...1),
            "Smallest lead of the vote over the greedy answer with which a round trains; -1 always trains.",
            isRecorded: false
        ),
    ]
}
