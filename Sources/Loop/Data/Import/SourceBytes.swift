/// What a file's first bytes say about it.
public enum SourceBytes {
    /// How a file is packed.
    public enum Packing: String, Sendable {
        /// It is not.
        case none
        /// gzip.
        case gzip
        /// Zstandard.
        case zstd
    }

    private static let forms: [(start: [UInt8], name: String, hint: String)] = [
        ([0xFE, 0xFF], "UTF-16", "save it as UTF-8"),
        ([0xFF, 0xFE], "UTF-16 or UTF-32", "save it as UTF-8"),
        (Array("PAR1".utf8), "a Parquet file", "write it as JSONL first"),
        (Array("ARROW1".utf8), "an Arrow file", "write it as JSONL first"),
        (Array("PK\u{03}\u{04}".utf8), "a ZIP archive or spreadsheet", "unpack it, or save the sheet as CSV"),
        (Array("BZh".utf8), "packed with bzip2", "unpack it first"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "packed with xz", "unpack it first"),
    ]

    /// How the bytes are packed, whatever the file's name.
    public static func packing(of bytes: some Sequence<UInt8>) -> Packing {
        let start = Array(bytes.prefix(4))
        if start.starts(with: [0x1F, 0x8B]) { return .gzip }
        return start == [0x28, 0xB5, 0x2F, 0xFD] ? .zstd : .none
    }

    /// The bytes as UTF-8 text without byte order mark.
    ///
    /// - Throws: `QuestionFile.Fault` naming the first line that is not UTF-8, or the form that it is.
    static func text(_ bytes: [UInt8], name: String) throws(QuestionFile.Fault) -> [UInt8] {
        if let form = forms.first(where: { bytes.starts(with: $0.start) }) {
            throw QuestionFile.Fault("\(name) is \(form.name)", hint: form.hint)
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
        var line = 1
        for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            guard String(validating: part, as: UTF8.self) != nil else {
                throw QuestionFile.Fault(
                    "\(name):\(line): the line is not UTF-8",
                    hint: "save the file as UTF-8"
                )
            }
            guard !part.contains(0) else {
                throw QuestionFile.Fault(
                    "\(name):\(line): the line holds a zero byte",
                    hint: "give a text file in UTF-8"
                )
            }
            line += 1
        }
        return bytes
    }
}
