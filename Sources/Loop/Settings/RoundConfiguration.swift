/// The settings a round runs with.
///
/// A round keeps its own copy; an edited file takes effect at the next. Each section declares its keys in its
/// own file in this folder.
public struct RoundConfiguration: SettingsRoot, Hashable, Sendable {
    /// How questions become prompts.
    public var prompt = PromptSettings()
    /// How candidates are sampled.
    public var generate = GenerateSettings()
    /// How answers are read and voted on.
    public var vote = VoteSettings()
    /// Where answers are, and what their kind asks for.
    public var answer = AnswerSettings()
    /// How candidates are selected.
    public var select = SelectSettings()
    /// How the model is fine-tuned.
    public var finetune = FinetuneSettings()
    /// When a checkpoint is promoted.
    public var gate = GateSettings()
    /// When a round counts as a collapse.
    public var collapse = CollapseSettings()
    /// What a round measures of itself before it writes candidates.
    public var headroom = HeadroomSettings()
    /// Which levels of questions it learns from.
    public var curriculum = CurriculumSettings()
    /// What a record holds that this version does not declare: kept, shown and written back; keys are paths.
    public private(set) var undeclared: [String: RecordedValue] = [:]

    /// The defaults.
    public init() {}

    /// Every setting of a round, in the order of the reference.
    public static let settings: [Setting<RoundConfiguration>] =
        lifted(\.prompt, .prompt) + lifted(\.generate, .generate) + lifted(\.vote, .vote)
        + lifted(\.answer, .answer) + lifted(\.select, .select) + lifted(\.finetune, .finetune)
        + lifted(\.gate, .gate)
        + lifted(\.collapse, .collapse) + lifted(\.headroom, .headroom)
        + lifted(\.curriculum, .curriculum)

    private static func lifted<Section: SettingsSection>(
        _ whole: any WritableKeyPath<RoundConfiguration, Section> & Sendable,
        _ name: SectionName
    ) -> [Setting<RoundConfiguration>] {
        Section.settings.map { $0.lifted(to: whole, section: name.rawValue) }
    }
}

/// The sections of a round's configuration, by the names of their keys.
private enum SectionName: String, CodingKey, CaseIterable {
    case prompt
    case generate
    case vote
    case answer
    case select
    case finetune
    case gate
    case collapse
    case headroom
    case curriculum
}

extension RoundConfiguration: CustomReflectable {
    /// The sections: what is not declared has no type to look into.
    public var customMirror: Mirror {
        let sections: KeyValuePairs<String, Any> = [
            "prompt": prompt, "generate": generate, "vote": vote, "answer": answer, "select": select,
            "finetune": finetune,
            "gate": gate,
            "collapse": collapse,
            "headroom": headroom,
            "curriculum": curriculum,
        ]
        return Mirror(self, children: sections, displayStyle: .struct)
    }
}

extension RoundConfiguration: Codable {
    /// Reads a record of any version: a key that it lacks has its default, one that is not declared is kept.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: SectionName.self)
        func section<Section: SettingsSection>(_ name: SectionName) throws -> Section {
            try container.decodeIfPresent(Section.self, forKey: name) ?? Section.unrecorded
        }
        prompt = try section(.prompt)
        generate = try section(.generate)
        vote = try section(.vote)
        answer = try section(.answer)
        select = try section(.select)
        finetune = try section(.finetune)
        gate = try section(.gate)
        collapse = try section(.collapse)
        headroom = try section(.headroom)
        curriculum = try section(.curriculum)
        undeclared = try Self.undeclared(in: decoder)
    }

    /// Records the configuration.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: SettingKey.self)
        func record(_ section: some SettingsSection, _ name: SectionName) throws {
            var nested = container.nestedContainer(
                keyedBy: SettingKey.self,
                forKey: SettingKey(name.rawValue)
            )
            try section.encode(into: &nested, showsAll: encoder.showsEverySetting)
            for (path, value) in undeclared.sorted(by: { $0.key < $1.key }) {
                guard path.hasPrefix(name.rawValue + ".") else { continue }
                try nested.encode(value, forKey: SettingKey(String(path.dropFirst(name.rawValue.count + 1))))
            }
        }
        try record(prompt, .prompt)
        try record(generate, .generate)
        try record(vote, .vote)
        // Records of rounds that a newer section says nothing about stay what they were.
        func recordNewer<Section: SettingsSection>(_ section: Section, _ name: SectionName) throws {
            let isThere = undeclared.keys.contains { $0.hasPrefix(name.rawValue + ".") }
            guard section != Section() || encoder.showsEverySetting || isThere else { return }
            try record(section, name)
        }
        try recordNewer(answer, .answer)
        try record(select, .select)
        try record(finetune, .finetune)
        try record(gate, .gate)
        try record(collapse, .collapse)
        try recordNewer(headroom, .headroom)
        try recordNewer(curriculum, .curriculum)
        for (path, value) in undeclared.sorted(by: { $0.key < $1.key }) where !path.contains(".") {
            try container.encode(value, forKey: SettingKey(path))
        }
    }

    private static let declared = Set((settings + recordOnly).map(\.path))

    /// What journals record and no configuration file can set.
    private static let recordOnly: [Setting<RoundConfiguration>] =
        VoteSettings.recordOnly.map { $0.lifted(to: \.vote, section: SectionName.vote.rawValue) }
        + GateSettings.recordOnly.map { $0.lifted(to: \.gate, section: SectionName.gate.rawValue) }
        + SelectSettings.recordOnly.map { $0.lifted(to: \.select, section: SectionName.select.rawValue) }

    private static func undeclared(in decoder: any Decoder) throws -> [String: RecordedValue] {
        let container = try decoder.container(keyedBy: SettingKey.self)
        var found: [String: RecordedValue] = [:]
        for key in container.allKeys {
            guard SectionName(rawValue: key.stringValue) != nil else {
                found[key.stringValue] = try container.decode(RecordedValue.self, forKey: key)
                continue
            }
            let section = try container.nestedContainer(keyedBy: SettingKey.self, forKey: key)
            for inner in section.allKeys where !declared.contains("\(key.stringValue).\(inner.stringValue)") {
                found["\(key.stringValue).\(inner.stringValue)"] =
                    try section.decode(RecordedValue.self, forKey: inner)
            }
        }
        return found
    }
}
