/// Cuts a text that grows byte by byte into pieces that can be shown at once.
///
/// A piece ends where nothing that may follow can change what it says: not inside a character of UTF-8, and
/// not where a stop string may have begun, which would not be part of the text.
package struct TextPieces: Sendable {
    private let stops: [[UInt8]]
    /// Bytes handed out so far.
    private var shownCount = 0

    /// Starts a text that ends at any of the stop strings.
    package init(stops: [[UInt8]]) { self.stops = stops }

    /// What is new and certain.
    ///
    /// - Parameters:
    ///   - bytes: The whole text so far, cut before its stop string once that is complete.
    ///   - isFinished: Whether nothing follows; then everything that is left is handed out.
    /// - Returns: The next piece; nil when nothing is certain yet. Bytes that are not UTF-8 become U+FFFD, as
    ///   in the whole text.
    package mutating func next(of bytes: [UInt8], isFinished: Bool) -> String? {
        let end = isFinished ? bytes.count : certainCount(of: bytes)
        guard end > shownCount else { return nil }
        defer { shownCount = end }
        return String(decoding: bytes[shownCount..<end], as: UTF8.self)
    }

    private func certainCount(of bytes: [UInt8]) -> Int {
        let open = stops.map { Self.openCount(of: $0, at: bytes) }.max() ?? 0
        let count = bytes.count - open
        return count - Self.brokenCount(at: bytes[..<count])
    }

    /// How many of the last bytes a stop string may begin with; all of it would have ended the text.
    private static func openCount(of stop: [UInt8], at bytes: [UInt8]) -> Int {
        let longest = min(stop.count - 1, bytes.count)
        guard longest > 0 else { return 0 }
        return (1...longest).last { bytes.suffix($0).elementsEqual(stop.prefix($0)) } ?? 0
    }

    /// How many of the last bytes begin a character of UTF-8 without ending it, 0...3.
    private static func brokenCount(at bytes: ArraySlice<UInt8>) -> Int {
        let continuations = bytes.suffix(3).reversed().prefix { $0 & 0xC0 == 0x80 }.count
        guard let lead = bytes.dropLast(continuations).last else { return 0 }
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
        return continuations + 1 < length ? continuations + 1 : 0
    }
}
