/// A group of settings that journals record as one JSON object.
///
/// Its Codable form follows from the declarations: a key that a record lacks has its default (its value in `unrecorded`), so that a record of any
/// earlier version can be read; a key that is not declared is left to whoever keeps the whole record
/// (`RoundConfiguration.undeclared`).
public protocol SettingsSection: SettingsRoot, Codable, Hashable {
    /// Its settings, their paths without the section's name, in the order of the reference.
    static var settings: [Setting<Self>] { get }

    /// What journals record beside the settings and no configuration file can set, such as the version of a rule.
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
    /// Set to true on an encoder that writes every setting, for readers; records leave out newer ones at their default.
    public static let showsEverySetting = CodingUserInfoKey(rawValue: "showsEverySetting")
}

extension Encoder {
    var showsEverySetting: Bool {
        CodingUserInfoKey.showsEverySetting.flatMap { userInfo[$0] as? Bool } ?? false
    }
}

/// A recorded value that no declaration knows, kept as it is.
public enum RecordedValue: Codable, Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([RecordedValue])
    case object([String: RecordedValue])

    /// Reads any JSON value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([RecordedValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: RecordedValue].self))
        }
    }

    /// Writes it back.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
