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
        Setting(
            "smallModel",
            \.outside.smallModel,
            .any,
            "Filter smallModelScore: the small model, a GGUF file or a Hugging Face directory.",
            isPath: true,
            isRecorded: false
        ),
        Setting(
            "smallModelShare",
            \.outside.smallModelShare,
            .range(0.01...100),
            "Filter smallModelScore: share kept, the hardest for the small model first, in per cent.",
            isRecorded: false
        ),
    ]

    /// Which model `smallModel` was when the round began.
    public static let recordOnly: [Setting<SelectSettings>] = [
        Setting(
            "smallModelDigest",
            \.outside.smallModelDigest,
            .any,
            "What identifies the small model.",
            isRecorded: false
        )
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
        if names.contains(.smallModelScore), select.outside.smallModel.isEmpty {
            return
                "filter smallModelScore asks a small model, but select.smallModel is empty; name a GGUF file or a Hugging "
                + "Face directory"
        }
        return nil
    }
}
