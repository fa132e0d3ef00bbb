import Foundation

/// Text and numbers for HTML and SVG.
enum Markup {
    /// Text that cannot be taken for markup, also inside attributes.
    static func escaped(_ text: String) -> String {
        var out = ""
        for letter in text.unicodeScalars {
            switch letter {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n", "\t": out.unicodeScalars.append(letter)
            default: if letter.value >= 32 { out.unicodeScalars.append(letter) }
            }
        }
        return out
    }

    /// A coordinate with one decimal.
    static func number(_ value: Double) -> String { String(format: "%.1f", value) }

    /// A figure with caption; `content` is markup.
    static func figure(_ caption: String, _ content: String) -> String {
        "<figure><div class=\"scroll\">\(content)</div><figcaption>\(escaped(caption))</figcaption></figure>\n"
    }

    /// A table; cells are text, numbers are aligned to the right.
    static func table(_ head: [String], _ rows: [[String]]) -> String {
        let headings = head.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
        let body = rows.map { row in
            "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>"
        }
        return
            "<div class=\"scroll\"><table><thead><tr>\(headings)</tr></thead><tbody>\(body.joined(separator: "\n"))"
            + "</tbody></table></div>\n"
    }
}
