public import Foundation

/// Reads JSONL files of questions: UTF-8, one object per line with `question`, `answer`, `rationale` and
/// `choices`.
///
/// The files that the configuration names and those of `autodidact add` follow the same rules. What a split
/// needs is checked when questions are taken (`QuestionValidation`).
public enum QuestionFile {
    /// Longest line, in bytes.
    public static let lineByteLimit = 1 << 20

    /// Reads every line; blank ones are skipped.
    ///
    /// - Parameters:
    ///   - data: The file's bytes.
    ///   - name: What messages call it.
    /// - Returns: The questions with the numbers of their lines; none for a file without any.
    /// - Throws: `Problem` naming the line; with all faults when there are several.
    public static func lines(of data: Data, name: String) throws(Problem) -> [QuestionLine] {
        var result: [QuestionLine] = []
        var faults: [Problem] = []
        let blank = Set(" \t\r".utf8)
        for (index, bytes) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            guard !bytes.allSatisfy(blank.contains) else { continue }
            do {
                var line = try Self.line(Data(bytes))
                line.line = index + 1
                result.append(line)
            } catch {
                faults.append(error.at("\(name):\(index + 1)"))
            }
        }
        guard let first = faults.first else { return result }
        guard faults.count > 1 else { throw first }
        throw Problem(
            .invalid,
            "\(faults.count) lines of \(name) are wrong",
            hint: "fix them; a file is taken as a whole or not at all",
            faults: faults.prefix(ControlLimits.faultCount).map(\.description)
        )
    }

    private static func line(_ bytes: Data) throws(Problem) -> QuestionLine {
        guard bytes.count <= lineByteLimit else {
            throw Problem(
                .invalid,
                "the line has \(bytes.count) bytes, more than \(lineByteLimit)",
                hint: "shorten or split the question"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(.invalid, "the line is not UTF-8", hint: "save the file as UTF-8")
        }
        let line: QuestionLine
        do {
            let file = try JSONDecoder().decode(FileLine.self, from: bytes)
            line = file.content
            // A number counts as it is written: binary floating point would round 0.1234567890123456789.
            if let number = file.number,
                let digits = JSONDigits.number(named: "answer", equalTo: number, in: bytes),
                JSONDigits.withoutTrailingZeros(digits) != line.answer
            {
                line.answer = digits
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            // The line goes to terminals and logs.
            let shown = String(
                text.prefix(60).filter { !$0.isNewline && $0.unicodeScalars.allSatisfy { $0.value >= 32 } }
            )
            throw Problem(
                .invalid,
                "not valid JSON: \(shown)",
                hint: "write one object per line, such as "
                    + "{\"question\": \"What is 1 + 2?\", \"answer\": \"3\"}"
            )
        }
        guard line.question.contains(where: { !$0.isWhitespace }) else {
            throw Problem(.invalid, "the field \"question\" is missing or empty", hint: "give its text")
        }
        try ControlLimits.check(question: line.question)
        return line
    }
}

/// A line of a file: only the known fields; `null` is the same as none.
private struct FileLine: Decodable {
    let content: QuestionLine
    /// The answer where it is written as a number that no integer holds.
    let number: Double?

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    private typealias Fields = KeyedDecodingContainer<Key>

    init(from decoder: any Decoder) throws {
        guard let fields = try? decoder.container(keyedBy: Key.self) else {
            throw Problem(.invalid, "the line is not a JSON object", hint: "write {\"question\": \"…\"}")
        }
        let known: Set<String> = ["question", "answer", "rationale", "choices"]
        if let unknown = fields.allKeys.map(\.stringValue).filter({ !known.contains($0) }).min() {
            throw Problem(
                .invalid,
                "unknown field \"\(unknown)\"",
                hint: "fields are question, answer, rationale and choices; each split has its own file"
            )
        }
        let key = Key(stringValue: "answer")
        let isInteger = (try? fields.decode(Int.self, forKey: key)) != nil
        number = isInteger ? nil : try? fields.decode(Double.self, forKey: key)
        content = QuestionLine(
            question: try Self.text("question", in: fields) ?? "",
            answer: try Self.text("answer", in: fields),
            rationale: try Self.text("rationale", in: fields),
            choices: try Self.choices(in: fields)
        )
    }

    /// A text; an answer may also be a number, as answers are often written.
    private static func text(_ name: String, in fields: Fields) throws -> String? {
        let key = Key(stringValue: name)
        guard fields.contains(key), try !fields.decodeNil(forKey: key) else { return nil }
        if let text = try? fields.decode(String.self, forKey: key) { return text }
        if name == "answer" {
            if let whole = try? fields.decode(Int.self, forKey: key) { return String(whole) }
            if let number = try? fields.decode(Double.self, forKey: key) { return String(number) }
        }
        throw Problem(.invalid, "the field \"\(name)\" is not a text", hint: "put it in quotes")
    }

    private static func choices(in fields: Fields) throws -> [String]? {
        let key = Key(stringValue: "choices")
        guard fields.contains(key), try !fields.decodeNil(forKey: key) else { return nil }
        guard let choices = try? fields.decode([String].self, forKey: key), choices.count != 1 else {
            throw Problem(
                .invalid,
                "the field \"choices\" is not a list of two or more texts",
                hint: "write \"choices\": [\"first\", \"second\"]"
            )
        }
        return choices
    }
}
