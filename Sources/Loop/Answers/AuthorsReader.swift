import Foundation

/// Profile `authors`: the released code's rules as the method's section 5 lists them, faults included.
///
/// The sign is lost (-6 is 6), decimals are cut (2.75 is 2), `3/4` is 3, `1e3` is 1, a text without the
/// cue still reads, and a choice needs brackets but no such option. Its cue is the phrase of the
/// released code whatever the configuration says.
enum AuthorsReader {
    private static let cue = "the answer is"
    private static let phrase = PlainPhrase(cue)

    /// The unsigned integer part of the first number after the last cue and the last `=`.
    static func number(in text: String) -> String? {
        if let phrase, let found = PlainBytes.read(text, { $0.authorsNumber(after: phrase) }) { return found }
        let suffix = suffix(of: text).replacing(",", with: "")
        guard let match = suffix.firstMatch(of: /[0-9]+\.?[0-9]*/), match.output.count <= 30 else {
            return nil
        }
        let whole = match.output.prefix { $0 != "." }.drop { $0 == "0" }
        return whole.isEmpty ? "0" : String(whole)
    }

    /// The first letter in round brackets after the last cue and the last `=`, upper case.
    static func letter(in text: String) -> String? {
        if let phrase, let found = PlainBytes.read(text, { $0.authorsLetter(after: phrase) }) { return found }
        return suffix(of: text).firstMatch(of: /\(([a-z])\)/).map { $0.output.1.uppercased() }
    }

    /// Whether the text reaches the cue at all.
    static func hasCue(_ text: String) -> Bool {
        if let phrase, let found = PlainBytes.read(text, { $0.first(phrase) != nil }) { return found }
        return text.lowercased().contains(cue)
    }

    private static func suffix(of text: String) -> Substring {
        let lower = text.lowercased()[...]
        let answer = lower.range(of: cue, options: .backwards).map { lower[$0.upperBound...] } ?? lower
        return answer.lastIndex(of: "=").map { answer[answer.index(after: $0)...] } ?? answer
    }
}

/// The same rules byte by byte.
extension PlainBytes {
    /// What `AuthorsReader.number` reads.
    fileprivate func authorsNumber(after cue: PlainPhrase) -> String? {
        var place = authorsStart(after: cue)
        while place < count, !isDigit(place) { place += 1 }
        var (whole, length, hasPoint) = ("", 0, false)
        while place < count {
            let byte = self[place]
            place += 1
            if byte == UInt8(ascii: ",") { continue }
            let isPoint = byte == UInt8(ascii: ".")
            guard isDigit(place - 1) || isPoint && !hasPoint else { break }
            hasPoint = hasPoint || isPoint
            length += 1
            if !hasPoint, byte != UInt8(ascii: "0") || !whole.isEmpty {
                whole.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        guard (1...30).contains(length) else { return nil }
        return whole.isEmpty ? "0" : whole
    }

    /// What `AuthorsReader.letter` reads.
    fileprivate func authorsLetter(after cue: PlainPhrase) -> String? {
        var start = authorsStart(after: cue)
        while let place = first(UInt8(ascii: "("), in: start..<count), place + 2 < count {
            let letter = PlainPhrase.lowered(self[place + 1])
            if (0x61...0x7A).contains(letter), self[place + 2] == UInt8(ascii: ")") {
                return String(Unicode.Scalar(letter & ~0x20))
            }
            start = place + 1
        }
        return nil
    }

    private func authorsStart(after cue: PlainPhrase) -> Int {
        let start = last(cue).map { $0 + cue.bytes.count } ?? 0
        return (start..<count).last { self[$0] == UInt8(ascii: "=") }.map { $0 + 1 } ?? start
    }

    private func isDigit(_ place: Int) -> Bool { (0x30...0x39).contains(self[place]) }
}
