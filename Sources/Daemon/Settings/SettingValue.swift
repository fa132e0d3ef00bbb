import Foundation
import Loop
import ScaleOut
import Yams

/// A type that a setting may have: how it reads from YAML, how it prints, what a person should write.
protocol SettingValue: Sendable {
    /// What is expected, with an article: `a whole number, such as 8`.
    static var expectation: String { get }

    /// The value of a YAML node; nil when it is of another type.
    static func read(_ node: Node) -> Self?

    /// The value as YAML that reads back as the same value.
    var yaml: String { get }
}

extension Int: SettingValue {
    static var expectation: String { "a whole number, such as 8" }

    static func read(_ node: Node) -> Int? { isPlain(node) ? node.scalar.flatMap { Int($0.string) } : nil }

    var yaml: String { description }
}

extension UInt64: SettingValue {
    static var expectation: String { "a whole number from 0 on, such as 1" }

    static func read(_ node: Node) -> UInt64? {
        isPlain(node) ? node.scalar.flatMap { UInt64($0.string) } : nil
    }

    var yaml: String { description }
}

extension Double: SettingValue {
    static var expectation: String { "a number, such as 0.7" }

    static func read(_ node: Node) -> Double? {
        guard isPlain(node), let text = node.scalar?.string, !text.lowercased().hasPrefix("0x"),
            let value = Double(text), value.isFinite
        else { return nil }
        return value
    }

    var yaml: String { description }
}

extension Bool: SettingValue {
    static var expectation: String { "true or false" }

    static func read(_ node: Node) -> Bool? {
        guard isPlain(node) else { return nil }
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default: return nil
        }
    }

    var yaml: String { description }
}

extension String: SettingValue {
    static var expectation: String { "text; put it in double quotes" }

    static func read(_ node: Node) -> String? {
        guard let scalar = node.scalar, node.tag.description == Tag(.str).description else { return nil }
        return scalar.string
    }

    /// JSON's escapes are a part of YAML's.
    var yaml: String {
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
    static var expectation: String { "a list in brackets, each element \(Element.expectation)" }

    static func read(_ node: Node) -> [Element]? {
        guard let sequence = node.sequence else { return nil }
        let elements = sequence.compactMap { Element.read($0) }
        return elements.count == sequence.count ? elements : nil
    }

    var yaml: String { "[" + map(\.yaml).joined(separator: ", ") + "]" }
}

extension SettingValue where Self: RawRepresentable<String> & CaseIterable {
    static var expectation: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }

    static func read(_ node: Node) -> Self? { node.scalar.flatMap { Self(rawValue: $0.string) } }

    var yaml: String { rawValue }
}

extension EngineKind: SettingValue {}
extension ScaleOutSettings.Sharding: SettingValue {}
extension PrecisionOption: SettingValue {}
extension AnswerKind: SettingValue {}
extension ExtractorProfile: SettingValue {}
extension TieRule: SettingValue {}
extension SelectionPolicyID: SettingValue {}
extension CutRule: SettingValue {}
extension LossSpan: SettingValue {}
extension TargetModule: SettingValue {}
extension StartFrom: SettingValue {}

/// Whether a node is a scalar without quotes, so that it may be a number or a truth value.
private func isPlain(_ node: Node) -> Bool {
    guard let scalar = node.scalar else { return false }
    return scalar.style == .plain || scalar.style == .any
}
