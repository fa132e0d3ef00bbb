extension PromptSettings {
    /// The worked examples as questions and answers; nil where they cannot be cut into pairs.
    ///
    /// They are cut as `template` writes a question: each example begins on a line of its own with what the
    /// template has before the question, and what it has behind the question comes before the answer.
    var shotPairs: [(question: String, answer: String)]? {
        guard !shots.isEmpty, let place = template.firstRange(of: Self.placeholder) else { return nil }
        let head = template[..<place.lowerBound].trimmingPrefix(while: \.isWhitespace)
        var tail = template[place.upperBound...]
        while tail.last?.isWhitespace == true { tail.removeLast() }
        let lead = head.reversed().drop(while: \.isWhitespace)
        guard !lead.isEmpty, tail.contains(where: { !$0.isWhitespace }) else { return nil }
        let opening = String(lead.reversed())
        var examples: [Substring] = []
        var rest = shots.trimmingPrefix(while: \.isWhitespace)
        guard rest.hasPrefix(opening) else { return nil }
        while let next = rest.dropFirst(opening.count).firstRange(of: "\n" + opening) {
            examples.append(rest[..<next.lowerBound])
            rest = rest[rest.index(after: next.lowerBound)...]
        }
        examples.append(rest)
        var pairs: [(question: String, answer: String)] = []
        for example in examples {
            let body = example.dropFirst(opening.count)
            guard let middle = body.firstRange(of: tail) else { return nil }
            let question = String(body[..<middle.lowerBound]).trimmed
            let answer = String(body[middle.upperBound...]).trimmed
            guard !question.isEmpty, !answer.isEmpty else { return nil }
            pairs.append((question, answer))
        }
        return pairs
    }
}
