package import ControlAPI
import Foundation
package import Loop

/// Reads a JSONL file of questions: UTF-8, one object a line with `question`, `answer`, `rationale`, `choices`.
package enum QuestionFile {
    /// Longest line, in bytes.
    package static let lineByteLimit = 1 << 20

    /// Reads every line; unknown keys are ignored, anything else wrong names the line.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - split: What its questions are used for.
    /// - Returns: One question per line, in order.
    /// - Throws: `DaemonError`.
    package static func read(_ path: String, split: Split) throws(DaemonError) -> [QuestionInput] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DaemonError(
                .invalidConfiguration,
                "questions.\(split.rawValue): cannot read \(path); correct the path in the configuration"
            )
        }
        let name = URL(filePath: path).lastPathComponent
        var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        var questions: [QuestionInput] = []
        for (index, line) in lines.enumerated() {
            let line = try parse(line, at: "\(path):\(index + 1)")
            questions.append(input(line, split: split, origin: "\(name):\(index + 1)"))
        }
        return questions
    }

    /// A line as the journal takes it.
    package static func input(_ line: QuestionLine, split: Split, origin: String) -> QuestionInput {
        QuestionInput(
            text: line.question,
            choices: line.choices ?? [],
            answer: line.answer,
            rationale: line.rationale,
            split: split,
            origin: origin
        )
    }

    private static func parse(_ bytes: Data, at place: String) throws(DaemonError) -> QuestionLine {
        guard bytes.count <= lineByteLimit else {
            throw DaemonError(
                .invalidData,
                "\(place): \(bytes.count) bytes, more than \(lineByteLimit) a line; shorten or split the question"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DaemonError(.invalidData, "\(place): not UTF-8; save the file as UTF-8")
        }
        let object: Any
        do {
            object = try JSONSerialization.jsonObject(with: bytes)
        } catch {
            throw DaemonError(
                .invalidData,
                "\(place): not JSON: \(text.prefix(60).yaml); write one object a line, such as "
                    + "{\"question\": \"What is 1 + 2?\", \"answer\": \"3\"}"
            )
        }
        guard let fields = object as? [String: Any] else {
            throw DaemonError(
                .invalidData,
                "\(place): not a JSON object: \(text.prefix(60).yaml); put it in braces"
            )
        }
        guard let question = try string(fields, "question", place) else {
            throw DaemonError(.invalidData, "\(place): no \"question\"; add it, or remove the line")
        }
        guard !question.allSatisfy(\.isWhitespace) else {
            throw DaemonError(
                .invalidData,
                "\(place): \"question\" is \(question.yaml), without text; remove the line"
            )
        }
        guard question.utf8.count <= ControlLimits.questionByteCount else {
            throw DaemonError(
                .invalidData,
                "\(place): \"question\" has \(question.utf8.count) bytes, more than "
                    + "\(ControlLimits.questionByteCount); shorten it"
            )
        }
        var choices: [String]?
        if let value = fields["choices"], !(value is NSNull) {
            guard let list = value as? [String] else {
                throw DaemonError(
                    .invalidData,
                    "\(place): \"choices\" is \(shown(value)); write a list of strings"
                )
            }
            choices = list
        }
        return QuestionLine(
            question: question,
            answer: try string(fields, "answer", place),
            rationale: try string(fields, "rationale", place),
            choices: choices
        )
    }

    private static func string(
        _ fields: [String: Any],
        _ key: String,
        _ place: String
    ) throws(DaemonError) -> String? {
        guard let value = fields[key], !(value is NSNull) else { return nil }
        guard let text = value as? String else {
            throw DaemonError(
                .invalidData,
                "\(place): \"\(key)\" is \(shown(value)); write it as a string in quotes"
            )
        }
        return text
    }

    private static func shown(_ value: Any) -> String { String("\(value)".prefix(60)) }
}

extension Substring {
    /// In quotes, with escapes.
    var yaml: String { String(self).yaml }
}
