import Loop

/// A token that is in the text as it is and is cut out before anything else, such as `<|im_start|>`.
struct AddedToken: Hashable, Sendable {
    /// The token.
    var id: Int32
    /// Its text.
    var content: String
    /// Whether decoding leaves it out.
    var isControl: Bool
    /// Whether white space to its left belongs to it.
    var stripsLeft = false
    /// Whether white space to its right belongs to it.
    var stripsRight = false
    /// Whether it must not touch a letter, number or underscore.
    var isSingleWord = false
}

/// Finds added tokens: the leftmost match first, the longest among those that start together.
struct AddedTokenMatcher: Sendable {
    /// A stretch of the text.
    enum Segment: Hashable {
        case text(PromptText)
        case token(Int32)
    }

    /// By first byte, longest first.
    private var tokensByFirstByte = [[(content: [UInt8], token: AddedToken)]](repeating: [], count: 256)
    private let isEmpty: Bool
    /// Tokens that only a prompt's format may write.
    private let reserved: Set<Int32>

    /// Indexes tokens; those without text never match, the reserved ones in format text only.
    init(_ tokens: [AddedToken], reserved: Set<Int32>) {
        self.reserved = reserved
        isEmpty = tokens.allSatisfy(\.content.isEmpty)
        for token in tokens {
            let content = Array(token.content.utf8)
            guard let first = content.first else { continue }
            tokensByFirstByte[Int(first)].append((content, token))
        }
        for byte in tokensByFirstByte.indices {
            tokensByFirstByte[byte].sort { $0.content.count > $1.content.count }
        }
    }

    /// Cuts a text into tokens and the non-empty text between them.
    func segments(of text: PromptText) -> [Segment] {
        guard !isEmpty else { return text.isEmpty ? [] : [.text(text)] }
        let bytes = Array(text.text.utf8)
        var segments: [Segment] = []
        var done = 0
        var index = 0
        func appendText(upTo end: Int) {
            if end > done { segments.append(.text(text.part(done..<end, of: bytes))) }
        }

        while index < bytes.count {
            guard let found = match(bytes, at: index, of: text) else {
                index += 1
                continue
            }
            let end = index + found.content.count
            let token = found.token
            if token.isSingleWord, touchesWord(bytes, index, end) {
                index = end
                continue
            }
            // White space that an earlier token took on its right stays with that one.
            let start = token.stripsLeft ? max(startOfSpaces(bytes, before: index), done) : max(index, done)
            appendText(upTo: start)
            segments.append(.token(token.id))
            done = token.stripsRight ? endOfSpaces(bytes, after: end) : end
            index = end
        }
        appendText(upTo: bytes.count)
        return segments
    }

    private func match(
        _ bytes: [UInt8],
        at index: Int,
        of text: PromptText
    ) -> (content: [UInt8], token: AddedToken)? {
        tokensByFirstByte[Int(bytes[index])].first {
            bytes[index...].starts(with: $0.content)
                && (!reserved.contains($0.token.id) || text.isFormat(index..<index + $0.content.count))
        }
    }

    private func touchesWord(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
        func isWord(_ scalar: Unicode.Scalar?) -> Bool {
            guard let scalar else { return false }
            let properties = scalar.properties
            if scalar == "_" || properties.isAlphabetic || properties.isJoinControl { return true }
            switch properties.generalCategory {
            case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark:
                return true
            default: return false
            }
        }
        return isWord(scalar(bytes, before: start)) || isWord(scalar(bytes, at: end))
    }

    private func startOfSpaces(_ bytes: [UInt8], before end: Int) -> Int {
        var start = end
        while let last = scalar(bytes, before: start), last.properties.isWhitespace {
            start -= UTF8.width(last)
        }
        return start
    }

    private func endOfSpaces(_ bytes: [UInt8], after start: Int) -> Int {
        var end = start
        while let first = scalar(bytes, at: end), first.properties.isWhitespace {
            end += UTF8.width(first)
        }
        return end
    }

    // Windows of four bytes hold any scalar; what else is in them, whole or not, does not matter.
    private func scalar(_ bytes: [UInt8], at start: Int) -> Unicode.Scalar? {
        String(decoding: bytes[start..<min(start + 4, bytes.count)], as: UTF8.self).unicodeScalars.first
    }

    private func scalar(_ bytes: [UInt8], before end: Int) -> Unicode.Scalar? {
        String(decoding: bytes[max(end - 4, 0)..<end], as: UTF8.self).unicodeScalars.last
    }
}

extension PromptText {
    /// Some bytes of the text with their marks.
    fileprivate func part(_ range: Range<Int>, of bytes: [UInt8]) -> PromptText {
        var part = PromptText(format: "")
        var done = range.lowerBound
        func text(_ end: Int) -> String { String(decoding: bytes[done..<end], as: UTF8.self) }
        for content in contentRanges where content.overlaps(range) {
            let content = content.clamped(to: range)
            part += PromptText(format: text(content.lowerBound))
            done = content.lowerBound
            part += PromptText(content: text(content.upperBound))
            done = content.upperBound
        }
        return part + PromptText(format: text(range.upperBound))
    }
}
