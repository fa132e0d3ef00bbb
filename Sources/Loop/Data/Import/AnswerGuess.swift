/// Which kind of answers a set of questions has, and how many of them are read.
public struct AnswerGuess: Hashable, Sendable {
    /// The kind; nil when references are of none that is guessed.
    public var kind: AnswerKindID?
    /// Whether a person named it.
    public var isGiven = false
    /// References that the kind reads, or that the likeliest one reads where none is taken.
    public var readCount = 0
    /// Questions with a reference.
    public var referenceCount = 0
    /// References that differ, as texts.
    public var distinctCount = 0
    /// What the kind asks for: the labels, and where the answer is.
    public var settings = AnswerSettings()
    /// Whether worked answers are the answer alone, since the questions have no rationales.
    public var isBare = false

    /// The least share of references that a kind reads before it is taken.
    static let leastShare = 0.8
    /// Kinds for which an answer alone is a worked answer: there is little to work out on paper.
    static let bareKinds: Set<AnswerKindID> = [.boolean, .label, .text, .json, .free]

    /// Looks at options, references and rationales.
    ///
    /// - Parameters:
    ///   - drafts: The questions.
    ///   - given: The kind that a person named; nil guesses.
    /// - Throws: `QuestionFile.Fault` when there is no such kind.
    init(_ drafts: [QuestionDraft], given: AnswerKindID?) throws(QuestionFile.Fault) {
        let labelled = drafts.filter { $0.answer != nil }
        referenceCount = labelled.count
        distinctCount = Set(labelled.compactMap(\.answer).map(QuestionText.normalised)).count
        isGiven = given != nil
        let withOptions = drafts.reduce(0) { $0 + ($1.choices.isEmpty ? 0 : 1) }
        let references = ReferenceAnswers(labelled)
        let likely: AnswerKindID
        if let given {
            likely = given
        } else {
            likely = withOptions * 2 > drafts.count ? .choice : try references.likely()
        }
        if likely == .label { settings.labels = references.labels }
        readCount = try references.count(likely, settings)
        let isRead = Double(readCount) >= Self.leastShare * Double(referenceCount)
        kind = isGiven || isRead && referenceCount > 0 ? likely : nil
        // Equal words are too much to ask of a free text.
        if kind == .free { settings.overlap = 0.5 }
        guard let kind, referenceCount > 0, Self.bareKinds.contains(kind) else { return }
        let worked = labelled.reduce(0) { $0 + ($1.rationale == nil ? 0 : 1) }
        isBare = worked == 0 || worked < SplitPlan.leastValid && worked * 10 < drafts.count
        // The whole text is the answer then: a model need not learn a phrase before it.
        if isBare, kind == .json || kind == .free { settings.pattern = .text }
    }

    /// The kind's name, `other` for none.
    public var name: String { kind?.rawValue ?? "other" }

    /// The settings of the kind as a configuration writes them; none without a kind.
    public var lines: [String] {
        guard let kind else { return [] }
        return ["vote.answerKind: \(kind)"]
            + (settings.labels.isEmpty ? [] : ["answer.labels: \(settings.labels.settingText)"])
            + (settings.overlap == 1 ? [] : ["answer.overlap: \(settings.overlap)"])
            + (settings.pattern == .cue ? [] : ["answer.pattern: \(settings.pattern.settingText)"])
    }
}
