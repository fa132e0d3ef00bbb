/// A type that a setting can have.
///
/// Its Codable form is how journals record it, `settingText` is how a configuration file writes it.
public protocol SettingValue: Codable, Hashable, Sendable {
    /// What a person must write, such as `a whole number, such as 8`.
    static var expectation: String { get }

    /// Reads a value; nil when the node is of another type.
    static func read(_ node: SettingNode) -> Self?

    /// The value as YAML, on one line.
    var settingText: String { get }
}

/// A setting that is one of a few names.
public protocol SettingChoice: SettingValue, RawRepresentable<String>, CaseIterable {}

extension SettingChoice {
    /// The names.
    public static var expectation: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }

    /// Takes one of the names, in quotes or without.
    public static func read(_ node: SettingNode) -> Self? {
        switch node {
        case .plain(let word), .text(let word): Self(rawValue: word)
        default: nil
        }
    }

    /// The name.
    public var settingText: String { rawValue }
}

/// A setting that is a name which one of the loop's catalogues knows; a rule checks that it does.
public protocol SettingName: SettingValue, RawRepresentable<String>, CustomStringConvertible {
    /// Wraps a spelling.
    init(rawValue: String)
}

extension SettingName {
    /// What a person must write.
    public static var expectation: String { "a name without spaces" }

    /// Takes a word, in quotes or without.
    public static func read(_ node: SettingNode) -> Self? {
        switch node {
        case .plain(let word), .text(let word): Self(rawValue: word)
        default: nil
        }
    }

    /// The name.
    public var settingText: String { rawValue }

    /// The name.
    public var description: String { rawValue }
}
