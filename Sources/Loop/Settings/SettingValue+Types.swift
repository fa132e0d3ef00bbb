import Foundation

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

    /// Takes texts; not a word that could be a number.
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
