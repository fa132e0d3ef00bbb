extension SelectSettings {
    /// Keys of the filters that ask something beside the model.
    static let outsideSettings: [Setting<SelectSettings>] = [
        Setting(
            "rewardCommand",
            \.outside.rewardCommand,
            .any,
            "Filter rewardModel: the program with its arguments; it reads questions and texts and gives scores.",
            isRecorded: false
        ),
        Setting(
            "rewardRule",
            \.outside.rewardRule,
            .any,
            "Filter rewardModel: percentile (the keep share with the highest rewards) or threshold.",
            isRecorded: false
        ),
        Setting(
            "rewardLimit",
            \.outside.rewardLimit,
            .range(-1e12...1e12),
            "Filter rewardModel, rule threshold: the smallest reward that is kept.",
            isRecorded: false
        ),
    ]
}

extension RoundConfiguration {
    /// What a filter asks and the settings do not name; nil when nothing is missing.
    var outsideFault: String? {
        let names = select.filterNames(dedupes: vote.dedupe)
        if names.contains(.rewardModel), select.outside.rewardCommand.first?.isEmpty != false {
            return
                "filter rewardModel asks a program, but select.rewardCommand is empty; name the program that gives rewards"
        }
        return nil
    }
}
