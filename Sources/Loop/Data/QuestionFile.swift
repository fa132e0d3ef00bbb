public import Foundation

/// Reads JSONL files of questions: UTF-8, one object per line with `question`, `answer`, `rationale`,
/// `choices`, `variants` and `level`.
///
/// The files that the configuration names and those of `autodidact add` follow the same rules. What a split
/// needs is checked when questions are taken (`QuestionValidation`).
public enum QuestionFile {
    /// Longest line, in bytes.
    public static let lineByteLimit = 1 << 20
    /// Longest question text, in bytes.
    public static let questionByteLimit = 16 * 1024

    /// A line's content, not yet checked against the split it is for.
    public struct Line: Hashable, Sendable {
        /// Its number in the file, from 1.
        public var number: Int
        /// The question's text.
        public var question: String
        /// The reference answer.
        public var answer: String?
        /// The reference reasoning.
        public var rationale: String?
        /// The options of a choice question in order.
        public var choices: [String]?
        /// The same question in other words.
        public var variants: [String]?
        /// How hard it is.
        public var level: Int?

        /// Builds a line.
        public init(
            number: Int,
            question: String,
            answer: String? = nil,
            rationale: String? = nil,
            choices: [String]? = nil,
            variants: [String]? = nil,
            level: Int? = nil
        ) {
            self.number = number
            self.question = question
            self.answer = answer
            self.rationale = rationale
            self.choices = choices
            self.variants = variants
            self.level = level
        }
    }

    /// What is wrong with a file, or with one of its lines.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong, with its place; lowercase start, no final stop.
        public var detail: String
        /// What to do.
        public var hint: String
        /// Whether a text is too long.
        public var isTooLong = false
        /// Every single fault where `detail` sums up several.
        public var faults: [String] = []

        init(_ detail: String, hint: String) {
            self.detail = detail
            self.hint = hint
        }

        /// Detail and hint on one line.
        public var description: String { "\(detail); \(hint)" }
    }

    /// Reads every line; blank ones are skipped.
    ///
    /// - Parameters:
    ///   - data: The file's bytes.
    ///   - name: What messages call it.
    /// - Returns: The questions with the numbers of their lines; none for a file without any.
    /// - Throws: `Fault` naming the line; with all faults when there are several.
    public static func lines(of data: Data, name: String) throws(Fault) -> [Line] {
        var result: [Line] = []
        var faults: [Fault] = []
        let blank = Set(" \t\r".utf8)
        // Editors of Windows put a byte order mark in front.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let data = data.starts(with: mark) ? data.dropFirst(mark.count) : data
        for (index, bytes) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            guard !bytes.allSatisfy(blank.contains) else { continue }
            do {
                result.append(try line(Data(bytes), number: index + 1))
            } catch {
                var fault = error
                fault.detail = "\(name):\(index + 1): \(error.detail)"
                faults.append(fault)
            }
        }
        guard let first = faults.first else { return result }
        guard faults.count > 1 else { throw first }
        var all = Fault(
            "\(faults.count) lines of \(name) are wrong",
            hint: "fix them; a file is taken as a whole or not at all"
        )
        all.faults = faults.map(\.description)
        throw all
    }

    private static func line(_ bytes: Data, number: Int) throws(Fault) -> Line {
        guard bytes.count <= lineByteLimit else {
            throw Fault(
                "the line has \(bytes.count) bytes, more than \(lineByteLimit)",
                hint: "shorten or split the question"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Fault("the line is not UTF-8", hint: "save the file as UTF-8")
        }
        let line: Line
        do {
            let fields = try JSONDecoder().decode(QuestionFileLine.self, from: bytes)
            line = fields.content(line: number, written: bytes)
        } catch let fault as Fault {
            throw fault
        } catch {
            // The line goes to terminals and logs.
            let shown = String(
                text.prefix(60).filter { !$0.isNewline && $0.unicodeScalars.allSatisfy { $0.value >= 32 } }
            )
            throw Fault(
                "not valid JSON: \(shown)",
                hint: "write one object per line, such as "
                    + "{\"question\": \"What is 1 + 2?\", \"answer\": \"3\"}"
            )
        }
        guard line.question.contains(where: { !$0.isWhitespace }) else {
            throw Fault("the field \"question\" is missing or empty", hint: "give its text")
        }
        guard line.question.utf8.count <= questionByteLimit else {
            var fault = Fault(
                "the question has \(line.question.utf8.count) bytes, more than \(questionByteLimit)",
                hint: "shorten it"
            )
            fault.isTooLong = true
            throw fault
        }
        return line
    }
}
