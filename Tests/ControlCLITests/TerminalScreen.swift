import ControlCLI

/// What a terminal shows after some output: as much of a terminal as the program uses.
struct TerminalScreen {
    /// The visible rows, without spaces at their ends.
    private(set) var rows: [String]
    /// Rows that have left the screen at its top.
    private(set) var scrolledOffCount = 0
    /// Where the next character goes.
    private(set) var cursor = (row: 0, column: 0)
    /// Codes that a terminal of this kind does not have here; empty for a program that uses no others.
    private(set) var unknownCodes: [String] = []

    private let width: Int
    private let height: Int
    private var cells: [[String]]

    init(_ output: String, width: Int, height: Int = 24) {
        self.width = width
        self.height = height
        cells = Array(repeating: [], count: height)
        rows = []
        // A character of Swift's may be `\r\n`, so go by scalars.
        var scalars = output.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\r": cursor.column = 0
            case "\n": down()
            case "\u{1B}": escape(&scalars)
            default: put(String(scalar))
            }
        }
        rows = cells.map { row in
            let text = row.joined()
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
    }

    private mutating func put(_ text: String) {
        let size = text.displayWidth
        if cursor.column + size > width {
            cursor.column = 0
            down()
        }
        var row = cells[cursor.row]
        while row.count < cursor.column + size { row.append(" ") }
        row[cursor.column] = text
        // A wide character takes the next cell, too.
        if size == 2 { row[cursor.column + 1] = "" }
        cells[cursor.row] = row
        cursor.column += size
    }

    private mutating func down() {
        guard cursor.row == height - 1 else {
            cursor.row += 1
            return
        }
        cells.removeFirst()
        cells.append([])
        scrolledOffCount += 1
    }

    private mutating func escape(_ scalars: inout Substring.UnicodeScalarView) {
        guard scalars.popFirst() == "[" else { return unknownCodes.append("not a control sequence") }
        var parameters = ""
        while let scalar = scalars.popFirst() {
            guard scalar.properties.isAlphabetic else {
                parameters.unicodeScalars.append(scalar)
                continue
            }
            switch scalar {
            case "A": cursor.row = max(0, cursor.row - (Int(parameters) ?? 1))
            case "K" where parameters.isEmpty: eraseRow()
            case "J" where parameters.isEmpty:
                eraseRow()
                for row in cells.indices where row > cursor.row { cells[row] = [] }
            case "m": break
            default: unknownCodes.append(parameters + String(scalar))
            }
            return
        }
    }

    private mutating func eraseRow() {
        cells[cursor.row] = Array(cells[cursor.row].prefix(cursor.column))
    }
}
