import Foundation

/// Takes a worked answer apart: the reasoning, and the answer it ends in.
enum AnswerParts {
    /// What published sets put before the final answer.
    static let mark = "####"

    /// A text that says its final answer after `####`, in `\boxed{…}` or after "the answer is", as reasoning
    /// and answer; another text is the answer alone.
    static func ofReply(_ text: String) -> (rationale: String?, answer: String) {
        let text = withoutThinking(text)
        if let parts = atMark(text) { return parts }
        if let answer = boxed(in: text) { return (text, answer) }
        if let cue = text.range(of: "the answer is", options: [.caseInsensitive, .backwards]) {
            let line = text[cue.upperBound...].prefix { !$0.isNewline }
            let answer = trimmed(String(line), "*:. ")
            if !answer.isEmpty, answer.utf8.count < text.utf8.count / 2 { return (text, answer) }
        }
        return (nil, text)
    }

    /// What is before and after the only `####`; nil unless both are there.
    static func atMark(_ text: String) -> (rationale: String?, answer: String)? {
        let parts = text.split(separator: mark, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let (rationale, answer) = (trimmed(String(parts[0])), trimmed(String(parts[1])))
        guard !answer.isEmpty else { return nil }
        return (rationale.isEmpty ? nil : rationale, answer)
    }

    /// The content of the last `\boxed{…}` whose braces match.
    static func boxed(in text: String) -> String? {
        guard let start = text.range(of: "\\boxed{", options: .backwards) else { return nil }
        var depth = 1
        for place in text[start.upperBound...].indices {
            if text[place] == "{" { depth += 1 }
            if text[place] == "}" { depth -= 1 }
            if depth == 0 {
                let answer = trimmed(String(text[start.upperBound..<place]))
                return answer.isEmpty ? nil : answer
            }
        }
        return nil
    }

    /// Without the calculator's marks of GSM8K: `3*4 = <<3*4=12>>12` is `3*4 = 12`.
    static func withoutCalculator(_ text: String) -> String { text.replacing(/<<[^<>\n]*>>/, with: "") }

    /// Without `<think>` and `</think>` themselves: what is between them is reasoning.
    static func withoutThinking(_ text: String) -> String { text.replacing(/<\/?think>/, with: "") }

    /// On one line: a candidate ends at a line break by default.
    ///
    /// With `isProse` a line without an end gets a full stop if the next begins a sentence.
    static func onOneLine(_ text: String, isProse: Bool = false) -> String {
        var result = ""
        for part in text.split(whereSeparator: \.isNewline) {
            let line = part.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard !line.isEmpty else { continue }
            if let last = result.last {
                let isOpen = isProse && !".!?:;,=".contains(last) && line.first?.isUppercase == true
                result += isOpen ? ". " : " "
            }
            result += line
        }
        return result
    }

    /// Without white space, or some other characters, at both ends.
    static func trimmed(_ text: String, _ more: String = "") -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines.union(CharacterSet(charactersIn: more)))
    }
}
