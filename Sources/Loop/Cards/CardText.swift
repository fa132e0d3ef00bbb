import Foundation

/// Words and numbers of model cards: names come from files and may hold anything, the card stays YAML and
/// Markdown.
enum CardText {
    /// Shown for a value that is missing.
    static let nothing = "–"

    /// Longest name that a card shows, in characters.
    private static let mostNameCharacters = 200

    /// A YAML string in double quotes, whatever the text holds.
    ///
    /// YAML takes fewer characters as they are than JSON does, and folds lines at some that JSON keeps, so
    /// that everything but printable ASCII and plain letters is escaped. Source: YAML 1.2.2, sections 5.1 and
    /// 5.7.
    static func yaml(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case " "..."~": quoted.unicodeScalars.append(scalar)
            default:
                let isPlain = scalar.value > 0x9f && (scalar.properties.isAlphabetic || isMark(scalar))
                if isPlain {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    quoted += String(format: "\\U%08X", scalar.value)
                }
            }
        }
        return quoted + "\""
    }

    /// A name as a Markdown code span that ends where it should, on one line and in one cell of a table.
    static func code(_ text: String) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                name += "?"
            default:
                switch scalar {
                case "`": name += "'"
                case "|": name += "¦"
                default: name.unicodeScalars.append(scalar)
                }
            }
        }
        return name.isEmpty ? "`?`" : "`\(name.prefix(mostNameCharacters))`"
    }

    /// A number with a fixed number of decimals.
    static func number(_ value: Double?, decimals: Int) -> String {
        guard let value, value.isFinite else { return nothing }
        return Plain.decimal(value, places: decimals)
    }

    /// A count, in bare digits: a card is a file with a recorded digest, and stays what version 0.1.0 would
    /// write.
    static func count(_ value: Int?) -> String { value.map { String($0) } ?? nothing }

    /// An accuracy in percent with its interval: `78.0 (68.9–85.0)`.
    static func accuracy(_ value: Accuracy?) -> String {
        guard let value, value.count > 0 else { return nothing }
        let parts = [value.share, value.lower, value.upper].map { number($0 * 100, decimals: 1) }
        return "\(parts[0]) (\(parts[1])–\(parts[2]))"
    }

    /// The lines of a Markdown table; no rows give no table.
    static func table(_ header: [String], _ rows: [[String]]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let lines = [header, header.map { _ in "---" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |" } + [""]
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .decimalNumber: true
        default: false
        }
    }
}
