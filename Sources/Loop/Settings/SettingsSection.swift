/// Something with settings and a default for each.
public protocol SettingsRoot: Sendable {
    /// Every setting at its default.
    init()

    /// What a record without any key means.
    static var unrecorded: Self { get }
}

extension SettingsRoot {
    /// The defaults.
    public static var unrecorded: Self { Self() }
}

/// A group of settings that journals record as one JSON object.
///
/// Its Codable form follows from the declarations: a key that a record lacks has its value in `unrecorded`,
/// so that a record of any earlier version can be read; a key that is not declared is kept by the whole
/// record (`RoundConfiguration.undeclared`).
public protocol SettingsSection: SettingsRoot, Codable, Hashable {
    /// Its settings, their paths without the section's name, in the order of the reference.
    static var settings: [Setting<Self>] { get }

    /// What journals record beside the settings and no configuration file can set, such as the version of a
    /// rule.
    static var recordOnly: [Setting<Self>] { get }
}

extension SettingsSection {
    /// Nothing.
    public static var recordOnly: [Setting<Self>] { [] }

    /// Reads a recorded section.
    public init(from decoder: any Decoder) throws {
        self = Self.unrecorded
        let container = try decoder.container(keyedBy: SettingKey.self)
        for setting in Self.settings + Self.recordOnly { try setting.decode(container, &self) }
    }

    /// Records the section.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: SettingKey.self)
        try encode(into: &container, showsAll: encoder.showsEverySetting)
    }

    func encode(into container: inout KeyedEncodingContainer<SettingKey>, showsAll: Bool) throws {
        for setting in Self.settings + Self.recordOnly { try setting.encode(self, &container, showsAll) }
    }
}

extension CodingUserInfoKey {
    /// Set to true on an encoder that writes every setting, for readers; records leave out newer ones at
    /// their default.
    public static let showsEverySetting = CodingUserInfoKey(rawValue: "showsEverySetting")
}

extension Encoder {
    var showsEverySetting: Bool {
        CodingUserInfoKey.showsEverySetting.flatMap { userInfo[$0] as? Bool } ?? false
    }
}
