/// Which paraphrases of a question are kept, as far as their texts alone say.
///
/// A paraphrase is a view of its question, so that it must ask the same. Numbers and length are signs of that
/// which need no model; `RoundRunner` asks the model for the rest. What is a question of another split, or
/// nearly one, would train on what is measured.
package struct ParaphraseRules {
    /// Shortest and longest paraphrase, as a multiple of its question's characters (Unicode scalars).
    static let lengths = 0.3...3.0

    private var known: Set<String> = []
    private var heldOut: [[UInt64]] = []
    /// The places in `heldOut` that have a run of words.
    private var postings: [UInt64: [Int]] = [:]

    /// Takes the questions of every split, which no paraphrase of another may be.
    package init(_ questions: [QuestionInput]) {
        for question in questions {
            for text in [question.text] + question.variants {
                known.insert(QuestionText.key(of: text, choices: question.choices))
                guard question.split != .train else { continue }
                let runs = Self.runs(of: text)
                for run in runs { postings[run, default: []].append(heldOut.count) }
                heldOut.append(runs)
            }
        }
    }

    /// Tells replies apart by their texts.
    ///
    /// - Parameters:
    ///   - replies: What the model wrote, in order.
    ///   - question: The question that they are to ask.
    ///   - isLong: Whether a text is longer than the model takes.
    /// - Returns: Those that may be kept, and why each of the others may not.
    package func sorted(
        _ replies: [GeneratedText],
        of question: QuestionInput,
        isLong: (String) -> Bool
    ) -> (texts: [String], refusals: [ParaphraseRefusal]) {
        var (texts, refusals): ([String], [ParaphraseRefusal]) = ([], [])
        var own: Set<String> = [QuestionText.normalised(question.text)]
        for reply in replies {
            let text = ParaphrasePrompt.paraphrase(in: reply.text)
            if reply.finish == .length {
                refusals.append(.cut)
            } else if let refusal = refusal(of: text, for: question, own) {
                refusals.append(refusal)
            } else if isLong(text) {
                refusals.append(.long)
            } else {
                own.insert(QuestionText.normalised(text))
                texts.append(text)
            }
        }
        return (texts, refusals)
    }

    private func refusal(
        of text: String,
        for question: QuestionInput,
        _ own: Set<String>
    ) -> ParaphraseRefusal? {
        let normalised = QuestionText.normalised(text)
        if normalised.isEmpty { return .empty }
        if Self.lineCount(text) > Self.lineCount(question.text) { return .lines }
        if own.contains(normalised) { return .repeated }
        let numbers = Self.numbers(in: question.text)
        if !numbers.isEmpty, Self.numbers(in: text) != numbers { return .numbers }
        let share = Double(text.unicodeScalars.count) / Double(max(question.text.unicodeScalars.count, 1))
        if !Self.lengths.contains(share) { return .length }
        let isKnown = known.contains(QuestionText.key(of: text, choices: question.choices))
        return isKnown || isNearHeldOut(text) ? .leaked : nil
    }

    private func isNearHeldOut(_ text: String) -> Bool {
        let runs = Self.runs(of: text)
        let places = Set(runs.flatMap { postings[$0] ?? [] })
        return places.contains { NearDuplicates.isNear(runs, heldOut[$0]) }
    }

    private static func runs(of text: String) -> [UInt64] {
        NearDuplicates.shingles(QuestionText.normalised(text).split(separator: " ").map(String.init))
    }

    private static func lineCount(_ text: String) -> Int { text.split(whereSeparator: \.isNewline).count }

    /// The numerals of a text in order of their digits, each as often as it is there.
    ///
    /// A point between digits is part of a number, and so is a comma before exactly three: `1,000.5` is
    /// `1000.5`, `3,4` are two. Signs are left out: a minus and a dash look alike.
    package static func numbers(in text: String) -> [String] {
        let scalars = Array(text.unicodeScalars)
        func isDigit(_ place: Int) -> Bool {
            scalars.indices.contains(place) && scalars[place].properties.numericType == .decimal
        }
        var (numbers, number): ([String], String) = ([], "")
        for (place, scalar) in scalars.enumerated() {
            let isInside = !number.isEmpty && isDigit(place - 1) && isDigit(place + 1)
            if isDigit(place) || (isInside && scalar == "." && !number.contains(".")) {
                number.unicodeScalars.append(scalar)
            } else if isInside, scalar == ",", isDigit(place + 2), isDigit(place + 3), !isDigit(place + 4) {
                continue
            } else if !number.isEmpty {
                numbers.append(number)
                number = ""
            }
        }
        if !number.isEmpty { numbers.append(number) }
        return numbers.sorted()
    }
}
