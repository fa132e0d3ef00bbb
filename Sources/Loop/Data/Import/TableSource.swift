/// Reads tables whose first row names the columns: CSV as RFC 4180 describes it, TSV by the same rules.
///
/// A field in quotes may hold separators, line breaks and doubled quotes. Rows end with LF or CRLF. A row
/// with more or fewer fields than the first is refused.
struct TableSource {
    private let bytes: [UInt8]
    private let name: String
    private let separator: UInt8
    private var place = 0
    private var line = 1

    /// A reader of valid UTF-8 without byte order mark.
    init(_ bytes: [UInt8], name: String, separator: UInt8) {
        self.bytes = bytes
        self.name = name
        self.separator = separator
    }

    /// Every row after the first, as an object.
    mutating func records() throws(QuestionFile.Fault) -> [SourceObject] {
        let header = try row().map { SourceValue.text($0).words ?? "" }
        var known: Set<String> = []
        for (index, title) in header.enumerated() {
            guard !title.isEmpty || index == 0 else {
                throw fault(1, "column \(index + 1) has no name", "name every column in the first row")
            }
            guard known.insert(title).inserted else {
                throw fault(1, "two columns are named \"\(title)\"", "rename one")
            }
        }
        var records: [SourceObject] = []
        while place < bytes.count {
            let start = line
            let fields = try row()
            if fields == [""] { continue }
            guard fields.count == header.count else {
                throw fault(
                    start,
                    "the row has \(fields.count) fields, but the first row names \(header.count) columns",
                    "put a field that holds \(shownSeparator) or a line break in quotes"
                )
            }
            var record = SourceObject(line: start)
            for (title, field) in zip(header, fields) { _ = record.add(title, .text(field)) }
            records.append(record)
        }
        return records
    }

    /// The fields up to the end of the row; one empty field for a blank line.
    private mutating func row() throws(QuestionFile.Fault) -> [String] {
        var fields: [String] = []
        while true {
            let isQuoted = place < bytes.count && bytes[place] == UInt8(ascii: "\"")
            fields.append(isQuoted ? try quoted() : try plain())
            guard place < bytes.count else { return fields }
            if bytes[place] == separator {
                place += 1
                continue
            }
            if bytes[place] == 0x0D { place += 1 }
            place += 1
            line += 1
            return fields
        }
    }

    private mutating func plain() throws(QuestionFile.Fault) -> String {
        let start = place
        while place < bytes.count, bytes[place] != separator, !isRowEnd(place) {
            // A tab-separated file often has inches and bare quotations.
            if bytes[place] == UInt8(ascii: "\""), separator != 0x09 {
                throw fault(
                    line,
                    "a quotation mark is inside a field that is not in quotes",
                    "put the field in quotes and double the ones inside"
                )
            }
            place += 1
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func quoted() throws(QuestionFile.Fault) -> String {
        let begin = line
        var content: [UInt8] = []
        place += 1
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            guard byte == UInt8(ascii: "\"") else {
                if byte == 0x0A { line += 1 }
                content.append(byte)
                continue
            }
            if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
                content.append(byte)
                place += 1
                continue
            }
            guard place == bytes.count || bytes[place] == separator || isRowEnd(place) else {
                throw fault(line, "text follows a closing quotation mark", "double a quotation mark inside")
            }
            return String(decoding: content, as: UTF8.self)
        }
        throw fault(begin, "a quotation mark is never closed", "close the field")
    }

    private func isRowEnd(_ place: Int) -> Bool {
        bytes[place] == 0x0A || (bytes[place] == 0x0D && place + 1 < bytes.count && bytes[place + 1] == 0x0A)
    }

    private var shownSeparator: String {
        separator == 0x09 ? "a tab" : "\"\(String(decoding: [separator], as: UTF8.self))\""
    }

    private func fault(_ line: Int, _ detail: String, _ hint: String) -> QuestionFile.Fault {
        QuestionFile.Fault("\(name):\(line): \(detail)", hint: hint)
    }
}
