import Foundation

extension AnswerPattern {
    /// The part of a text that holds the answer; nil when there is none.
    ///
    /// - Parameters:
    ///   - text: A candidate's text without the questions that it went on to invent.
    ///   - cue: The phrase before the answer, for `cue`.
    ///   - tag: The tag's name, for `tag`.
    ///   - spansLines: Whether what follows a cue goes on after its line.
    /// - Returns: The clause that the answer kind reads.
    func clause(of text: Substring, cue: String, tag: String, spansLines: Bool = false) -> Substring? {
        switch self {
        case .cue:
            text.range(of: cue, options: .caseInsensitive).map {
                spansLines ? text[$0.upperBound...] : text[$0.upperBound...].firstLine
            }
        case .boxed:
            text.lastBoxed
        case .tag:
            text.lastTagged(tag)
        case .hashes:
            text.range(of: "####", options: .backwards).map {
                spansLines ? text[$0.upperBound...] : text[$0.upperBound...].firstLine
            }
        case .lastLine:
            text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
        case .text:
            text.allSatisfy(\.isWhitespace) ? nil : text
        }
    }

    /// How a text gives an answer, for a person who writes one.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - cue: The phrase before the answer, for `cue`.
    ///   - tag: The tag's name, for `tag`.
    /// - Returns: What the text must hold or be.
    func written(_ answer: String, cue: String, tag: String) -> String {
        switch self {
        case .cue: "\(cue) \(answer)"
        case .boxed: "\\boxed{\(answer)}"
        case .tag: "<\(tag)>\(answer)</\(tag)>"
        case .hashes: "#### \(answer)"
        case .lastLine, .text: answer
        }
    }

    /// The marks that a text needs for its answer to be found; none where it needs no mark.
    ///
    /// - Parameters:
    ///   - cue: The phrase before the answer, for `cue`.
    ///   - tag: The tag's name, for `tag`.
    /// - Returns: Each mark.
    func marks(cue: String, tag: String) -> [String] {
        switch self {
        case .cue: [cue]
        case .boxed: ["\\boxed{", "}"]
        case .tag: ["<\(tag)>", "</\(tag)>"]
        case .hashes: ["####"]
        case .lastLine, .text: []
        }
    }

    /// Why a text gives no answer: a clause that follows "It was dropped:".
    func missing(cue: String, tag: String) -> String {
        switch self {
        case .cue: "no answer followed \"\(cue)\""
        case .boxed: "it holds no \\boxed{…}"
        case .tag: "it holds no <\(tag)>…</\(tag)>"
        case .hashes: "no answer followed \"####\""
        case .lastLine, .text: "it is empty"
        }
    }
}

extension Substring {
    /// What follows the thinking of a model that thinks in tags; nil when the thinking does not end.
    var afterThinking: Substring? {
        guard let end = range(of: "</think>", options: .backwards) else {
            return range(of: "<think>") == nil ? self : nil
        }
        let rest = self[end.upperBound...]
        return rest.range(of: "<think>") == nil ? rest : nil
    }

    fileprivate var firstLine: Substring { prefix { !$0.isNewline } }

    /// What is in the last `\boxed{…}` with balanced brackets.
    fileprivate var lastBoxed: Substring? {
        guard let start = range(of: "\\boxed{", options: .backwards)?.upperBound else { return nil }
        var depth = 1
        var isEscaped = false
        for place in self[start...].indices {
            defer { isEscaped = self[place] == "\\" && !isEscaped }
            if isEscaped { continue }
            if self[place] == "{" { depth += 1 }
            if self[place] == "}" { depth -= 1 }
            if depth == 0 { return self[start..<place] }
        }
        return nil
    }

    /// What is in the last pair of tags.
    fileprivate func lastTagged(_ tag: String) -> Substring? {
        guard let end = range(of: "</\(tag)>", options: [.backwards, .caseInsensitive]),
            let start = self[..<end.lowerBound].range(
                of: "<\(tag)>",
                options: [.backwards, .caseInsensitive]
            )
        else { return nil }
        return self[start.upperBound..<end.lowerBound]
    }
}
