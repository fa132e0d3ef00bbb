import Foundation

/// A value as it is written in a configuration file or an environment variable, before anybody knows its type.
public enum SettingNode: Hashable, Sendable {
    /// A word without quotes, such as `8`, `true` or `iwsi`.
    case plain(String)
    /// A text in quotes, or one that can be nothing else.
    case text(String)
    /// A list.
    case list([SettingNode])
    /// Anything that no setting takes, such as a group of keys.
    case other(String)

    /// How a message shows it.
    public var shown: String {
        switch self {
        case .plain(let word), .text(let word): "the value \(word.settingText)"
        case .list: "a list"
        case .other(let kind): kind
        }
    }
}

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

extension Int: SettingValue {
    /// What a person must write.
    public static var expectation: String { "a whole number, such as 8" }

    /// Takes digits without quotes.
    public static func read(_ node: SettingNode) -> Int? {
        guard case .plain(let word) = node else { return nil }
        return Int(word)
    }

    /// Its digits.
    public var settingText: String { description }
}

extension UInt64: SettingValue {
    /// What a person must write.
    public static var expectation: String { "a whole number from 0 on, such as 1" }

    /// Takes digits without quotes.
    public static func read(_ node: SettingNode) -> UInt64? {
        guard case .plain(let word) = node else { return nil }
        return UInt64(word)
    }

    /// Its digits.
    public var settingText: String { description }
}

extension Double: SettingValue {
    /// What a person must write.
    public static var expectation: String { "a number, such as 0.7" }

    /// Takes a finite decimal number without quotes.
    public static func read(_ node: SettingNode) -> Double? {
        guard case .plain(let word) = node, !word.lowercased().hasPrefix("0x"), let value = Double(word),
            value.isFinite
        else { return nil }
        return value
    }

    /// The shortest digits that mean it.
    public var settingText: String { description }
}

extension Bool: SettingValue {
    /// What a person must write.
    public static var expectation: String { "true or false" }

    /// Takes `true` and `false` alone: `yes` means different things to different readers of YAML.
    public static func read(_ node: SettingNode) -> Bool? {
        switch node {
        case .plain("true"): true
        case .plain("false"): false
        default: nil
        }
    }

    /// `true` or `false`.
    public var settingText: String { description }
}

extension String: SettingValue {
    /// What a person must write.
    public static var expectation: String { "text; put it in double quotes" }

    /// Takes texts; a word that could be a number is none.
    public static func read(_ node: SettingNode) -> String? {
        guard case .text(let text) = node else { return nil }
        return text
    }

    /// The text in double quotes.
    public var settingText: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                result +=
                    scalar.value < 0x20 ? String(format: "\\u%04x", Int(scalar.value)) : String(scalar)
            }
        }
        return result + "\""
    }
}

extension Array: SettingValue where Element: SettingValue {
    /// What a person must write.
    public static var expectation: String { "a list in brackets, each element \(Element.expectation)" }

    /// Takes a list whose elements all are of the type.
    public static func read(_ node: SettingNode) -> [Element]? {
        guard case .list(let nodes) = node else { return nil }
        let elements = nodes.compactMap { Element.read($0) }
        return elements.count == nodes.count ? elements : nil
    }

    /// The elements in brackets.
    public var settingText: String { "[" + map(\.settingText).joined(separator: ", ") + "]" }
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
