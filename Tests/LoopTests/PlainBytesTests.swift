import Foundation
import Loop
import Testing

/// Answers read byte by byte are those that Characters, Foundation's search and regular expressions give.
@Suite struct PlainBytesTests {
    /// What a text is put together from: cues, markers, numbers, and every kind of neighbour they may have.
    static let pieces = [
        "The answer is", "the ANSWER is", "The answer i", "answer", "Q:", "Q", " Q: ", "A:", "=", "(", ")",
        "(b)",
        "(Z)", "B", " ", "  ", "\t", "\n", "\r", "\r\n", "\u{0B}", "\u{0C}", "\u{00}", "\u{7F}", ".", ",",
        ", ",
        "-", "$", "%", "/", "+", "1", "0", "00", "42", "1,234", "3.50", "1e3", "7 / 8",
        "123456789012345678901",
        "apples", "so", "é", "É", "ß", "ſ", "\u{212A}", "İ", "ﬁ", "µ", "×", "÷", "\u{2212}", "–", "’", "…",
        "€", "≠",
        "→", "你", "。", "が", "한", "Ω", "я", "\u{301}", "e\u{301}", "\u{338}", "\u{200D}", "\u{FE0F}", "\u{A0}",
        "\u{3000}", "\u{85}", "\u{2028}", "\u{AD}", "\u{200B}", "\u{37E}", "５", "ａ", "🙂", "🇪🇺", "\u{600}",
    ]

    private static func extractor(_ profile: ExtractorProfile, _ kind: AnswerKindID) -> AnswerExtractor {
        let type: any AnswerKind.Type = kind == .choice ? ChoiceAnswer.self : NumericAnswer.self
        return AnswerExtractor(
            profile: profile,
            kind: type.init(
                QuestionInput(
                    text: "",
                    choices: kind == .choice ? ["a cat", "a dog", "no pet"] : [],
                    split: .train,
                    origin: "t"
                ),
                AnswerSettings()
            ),
            answerCue: "The answer is",
            questionMarker: "Q:"
        )
    }

    /// Compares every reading of a text with the plain rules.
    private static func compare(_ text: String) {
        let clause = Rules.clause(of: text)
        let reaches = extractor(.strict, .numeric).reachesAnswer(in: text)
        #expect(reaches == (clause != nil), "\(text.debugDescription)")
        // A free text is all of its lines.
        for kind in AnswerKinds.standard.names where kind != .free {
            let strict = extractor(.strict, kind)
            // Numbers and options are read out of the clause alone, so that one without a cue is a text of
            // its own.
            let wanted = clause.flatMap { strict.answer(in: "The answer is\u{2009}" + $0) }
            #expect(strict.answer(in: text) == wanted, "\(text.debugDescription)")
        }
        let authors = extractor(.authors, .numeric)
        #expect(authors.answer(in: text)?.canonical == Rules.number(in: text), "\(text.debugDescription)")
        #expect(authors.reachesAnswer(in: text) == Rules.hasCue(text), "\(text.debugDescription)")
        let letter = extractor(.authors, .choice).answer(in: text)?.canonical
        #expect(letter == Rules.letter(in: text), "\(text.debugDescription)")
    }

    @Test(arguments: UInt64(0)..<16) func `random texts read the same`(seed: UInt64) {
        let random = Philox(seed: seed)
        for index in 0..<400 {
            let places = random.shuffled(Self.pieces.count, epoch: index)
            let text = places.prefix(2 + index % 14).map { Self.pieces[$0] }.joined()
            Self.compare(text)
            Self.compare(" First 3 + 4 = 7.\n\(text) The answer is \(index).\nQ: \(text)")
        }
    }

    @Test func `every neighbour of a cue reads the same`() {
        for number in UInt32(0)..<0x3400 {
            guard let scalar = Unicode.Scalar(number) else { continue }
            Self.compare("\(scalar)The answer is\(scalar) 5\(scalar)")
            Self.compare("So 1. The\(scalar)answer is 6\n\(scalar)Q: The answer is 7")
        }
    }
}

/// The rules of method, section 5, in the words of Foundation.
private enum Rules {
    static func clause(of text: String) -> Substring? {
        var own = text[...]
        var start = text.startIndex
        while start < text.endIndex {
            let line = text[start...].prefix { !$0.isNewline }
            if line.drop(while: \.isWhitespace).hasPrefix("Q:") {
                own = text[..<start]
                break
            }
            guard line.endIndex < text.endIndex else { break }
            start = text.index(after: line.endIndex)
        }
        guard let cue = own.range(of: "The answer is", options: .caseInsensitive) else { return nil }
        return own[cue.upperBound...].prefix { !$0.isNewline }
    }

    static func number(in text: String) -> String? {
        let suffix = suffix(of: text).replacing(",", with: "")
        guard let match = suffix.firstMatch(of: /[0-9]+\.?[0-9]*/), match.output.count <= 30 else {
            return nil
        }
        let whole = match.output.prefix { $0 != "." }.drop { $0 == "0" }
        return whole.isEmpty ? "0" : String(whole)
    }

    static func letter(in text: String) -> String? {
        suffix(of: text).firstMatch(of: /\(([a-z])\)/).map { $0.output.1.uppercased() }
    }

    static func hasCue(_ text: String) -> Bool { text.lowercased().contains("the answer is") }

    private static func suffix(of text: String) -> Substring {
        let lower = text.lowercased()[...]
        let cue = lower.range(of: "the answer is", options: .backwards)
        let answer = cue.map { lower[$0.upperBound...] } ?? lower
        return answer.lastIndex(of: "=").map { answer[answer.index(after: $0)...] } ?? answer
    }
}
