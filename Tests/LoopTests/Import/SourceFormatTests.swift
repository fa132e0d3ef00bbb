import Loop
import Testing

/// What a file holds is told by its bytes; what is wrong is named with its line.
@Suite struct SourceFormatTests {
    private static func read(_ text: String, _ name: String = "data") throws(QuestionFile.Fault)
        -> (format: SourceFormat, rows: [[String?]], lines: [Int])
    {
        let (format, records) = try SourceFormat.records(of: Array(text.utf8), name: name)
        return (format, records.map { record in record.names.map(record.words) }, records.map(\.line))
    }

    @Test(arguments: [
        ("a,b\n1,2\n3,4\n", [["1", "2"], ["3", "4"]], [2, 3]),
        ("a,b\r\n1,2\r\n3,4", [["1", "2"], ["3", "4"]], [2, 3]),
        ("\u{FEFF}a,b\n1,2\n", [["1", "2"]], [2]),
        ("a,b\n\"1, \"\"2\"\"\",x\n", [["1, \"2\"", "x"]], [2]),
        ("a,b\n\"first\nsecond\",x\n3,4\n", [["first\nsecond", "x"], ["3", "4"]], [2, 4]),
        ("a,b\n\"first\r\nsecond\",x\n", [["first\r\nsecond", "x"]], [2]),
        ("a,b\n,\n", [[nil, nil]], [2]),
        ("a,b\n1,\n", [["1", nil]], [2]),
        ("a,b\n\n1,2\n\n", [["1", "2"]], [3]),
        ("a;b\n1,5;2\n", [["1,5", "2"]], [2]),
        ("\"a\",\"b\"\n\"\",\"x\"", [[nil, "x"]], [2]),
        ("a,b\nü,日本\n", [["ü", "日本"]], [2]),
    ])
    func `a table is read as RFC 4180 says`(text: String, rows: [[String?]], lines: [Int]) throws {
        let read = try Self.read(text)

        #expect(read.format == .csv)
        #expect(read.rows == rows)
        #expect(read.lines == lines)
    }

    @Test func `tabs make a TSV, where a quotation mark inside a field is one`() throws {
        let read = try Self.read("a\tb\n5\" pipe, long\t\"x\ty\"\n")

        #expect(read.format == .tsv)
        #expect(read.rows == [["5\" pipe, long", "x\ty"]])
    }

    @Test func `a table of one column is one`() throws {
        #expect(try Self.read("question\nWhat?\n").rows == [["What?"]])
        #expect(try Self.read("question\nWhat?\n", "data.tsv.gz").format == .tsv)
    }

    @Test(arguments: [
        ("a,b\n1,2\n1,2,3\n", "data:3: the row has 3 fields"),
        ("a,b\n1\n", "data:2: the row has 1 fields"),
        ("a,b\n1,x\"y\n", "data:2: a quotation mark is inside"),
        ("a,b\n1,\"x\"y\n", "data:2: text follows a closing quotation mark"),
        ("a,b\n1,2\n3,\"x\n\n", "data:3: a quotation mark is never closed"),
        ("a,a\n1,2\n", "data:1: two columns are named \"a\""),
        ("a,\n1,2\n", "data:1: column 2 has no name"),
        ("", "data is empty"),
        (" \n\n", "data is empty"),
    ])
    func `a wrong table is refused with its line`(text: String, message: String) {
        let fault = #expect(throws: QuestionFile.Fault.self) { try Self.read(text) }

        #expect(fault?.detail.hasPrefix(message) == true, "\(fault?.detail ?? "")")
    }

    @Test(arguments: [
        ("{\"a\": 1}\n\n {\"a\": 2}\r\n", SourceFormat.jsonl, [1, 3]),
        ("[{\"a\": 1},\n{\"a\": 2}]", .json, [1, 2]),
        ("\n{\"version\": 1, \"data\": [\n{\"a\": 1},\n{\"a\": 2}], \"tags\": [1]}", .json, [3, 4]),
        (
            "{\"features\": [{\"name\": \"a\"}], \"rows\": [\n{\"row_idx\": 0, \"row\": {\"a\": 1}, \"truncated_cells\": []},"
                + "\n{\"row_idx\": 1, \"row\": {\"a\": 2}, \"truncated_cells\": []}], \"num_rows_total\": 2}",
            .json, [2, 3]
        ),
    ])
    func `JSON comes line by line, as a list, or as an object with one list`(
        text: String,
        format: SourceFormat,
        lines: [Int]
    ) throws {
        let read = try Self.read(text)

        #expect(read.format == format)
        #expect(read.rows == [["1"], ["2"]])
        #expect(read.lines == lines)
    }

    @Test func `numbers keep their digits, and escapes are what they stand for`() throws {
        let read = try Self.read(
            #"{"a": 0.1234567890123456789, "b": 8.0, "c": "\u00fc\ud83d\ude00\n\"", "d": true, "e": null}"#
        )

        #expect(read.rows == [["0.1234567890123456789", "8", "ü😀\n\"", "yes", nil]])
    }

    @Test func `an object of many fields finds each of them, and a name that is there twice`() throws {
        let fields = (0..<40).map { "\"f\($0)\": \($0)" }
        let record = try #require(
            try SourceFormat.records(of: Array("{\(fields.joined(separator: ","))}".utf8), name: "data")
                .records.first
        )

        #expect((0..<40).allSatisfy { record.words("f\($0)") == "\($0)" })
        #expect(record.has("f0", "f15", "f16", "f39") && !record.has("f40"))
        #expect(throws: QuestionFile.Fault.self) {
            try Self.read("{\((fields + ["\"f20\": 1"]).joined(separator: ","))}")
        }
    }

    @Test(arguments: [
        ("{\"a\": 1}\n{\"a\": }\n", "data:2: not valid JSON"),
        ("{\"a\": 1}\n{\"a\": 1} {\"a\": 2}\n", "data:2: two objects are on one line"),
        ("{\"a\": 1}\n[1]\n", "data:2: the line is not a JSON object"),
        ("[{\"a\": 1},\n{\"a\": 1,}]", "data:2: not valid JSON"),
        ("[{\"a\": 1}]\nmore", "data:2: text follows the end"),
        ("[{\"a\": 1},\n3]", "item 2 of the list in data is not an object"),
        ("{\"a\": {\"0\": 1}, \"b\": {\"0\": 2}}", "data holds columns, not records: a, b"),
        ("{\"a\": [1, 2], \"b\": [3, 4]}", "data holds columns, not records: a, b"),
        ("{\"a\": 1, \"a\": 2}", "data:1: not valid JSON: the field \"a\" is there twice"),
        ("{\"a\": [{\"x\": 1}], \"b\": [{\"x\": 1}]}", "data holds 2 lists of objects: a, b"),
        ("{\"a\": \"\\ud83d\"}", "data:1: not valid JSON: half of a character"),
        ("{\"a\": 01}", "data:1: not valid JSON"),
        ("{\"a\": \"x\n\"}", "data:1: not valid JSON: a text in JSON has no line breaks"),
        (String(repeating: "[", count: 1000), "data:1: not valid JSON: values are nested too deep"),
    ])
    func `wrong JSON is refused with its line`(text: String, message: String) {
        let fault = #expect(throws: QuestionFile.Fault.self) { try Self.read(text) }

        #expect(fault?.detail.hasPrefix(message) == true, "\(fault?.detail ?? "")")
    }

    @Test(
        arguments: [
            (Array("a,b\n1,2\n".utf8) + [0x31, 0x2C, 0xFF, 0x0A], "data:3: the line is not UTF-8"),
            ([0xFF, 0xFE, 0x61, 0x00], "data is UTF-16"),
            ([0xFE, 0xFF, 0x00, 0x61], "data is UTF-16"),
            (Array("PAR1....".utf8), "data is a Parquet file"),
            ([0x50, 0x4B, 0x03, 0x04], "data is a ZIP archive or spreadsheet"),
            (Array("a,b\n1,\u{0}\n".utf8), "data:2: the line holds a zero byte"),
        ] as [([UInt8], String)]
    )
    func `what is not UTF-8 text is named`(bytes: [UInt8], message: String) {
        let fault = #expect(throws: QuestionFile.Fault.self) {
            try SourceFormat.records(of: bytes, name: "data")
        }

        #expect(fault?.detail.hasPrefix(message) == true, "\(fault?.detail ?? "")")
    }

    @Test func `packed files are known by their first bytes`() {
        #expect(SourceBytes.packing(of: [0x1F, 0x8B, 0x08, 0x00] as [UInt8]) == .gzip)
        #expect(SourceBytes.packing(of: [0x28, 0xB5, 0x2F, 0xFD, 0x04] as [UInt8]) == .zstd)
        #expect(SourceBytes.packing(of: Array("a,b\n".utf8)) == .none)
        #expect(SourceBytes.packing(of: [] as [UInt8]) == .none)
    }
}
