import Foundation
import Loop

/// How a tokenizer whose vocabulary is spelled in plain characters reads a text.
struct RawTextRules: Sendable {
    /// A change of the text before it is cut.
    enum Rewrite: Hashable, Sendable {
        /// Unicode's composed form (NFC).
        case compose
        /// Puts a text before one that is not empty.
        case prepend(String)
        /// Replaces every occurrence.
        case replace(String, with: String)
    }

    /// Where a blank is put before the text.
    enum BlankScheme: Hashable, Sendable {
        case never
        /// Before the first piece of the text alone.
        case first
        case always
    }

    /// The sign that stands for a blank (U+2581).
    static let blank = "\u{2581}"

    var rewrites: [Rewrite] = []
    /// Whether blanks become signs after added tokens were cut out; nil when a rewrite does that.
    var blankScheme: BlankScheme?
    /// Whether each sign begins a word.
    var splitsAtBlanks = false
    /// Whether a word of line breaks that is a token is taken whole.
    var takesLineBreaksWhole = false
    /// Merges come from the tokens' scores, the highest first, not from a list.
    var scores: [Float]?
    /// Ids that no text makes: control, unknown, unused and byte tokens.
    var unmade: Set<Int32> = []
    /// Whether a decoded text loses the blank it begins with.
    var stripsFirstBlank = false

    /// The text as its vocabulary is spelled, its marks moved along.
    func rewritten(_ text: PromptText) -> PromptText {
        rewrites.reduce(text) { text, rewrite in
            switch rewrite {
            case .compose: text.composed()
            case .prepend(let start): text.isEmpty ? text : PromptText(format: start) + text
            case .replace(let wanted, let replacement):
                text.replacing(Array(wanted.utf8), with: replacement)
            }
        }
    }

    /// A piece between added tokens with its blanks as signs.
    func withBlanks(_ text: String, isFirst: Bool) -> String {
        guard let blankScheme else { return text }
        let replaced = String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0 == " " ? "\u{2581}" : $0 })
        )
        let isWanted = blankScheme == .always || (blankScheme == .first && isFirst)
        return isWanted && replaced.unicodeScalars.first != "\u{2581}" ? Self.blank + replaced : replaced
    }
}
