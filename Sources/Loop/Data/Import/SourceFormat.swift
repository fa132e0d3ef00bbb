/// The forms of text that records come in.
public enum SourceFormat: String, Sendable {
    /// One object per line.
    case jsonl
    /// One list, or an object with one list in it.
    case json
    /// A table with commas, or semicolons as some spreadsheets write.
    case csv
    /// A table with tabs.
    case tsv

    /// Reads a file's records; the form is told by what the file holds, then by its name.
    ///
    /// - Parameters:
    ///   - bytes: The unpacked bytes.
    ///   - name: What messages call the file.
    /// - Returns: The form and the records, each with its line.
    /// - Throws: `QuestionFile.Fault` naming the line.
    public static func records(of bytes: [UInt8], name: String) throws(QuestionFile.Fault) -> (
        format: SourceFormat, records: [SourceObject]
    ) {
        let text = try SourceBytes.text(bytes, name: name)
        let blank = Set(" \t\r\n".utf8)
        guard let first = text.first(where: { !blank.contains($0) }) else {
            throw QuestionFile.Fault("\(name) is empty", hint: "give a file with questions")
        }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return try json(text, name: name)
        default:
            let header = text.prefix { $0 != 0x0A }
            let counts = [UInt8(ascii: ","), 0x09, UInt8(ascii: ";")].map { mark in
                (mark: mark, count: header.reduce(0) { $1 == mark ? $0 + 1 : $0 })
            }
            // The first of those that are there most often.
            let most = counts.max { $0.count < $1.count } ?? counts[0]
            let isTabbed = most.count == 0 ? name.contains(".tsv") : most.mark == 0x09
            var table = TableSource(text, name: name, separator: isTabbed ? 0x09 : most.mark)
            return (isTabbed ? .tsv : .csv, try table.records())
        }
    }

    private static func json(_ text: [UInt8], name: String) throws(QuestionFile.Fault) -> (
        format: SourceFormat, records: [SourceObject]
    ) {
        var source = JSONSource(text, name: name)
        let first = try source.value()
        let firstLine = source.line
        guard source.hasMore() else { return (.json, try records(in: first, name: name)) }
        guard let object = first.fields, source.line > firstLine, object.line == firstLine else {
            throw QuestionFile.Fault(
                "\(name):\(source.line): text follows the end of the JSON value",
                hint: "write one list, or one object per line"
            )
        }
        var records = [object]
        while source.hasMore() {
            let line = source.line
            guard case .object(let record) = try source.value() else {
                throw QuestionFile.Fault("\(name):\(line): the line is not a JSON object", hint: "write {…}")
            }
            guard record.line > records[records.count - 1].line else {
                throw QuestionFile.Fault(
                    "\(name):\(line): two objects are on one line",
                    hint: "write one per line"
                )
            }
            records.append(record)
        }
        return (.jsonl, records)
    }

    /// The records of one JSON value: a list of objects, the rows of a page of Hugging Face's viewer, an
    /// object that a layout takes as a whole, or the one list of objects in it.
    private static func records(in value: SourceValue, name: String) throws(QuestionFile.Fault)
        -> [SourceObject]
    {
        if let items = value.items { return try objects(items, name: name) }
        guard let object = value.fields else { return [] }
        if let rows = object["rows"]?.items, rows.contains(where: { $0.fields?["row"] != nil }) {
            return try objects(rows.compactMap { $0.fields?["row"] }, name: name)
        }
        if SourceLayouts.standard.fitting(object) != nil { return [object] }
        let lists = object.names.filter { object[$0]?.items?.first?.fields != nil }
        if lists.count == 1, let items = object[lists[0]]?.items { return try objects(items, name: name) }
        if lists.isEmpty {
            let isColumn: (String) -> Bool = { object[$0]?.items != nil || object[$0]?.fields != nil }
            guard object.names.count < 2 || !object.names.allSatisfy(isColumn) else {
                throw QuestionFile.Fault(
                    "\(name) holds columns, not records: \(object.names.prefix(8).joined(separator: ", "))",
                    hint: "write one object per question, as pandas does with orient=\"records\", lines=True"
                )
            }
            return [object]
        }
        throw QuestionFile.Fault(
            "\(name) holds \(lists.count) lists of objects: \(lists.joined(separator: ", "))",
            hint: "keep the one that has the questions"
        )
    }

    private static func objects(_ items: [SourceValue], name: String) throws(QuestionFile.Fault)
        -> [SourceObject]
    {
        var objects: [SourceObject] = []
        for (index, item) in items.enumerated() {
            guard let object = item.fields else {
                throw QuestionFile.Fault(
                    "item \(index + 1) of the list in \(name) is not an object",
                    hint: "write {…}"
                )
            }
            objects.append(object)
        }
        return objects
    }
}
