/// What a model is asked to rate an answer, and how its reply is read.
public struct RatingPrompt: Sendable {
    /// Where the question goes.
    public static let question = "{question}"
    /// Where the answer goes.
    public static let answer = "{answer}"
    /// The text in use where nobody writes another.
    public static let standard =
        "Rate this answer from 0 (wrong) to 10 (right and well explained). Reply with one number. "
        + "Question: {question} Answer: {answer} Rating:"

    private let template: String

    /// Takes a text with both marks.
    public init(_ template: String) { self.template = template }

    /// The text with question and answer in it; what they say of themselves is left alone.
    public func text(question: PromptText, answer: String) -> PromptText {
        let parts = [
            (Self.question, question), (Self.answer, PromptText(content: answer)),
        ].compactMap { mark, text in template.firstRange(of: mark).map { ($0, text) } }
            .sorted { $0.0.lowerBound < $1.0.lowerBound }
        var (written, place): (PromptText, String.Index) = ("", template.startIndex)
        for (range, text) in parts {
            written += PromptText(format: String(template[place..<range.lowerBound])) + text
            place = range.upperBound
        }
        return written + PromptText(format: String(template[place...]))
    }

    /// The first number of a reply, held to 0...10; 0 where there is none.
    public static func rating(in reply: String) -> Double {
        let bytes = Array(reply.utf8)
        func isDigit(_ place: Int) -> Bool {
            bytes.indices.contains(place) && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place])
        }
        guard let start = bytes.indices.first(where: isDigit) else { return 0 }
        // "-3" is below the scale; the dash of "rating-3" is no sign.
        let isNegative =
            start > 0 && bytes[start - 1] == UInt8(ascii: "-")
            && (start == 1 || [UInt8(ascii: " "), UInt8(ascii: "\n")].contains(bytes[start - 2]))
        if isNegative { return 0 }
        var end = start
        while isDigit(end) { end += 1 }
        if end < bytes.count, bytes[end] == UInt8(ascii: "."), isDigit(end + 1) {
            end += 1
            while isDigit(end) { end += 1 }
        }
        let number = Double(String(decoding: bytes[start..<end], as: UTF8.self)) ?? 0
        return min(max(number, 0), 10)
    }
}
