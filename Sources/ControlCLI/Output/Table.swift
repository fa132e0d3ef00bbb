/// How a piece of text is emphasised.
package enum Style: Sendable {
    case plain, strong, dim, good, bad, accent

    fileprivate var code: String? {
        switch self {
        case .plain: nil
        case .strong: "1"
        case .dim: "2"
        case .good: "32"
        case .bad: "31"
        case .accent: "33"
        }
    }
}

/// One piece of text with its style.
package struct Cell: Hashable, Sendable {
    package var text: String
    package var style: Style

    package init(_ text: String, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }

    /// The text with escape codes when colour is on.
    package func painted(_ isColored: Bool) -> String {
        guard isColored, !text.isEmpty, let code = style.code else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

/// A table with aligned columns that fits a width.
///
/// Too wide, it first cuts elastic columns down to their least width, then leaves out columns, the one with
/// the smallest `keep` first, and says which. Without a width nothing is cut.
package struct Table {
    package struct Column: Sendable {
        package var title: String
        package var isRight = false
        /// Least width when the column may be cut; nil for columns that are never cut.
        package var least: Int?
        /// Columns with a smaller number are left out first; nil is never left out.
        package var keep: Int?

        package init(_ title: String, right isRight: Bool = false, least: Int? = nil, keep: Int? = nil) {
            self.title = title
            self.isRight = isRight
            self.least = least
            self.keep = keep
        }
    }

    package var columns: [Column]
    package var rows: [[Cell]] = []

    package init(_ columns: [Column]) { self.columns = columns }

    /// The width without any cut.
    package var naturalWidth: Int { total(widths(of: Array(columns.indices))) }

    /// The table's lines, header first.
    package func lines(width: Int?, isColored: Bool) -> [String] {
        var shown = Array(columns.indices)
        var widths = fitted(shown, width)
        var hidden: [String] = []
        while let width, total(widths) > width,
            let victim = shown.filter({ columns[$0].keep != nil })
                .min(by: { (columns[$0].keep ?? 0) < (columns[$1].keep ?? 0) })
        {
            hidden.append(columns[victim].title.lowercased())
            shown.removeAll { $0 == victim }
            widths = fitted(shown, width)
        }
        let header = shown.map { Cell(columns[$0].title, .dim) }
        var lines = ([header] + rows.map { row in shown.map { row[$0] } }).map { cells in
            line(cells, shown, widths, isColored)
        }
        if !hidden.isEmpty {
            let note = "not shown at this width: " + hidden.joined(separator: ", ")
            lines.append(Cell(note.cut(to: width), .dim).painted(isColored))
        }
        return lines
    }

    private func line(_ cells: [Cell], _ shown: [Int], _ widths: [Int], _ isColored: Bool) -> String {
        let parts = cells.indices.map { index in
            let text = cells[index].text.cut(to: widths[index])
            let padding = String(repeating: " ", count: max(0, widths[index] - text.displayWidth))
            let painted = Cell(text, cells[index].style).painted(isColored)
            if columns[shown[index]].isRight { return padding + painted }
            return index == cells.count - 1 ? painted : painted + padding
        }
        return parts.joined(separator: "  ").trimmingTrailingSpaces
    }

    private func widths(of shown: [Int]) -> [Int] {
        shown.map { column in
            rows.reduce(columns[column].title.displayWidth) { max($0, $1[column].text.displayWidth) }
        }
    }

    private func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + 2 * max(0, widths.count - 1) }

    /// Natural widths, less what the elastic columns can give, the widest first.
    private func fitted(_ shown: [Int], _ width: Int?) -> [Int] {
        var widths = widths(of: shown)
        guard let width else { return widths }
        while total(widths) > width,
            let widest = shown.indices.filter({ (columns[shown[$0]].least ?? .max) < widths[$0] })
                .max(by: { widths[$0] < widths[$1] })
        {
            widths[widest] -= 1
        }
        return widths
    }
}
