package import ControlAPI
package import Foundation
package import Loop

/// Checks a JSONL file of questions before anything is sent, so that a message can name the line.
package enum QuestionFile {
    private static let keys: Set<String> = ["question", "answer", "rationale", "choices"]

    /// Reads every line; empty ones are passed over.
    ///
    /// - Throws: `Problem` naming the line; with all faults when there are several.
    package static func lines(of data: Data, name: String, split: Split) throws(Problem) -> [QuestionLine] {
        guard data.count <= ControlLimits.questionsBodyByteCount else {
            throw Problem(
                .tooLarge,
                "\(name) has more than \(ControlLimits.questionsBodyByteCount) bytes, the most that can be added at once",
                hint: "split it into smaller files"
            )
        }
        var result: [QuestionLine] = []
        var faults: [Problem] = []
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            let place = "\(name):\(index + 1)"
            if bytes.allSatisfy({
                $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\t")
            }) {
                continue
            }
            do {
                var line = try line(Data(bytes), place: place, split: split)
                line.line = index + 1
                result.append(line)
            } catch {
                faults.append(error)
            }
        }
        if let first = faults.first {
            guard faults.count > 1 else { throw first }
            throw Problem(
                .invalid,
                "\(faults.count) lines of \(name) are wrong, so nothing was added",
                hint: "correct them and add the file again",
                faults: faults.prefix(ControlLimits.faultCount).map(\.description)
            )
        }
        guard !result.isEmpty else {
            throw Problem(.invalid, "\(name) holds no question", hint: "write one JSON object per line")
        }
        return result
    }

    private static func line(_ bytes: Data, place: String, split: Split) throws(Problem) -> QuestionLine {
        guard bytes.count <= ControlLimits.questionByteCount else {
            throw Problem(
                .invalid,
                "\(place): the line has \(bytes.count) bytes, at most \(ControlLimits.questionByteCount) are allowed",
                hint: "shorten the question or its rationale"
            )
        }
        let object: [String: Any]
        do {
            guard let parsed = try JSONSerialization.jsonObject(with: bytes) as? [String: Any] else {
                throw Problem(
                    .invalid,
                    "\(place): the line is not a JSON object",
                    hint: "write {\"question\": \"…\"}"
                )
            }
            object = parsed
        } catch let problem as Problem {
            throw problem
        } catch {
            let shown = String(decoding: bytes, as: UTF8.self).onOneLine.cut(to: 60)
            throw Problem(
                .invalid,
                "\(place): not valid JSON: \(shown)",
                hint: "write one JSON object per line"
            )
        }
        if let unknown = object.keys.filter({ !keys.contains($0) }).min() {
            throw Problem(
                .invalid,
                "\(place): unknown field \"\(unknown)\"",
                hint: "fields are question, answer, rationale and choices; the split is given with --split"
            )
        }
        let question = try text(object, "question", place) ?? ""
        guard question.contains(where: { !$0.isWhitespace }) else {
            throw Problem(
                .invalid,
                "\(place): the field \"question\" is missing or empty",
                hint: "give its text"
            )
        }
        let line = QuestionLine(
            question: question,
            answer: try text(object, "answer", place),
            rationale: try text(object, "rationale", place),
            choices: try choices(object, place)
        )
        if split != .train, (line.answer ?? "").isEmpty { throw missing("answer", place, split) }
        if split == .valid, (line.rationale ?? "").isEmpty { throw missing("rationale", place, split) }
        return line
    }

    /// A text, or a number taken as text, since answers are often written as numbers.
    private static func text(_ object: [String: Any], _ key: String, _ place: String) throws(Problem)
        -> String?
    {
        switch object[key] {
        case nil, is NSNull: return nil
        case let text as String: return text
        case let number as NSNumber where key == "answer": return number.stringValue
        default:
            throw Problem(.invalid, "\(place): the field \"\(key)\" is not a text", hint: "put it in quotes")
        }
    }

    private static func choices(_ object: [String: Any], _ place: String) throws(Problem) -> [String]? {
        switch object["choices"] {
        case nil, is NSNull: return nil
        case let choices as [String] where choices.count != 1: return choices
        default:
            throw Problem(
                .invalid,
                "\(place): the field \"choices\" is not a list of two or more texts",
                hint: "write \"choices\": [\"first\", \"second\"]"
            )
        }
    }

    private static func missing(_ key: String, _ place: String, _ split: Split) -> Problem {
        Problem(
            .invalid,
            "\(place): the field \"\(key)\" is missing or empty, split \(split.rawValue) needs it",
            hint: "add it, or add the file to split train"
        )
    }
}
