import Foundation

/// Profile `authors`: the released code's rules as the method's section 5 lists them, faults included.
///
/// The sign is lost (-6 is 6), decimals are cut (2.75 is 2), `3/4` is 3, `1e3` is 1, a text without the
/// cue still reads, and a choice needs brackets but no such option. Its cue is the phrase of the
/// released code whatever the configuration says.
enum AuthorsReader {
    private static let cue = "the answer is"

    /// The unsigned integer part of the first number after the last cue and the last `=`.
    static func number(in text: String) -> String? {
        let suffix = suffix(of: text).replacing(",", with: "")
        guard let match = suffix.firstMatch(of: /[0-9]+\.?[0-9]*/), match.output.count <= 30 else {
            return nil
        }
        let whole = match.output.prefix { $0 != "." }.drop { $0 == "0" }
        return whole.isEmpty ? "0" : String(whole)
    }

    /// The first letter in round brackets after the last cue and the last `=`, upper case.
    static func letter(in text: String) -> String? {
        suffix(of: text).firstMatch(of: /\(([a-z])\)/).map { $0.output.1.uppercased() }
    }

    /// Whether the text reaches the cue at all.
    static func hasCue(_ text: String) -> Bool { text.lowercased().contains(cue) }

    private static func suffix(of text: String) -> Substring {
        let lower = text.lowercased()[...]
        let answer = lower.range(of: cue, options: .backwards).map { lower[$0.upperBound...] } ?? lower
        return answer.lastIndex(of: "=").map { answer[answer.index(after: $0)...] } ?? answer
    }
}
