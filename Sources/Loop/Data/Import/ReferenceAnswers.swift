/// The reference answers of a set of questions, for guessing their kind.
struct ReferenceAnswers {
    /// Most labels of a set that is guessed to have some.
    static let mostLabels = 20
    /// Fewest questions with each label of such a set.
    static let fewestOfLabel = 3
    /// Most bytes of a label that is guessed.
    static let longestLabel = 60

    private let drafts: [QuestionDraft]
    private var texts: [String] { drafts.compactMap(\.answer) }

    /// Those of questions that have one.
    init(_ drafts: [QuestionDraft]) { self.drafts = drafts }

    /// The kind that fits best: a closed set must hold every reference, other kinds most.
    func likely() throws(QuestionFile.Fault) -> AnswerKindID {
        guard !drafts.isEmpty else { return .numeric }
        if try isAll(.boolean) { return .boolean }
        if try isAll(.numeric) { return .numeric }
        if texts.allSatisfy({ SourceValue.structure(of: $0) != nil }) { return .json }
        if isLabelled { return .label }
        let numbers = try reading(.numeric)
        let unread = zip(drafts, numbers).filter { !$1 }.map(\.0)
        let least = Int((AnswerGuess.leastShare * Double(drafts.count)).rounded(.up))
        if unread.filter({ Self.isSymbolic($0.answer ?? "") }).count * 2 >= unread.count,
            try count(.expression) >= least
        {
            return .expression
        }
        if numbers.filter({ $0 }).count >= least { return .numeric }
        return try count(.text) >= least ? .text : .numeric
    }

    /// How many of them a kind reads.
    func count(_ kind: AnswerKindID, _ settings: AnswerSettings = AnswerSettings())
        throws(QuestionFile.Fault) -> Int
    {
        try reading(kind, settings).reduce(0) { $0 + ($1 ? 1 : 0) }
    }

    /// The labels in the order in which they come, each in the spelling that came first.
    var labels: [String] {
        var known: Set<[String]> = []
        return drafts.filter(\.choices.isEmpty).compactMap(\.answer).filter { text in
            let key = WordPhrases.key(text)
            return !key.isEmpty && known.insert(key).inserted
        }
    }

    private func reading(_ kind: AnswerKindID, _ settings: AnswerSettings = AnswerSettings())
        throws(QuestionFile.Fault) -> [Bool]
    {
        let check = try AnswerCheck(kind: kind, cue: PromptSettings().answerCue, settings: settings)
        return drafts.map { check.canonical($0) != nil }
    }

    private func isAll(_ kind: AnswerKindID) throws(QuestionFile.Fault) -> Bool {
        let check = try AnswerCheck(kind: kind, cue: PromptSettings().answerCue)
        return drafts.allSatisfy { check.canonical($0) != nil }
    }

    /// Whether they are few short texts, each there several times.
    private var isLabelled: Bool {
        var counts: [[String]: Int] = [:]
        for text in texts {
            let key = WordPhrases.key(text)
            guard !key.isEmpty, text.utf8.count <= Self.longestLabel, !text.contains(where: \.isNewline)
            else { return false }
            counts[key, default: 0] += 1
            if counts.count > Self.mostLabels { return false }
        }
        return counts.count > 1 && counts.values.allSatisfy { $0 >= Self.fewestOfLabel }
    }

    /// Whether a text has signs that words seldom have.
    private static func isSymbolic(_ text: String) -> Bool {
        text.contains { "\\^_√π∞=+*<>≤≥∪∩".contains($0) }
            || text.first.map { "([{".contains($0) } == true && text.contains(",")
    }
}
