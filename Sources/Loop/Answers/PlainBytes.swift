import Foundation

/// A text's UTF-8 where reading it byte by byte finds what reading it Character by Character finds.
///
/// Characters and `range(of:)` cost twenty times as much, and a round reads every text several times. So a
/// text is plain when no scalar of it joins, folds or decomposes into ASCII and none is white space or a line
/// break beyond ASCII's; any other text is read by Characters. `PlainBytesTests` holds the two to the same
/// answers.
struct PlainBytes {
    private let bytes: UnsafeBufferPointer<UInt8>

    /// Looks at every byte; nil for a text that is not plain.
    private init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard Self.isPlain(bytes) else { return nil }
        self.bytes = bytes
    }

    /// Hands a text's bytes to a reader.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - body: Reads it; must not let the bytes out.
    /// - Returns: What the reader returns; nil when the text is not plain.
    static func read<Value>(_ text: String, _ body: (PlainBytes) -> Value) -> Value? {
        text.utf8.withContiguousStorageIfAvailable { bytes in PlainBytes(bytes).map(body) } ?? nil
    }

    /// Number of bytes.
    var count: Int { bytes.count }

    /// The byte at a place.
    subscript(place: Int) -> UInt8 { bytes[place] }

    /// What is between the first `cue` and the end of its line, unless a line that begins with `marker` comes
    /// before it.
    func clause(after cue: PlainPhrase, before marker: PlainPhrase?) -> Range<Int>? {
        guard let place = first(cue) else { return nil }
        let start = place + cue.bytes.count
        if let marker, beginsLine(marker, before: start) { return nil }
        var end = start
        while end < count, !Self.isNewline(bytes[end]) { end += 1 }
        return start..<end
    }

    /// The first place of a phrase, in either case.
    func first(_ phrase: PlainPhrase) -> Int? {
        let length = phrase.bytes.count
        let last = phrase.bytes[length - 1]
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { steps in
            // Horspool's search: how far to move depends on the byte under the phrase's last one.
            steps.initialize(repeating: UInt8(length))
            for place in 0..<length - 1 { steps[Int(phrase.bytes[place])] = UInt8(length - 1 - place) }
            var end = length - 1
            while end < count {
                let byte = PlainPhrase.lowered(bytes[end])
                if byte == last, has(phrase, at: end - length + 1) { return end - length + 1 }
                end += Int(steps[Int(byte)])
            }
            return nil
        }
    }

    /// The last place of a phrase, in either case.
    func last(_ phrase: PlainPhrase) -> Int? {
        stride(from: count - phrase.bytes.count, through: 0, by: -1).first { has(phrase, at: $0) }
    }

    /// The first place of a byte within a range.
    func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        guard let base = bytes.baseAddress,
            let found = memchr(base + range.lowerBound, Int32(byte), range.count)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private func has(_ phrase: PlainPhrase, at place: Int) -> Bool {
        phrase.bytes.indices.allSatisfy { PlainPhrase.lowered(bytes[place + $0]) == phrase.bytes[$0] }
    }

    /// Whether a line begins with a phrase, in its own case, at a place before `end`.
    private func beginsLine(_ phrase: PlainPhrase, before end: Int) -> Bool {
        var start = 0
        while let place = first(phrase.exact[0], in: start..<end) {
            start = place + 1
            guard place + phrase.exact.count <= count,
                phrase.exact.indices.allSatisfy({ bytes[place + $0] == phrase.exact[$0] })
            else { continue }
            var before = place - 1
            while before >= 0, bytes[before] == 0x20 || bytes[before] == 0x09 { before -= 1 }
            if before < 0 || Self.isNewline(bytes[before]) { return true }
        }
        return false
    }

    /// Line feed, vertical tab, form feed, carriage return.
    private static func isNewline(_ byte: UInt8) -> Bool { (0x0A...0x0D).contains(byte) }

    private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = UnsafeRawBufferPointer(bytes)
        var place = 0
        while place < bytes.count {
            // Eight bytes of ASCII at once.
            while place + 8 <= bytes.count,
                raw.loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                place += 8
            }
            guard place < bytes.count else { break }
            let lead = bytes[place]
            switch lead {
            case ..<0x80:
                place += 1
            case 0xC2...0xDF:
                let scalar = UInt32(lead & 0x1F) << 6 | UInt32(bytes[place + 1] & 0x3F)
                guard isPlain(scalar) else { return false }
                place += 2
            case 0xE0...0xEF:
                let tail = UInt32(bytes[place + 1] & 0x3F) << 6 | UInt32(bytes[place + 2] & 0x3F)
                guard isPlain(UInt32(lead & 0x0F) << 12 | tail) else { return false }
                place += 3
            default:
                return false
            }
        }
        return true
    }

    /// Whether a scalar beyond ASCII is on the list of those that leave ASCII around them alone: letters of
    /// Latin (without ª º ß İ ı ĳ ŉ ſ), Greek, Cyrillic, Hiragana, Katakana, Han and Hangul, dashes, quotes,
    /// currency, arrows, operators.
    private static func isPlain(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0xA1...0xA7, 0xA9, 0xAB, 0xAC, 0xAE, 0xB0...0xB3, 0xB7, 0xB9, 0xBB...0xDE, 0xE0...0x12F,
            0x134...0x137, 0x139...0x148, 0x14A...0x17E,
            0x391...0x3A1, 0x3A3...0x3C9, 0x410...0x44F,
            0x2010...0x2027, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x20A0...0x20BF,
            0x2190...0x22FF, 0x2500...0x25FF,
            0x3001...0x3003, 0x3008...0x3011, 0x3041...0x3096, 0x30A1...0x30FA,
            0x4E00...0x9FFF, 0xAC00...0xD7A3:
            true
        default: false
        }
    }
}
