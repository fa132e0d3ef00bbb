/// A text that knows which of its parts a prompt format wrote and which came from data.
///
/// Only what the format wrote may become control tokens: a question, an option or a candidate that spells
/// `<|im_end|>` is read as those characters. In a string literal the literal parts are format and what is
/// interpolated is content: `"Q: \(question)\nA:"`.
///
/// Its stored form is the plain string; the marks are not stored.
public struct PromptText: Hashable, Sendable {
    /// The whole text.
    public private(set) var text: String
    /// Where content is, as offsets of UTF-8 bytes: ascending, none empty, none touching the next.
    public private(set) var contentRanges: [Range<Int>]
    /// The token that ends an answer to this prompt, if the format has one of its own.
    ///
    /// It is not part of the text; nil is the model's end of text.
    public var answerEnd: String?

    /// A text that the format wrote.
    public init(format text: String) {
        self.text = text
        contentRanges = []
    }

    /// A text that came from data.
    public init(content text: String) {
        self.text = text
        let count = text.utf8.count
        contentRanges = count == 0 ? [] : [0..<count]
    }

    /// Whether there is no text.
    public var isEmpty: Bool { text.isEmpty }

    /// Whether bytes of the text are all in what the format wrote.
    ///
    /// - Parameter range: Offsets of UTF-8 bytes.
    /// - Returns: False when any of them is content.
    public func isFormat(_ range: Range<Int>) -> Bool {
        contentRanges.allSatisfy { !$0.overlaps(range) }
    }

    /// Joins two texts; each keeps its marks.
    public static func + (left: PromptText, right: PromptText) -> PromptText {
        var joined = left
        joined += right
        return joined
    }

    /// Adds a text at the end.
    public static func += (left: inout PromptText, right: PromptText) {
        let start = left.text.utf8.count
        left.text += right.text
        left.answerEnd = right.answerEnd ?? left.answerEnd
        var added = right.contentRanges.map { $0.lowerBound + start..<$0.upperBound + start }
        if let last = left.contentRanges.last, let first = added.first, last.upperBound == first.lowerBound {
            left.contentRanges.removeLast()
            added[0] = last.lowerBound..<first.upperBound
        }
        left.contentRanges += added
    }
}

extension PromptText: CustomStringConvertible {
    /// The whole text.
    public var description: String { text }
}

extension PromptText: Codable {
    /// Reads a plain string; all of it counts as content, since it may come from anywhere.
    public init(from decoder: any Decoder) throws {
        self.init(content: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the plain string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension PromptText: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// Collects the parts of a literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var joined = PromptText(format: "")

        /// Starts an empty text.
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// Adds a literal part: format.
        public mutating func appendLiteral(_ literal: String) { joined += PromptText(format: literal) }

        /// Adds a value: content.
        public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            joined += PromptText(content: value.description)
        }

        /// Adds a text with its marks.
        public mutating func appendInterpolation(_ text: PromptText) { joined += text }
    }

    /// A literal without interpolation: format.
    public init(stringLiteral text: String) { self.init(format: text) }

    /// A literal whose interpolated parts are content.
    public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.joined }
}
