/// Turns replies into lines of text; `Renderer+*.swift` hold one kind of reply each.
///
/// Without a width (output is not a terminal) nothing is cut or wrapped.
package struct Renderer: Sendable {
    /// Columns of the terminal; nil when the output is not one.
    package var width: Int?
    /// Whether escape codes for colour may be written.
    package var isColored: Bool

    package init(width: Int?, isColored: Bool = false) {
        self.width = width
        self.isColored = isColored
    }

    func paint(_ text: String, _ style: Style) -> String { Cell(text, style).painted(isColored) }

    /// A sentence in lines that fit.
    func fitted(_ text: String) -> [String] { width.map { text.wrapped(to: $0) } ?? [text] }

    func lines(_ table: Table) -> [String] { table.lines(width: width, isColored: isColored) }

    /// A label with parts joined by ` · `; parts that do not fit continue under the first one.
    func field(_ label: String, _ parts: [Cell], labelStyle: Style = .dim, labelWidth: Int = 12) -> [String] {
        let room = width.map { max(8, $0 - labelWidth) }
        var lines: [[Cell]] = [[]]
        var used = 0
        for part in parts where !part.text.isEmpty {
            let partWidth = part.text.displayWidth
            let longer = used == 0 ? partWidth : used + 3 + partWidth
            if let room, used > 0, longer > room {
                lines.append([part])
                used = partWidth
            } else {
                lines[lines.count - 1].append(part)
                used = longer
            }
        }
        return lines.enumerated().map { index, cells in
            let texts = cells.map { Cell($0.text.cut(to: room), $0.style).painted(isColored) }
            let lead = index == 0 ? label : ""
            let padding = String(repeating: " ", count: max(0, labelWidth - lead.displayWidth))
            return paint(lead, labelStyle) + padding + texts.joined(separator: " · ")
        }
    }

    /// The same with plain parts.
    func field(_ label: String, _ parts: [String], labelWidth: Int = 12) -> [String] {
        field(label, parts.map { Cell($0) }, labelWidth: labelWidth)
    }

    /// A label with a sentence that continues below its start.
    func paragraph(_ label: String, _ text: String, labelWidth: Int = 12) -> [String] {
        let room = width.map { max(8, $0 - labelWidth) } ?? .max
        return text.onOneLine.wrapped(to: room).enumerated().map { index, line in
            let lead = index == 0 ? label : ""
            return paint(lead, .dim) + "".padded(to: labelWidth - lead.displayWidth) + line.cut(to: room)
        }
    }

    /// A bar of `cells` characters for a share 0...1.
    package static func bar(_ share: Double, cells: Int) -> String {
        let share = share.isFinite ? min(1, max(0, share)) : 0
        let full = Int((share * Double(cells)).rounded(.down))
        return String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
    }

    /// Block characters from lowest to highest.
    static let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// Values as at most `cells` block characters, from 0 to the largest; neighbours share one by their mean.
    package static func curve(_ values: [Double], cells: Int) -> String {
        let values = values.filter(\.isFinite)
        let cells = min(cells, values.count)
        guard cells > 0, let largest = values.max(), largest > 0 else { return "" }
        return String(
            (0..<cells).map { cell in
                let part = values[(cell * values.count / cells)..<((cell + 1) * values.count / cells)]
                let mean = part.reduce(0, +) / Double(part.count)
                return levels[min(7, max(0, Int((mean / largest * 8).rounded(.up)) - 1))]
            }
        )
    }

    /// One block character per count, its height relative to the largest; a count above zero is never blank.
    package static func blocks(_ counts: [Int]) -> String {
        let largest = max(1, counts.max() ?? 1)
        return String(
            counts.map { count in
                guard count > 0 else { return " " }
                return levels[min(7, (count * 8 - 1) / largest)]
            }
        )
    }
}
