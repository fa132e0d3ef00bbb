import Engine
import Testing

/// Text that is shown while it is written.
struct TextPiecesTests {
    /// Feeds a text in chunks of bytes and hands back its pieces.
    private func pieces(_ bytes: [UInt8], by step: Int, stops: [String] = [], cut: Int? = nil) -> [String] {
        var pieces = TextPieces(stops: stops.map { Array($0.utf8) })
        var result: [String] = []
        for end in stride(from: step, to: bytes.count + step, by: step) {
            let isLast = end >= bytes.count
            let known = Array(bytes.prefix(isLast ? cut ?? end : end))
            if let piece = pieces.next(of: known, isFinished: isLast) { result.append(piece) }
        }
        return result
    }

    @Test(arguments: 1...5)
    func `no piece ends inside a character, and together they are the text`(step: Int) {
        let text = "Grüße, 世界! 🦉 e\u{301} The answer is ½."

        let found = pieces(Array(text.utf8), by: step)

        #expect(found.joined() == text)
        #expect(found.allSatisfy { !$0.isEmpty && !$0.unicodeScalars.contains("\u{FFFD}") })
        #expect(found.count > 3)
    }

    @Test func `a character comes with its last byte`() {
        #expect(pieces(Array("a½🦉".utf8), by: 1) == ["a", "½", "🦉"])
    }

    @Test(arguments: 1...4)
    func `bytes that are not UTF-8 become what they are in the whole text`(step: Int) {
        let bytes: [UInt8] = [
            0x61, 0xE2, 0x82, 0x62, 0xFF, 0x80, 0x80, 0x80, 0x80, 0xF0, 0x9F, 0x63, 0xE2, 0x82,
        ]

        let found = pieces(bytes, by: step)

        #expect(found.joined() == String(decoding: bytes, as: UTF8.self))
    }

    @Test(arguments: 1...3)
    func `what may begin a stop string waits, and the stop string is never shown`(step: Int) {
        let text = "one\ntwo\n"

        let found = pieces(
            Array((text + "\nQ:").utf8),
            by: step,
            stops: ["\nQ:", "###"],
            cut: text.utf8.count
        )

        #expect(found.joined() == text)
    }

    @Test func `a line end that begins no stop string is shown with what follows`() {
        #expect(pieces(Array("a\nb".utf8), by: 1, stops: ["\nQ:"]) == ["a", "\nb"])
    }

    @Test func `an end in the middle of a character is told at the end`() {
        #expect(pieces([0x61, 0xF0, 0x9F], by: 1) == ["a", "\u{FFFD}"])
    }
}
