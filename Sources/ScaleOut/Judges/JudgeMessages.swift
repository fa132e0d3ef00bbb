import Foundation
import Loop

/// What a judge is asked: one line of JSON.
struct JudgeRequest: Encodable {
    /// Its number, which the reply repeats.
    let id: Int
    /// The question's text.
    let question: String
    /// The question's options.
    let choices: [String]?
    /// The reference answer, where it may be known.
    let answer: String?
    /// What a program of kind `code` runs on.
    let inputs: [String]?
    /// The function that it calls.
    let entry: String?
    /// The candidate's text.
    let text: String

    /// The line with its end.
    var line: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array((try? encoder.encode(self)) ?? Data()) + [UInt8(ascii: "\n")]
    }
}

/// What a judge replies: one line of JSON with one of `answer`, `score`, `outputs` and `none`.
struct JudgeReply: Decodable {
    private let id: Int
    private let answer: String?
    private let score: Double?
    private let outputs: [String]?
    private let none: String?

    /// Longest answer that is kept, bytes.
    private static let longest = 64 << 10

    /// Reads a line.
    ///
    /// - Parameters:
    ///   - line: The line without its end.
    ///   - id: The number that it must repeat.
    /// - Returns: The reading; nil and why, if the line is no reply to this request.
    static func reading(of line: [UInt8], id: Int) -> (reading: AnswerReading?, fault: String) {
        guard let reply = try? JSONDecoder().decode(JudgeReply.self, from: Data(line)) else {
            let start = String(decoding: line.prefix(200), as: UTF8.self)
            return (nil, "its line is no reply: \(start.debugDescription)")
        }
        guard reply.id == id else { return (nil, "it replied to \(reply.id) instead of \(id)") }
        if let none = reply.none { return (.none(.judgeNone, String(none.prefix(300))), "") }
        guard let text = reply.text else { return (nil, "its reply has no answer, score, outputs or none") }
        guard text.utf8.count <= longest else { return (nil, "its answer has more than \(longest) bytes") }
        guard !text.isEmpty else { return (.none(.judgeNone, "its answer is empty"), "") }
        return (.answer(Answer(canonical: text)), "")
    }

    private var text: String? {
        if let outputs { return CodeTests.canonical(outputs).canonical }
        if let answer { return answer.trimmingCharacters(in: .whitespacesAndNewlines) }
        guard let score, score.isFinite else { return nil }
        return Int(exactly: score).map(String.init) ?? "\(score)"
    }
}
