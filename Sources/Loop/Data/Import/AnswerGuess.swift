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

    /// The least share of references that a kind reads before it is taken.
    static let leastShare = 0.8

    /// Looks at options and references.
    ///
    /// - Parameters:
    ///   - drafts: The questions.
    ///   - given: The kind that a person named; nil guesses between options and numbers.
    /// - Throws: `QuestionFile.Fault` when there is no such kind.
    init(_ drafts: [QuestionDraft], given: AnswerKindID?) throws(QuestionFile.Fault) {
        let labelled = drafts.filter { $0.answer != nil }
        referenceCount = labelled.count
        distinctCount = Set(labelled.compactMap(\.answer).map(QuestionText.normalised)).count
        let withOptions = drafts.reduce(0) { $0 + ($1.choices.isEmpty ? 0 : 1) }
        let likely = withOptions * 2 > drafts.count ? AnswerKindID.choice : .numeric
        let kind = given ?? likely
        let reader = try AnswerCheck(kind: kind, cue: PromptSettings().answerCue)
        readCount = labelled.reduce(0) { $0 + (reader.canonical($1) == nil ? 0 : 1) }
        isGiven = given != nil
        let isRead = Double(readCount) >= Self.leastShare * Double(referenceCount)
        self.kind = isGiven || isRead && referenceCount > 0 ? kind : nil
    }

    /// The kind's name, `other` for none.
    public var name: String { kind?.rawValue ?? "other" }
}

/// Reads references and rationales as the daemon will.
struct AnswerCheck: Sendable {
    private var configuration = RoundConfiguration()
    private let kind: AnswerKindID?
    private let cue: String

    /// A reader of one kind; without a kind texts are compared as `QuestionText.normalised` makes them.
    init(kind: AnswerKindID?, cue: String) throws(QuestionFile.Fault) {
        configuration.prompt.answerCue = cue
        self.cue = cue
        self.kind = kind
        guard let kind else { return }
        guard AnswerKinds.standard[kind] != nil else {
            let names = AnswerKinds.standard.names.map(\.rawValue).joined(separator: ", ")
            throw QuestionFile.Fault("there is no answer kind \"\(kind)\"", hint: "kinds are \(names)")
        }
        configuration.vote.answerKind = kind
    }

    /// The reference in canonical form; nil when there is none, or none that is read.
    func canonical(_ draft: QuestionDraft) -> String? {
        guard let answer = draft.answer else { return nil }
        guard kind != nil else { return QuestionText.normalised(answer) }
        return extractor(draft)?.reference(answer)?.canonical
    }

    /// Why the daemon would refuse the question in the train split; nil when it takes it.
    func fault(_ draft: QuestionDraft) -> String? {
        guard kind != nil else { return nil }
        do {
            try QuestionValidation.check(draft.input(.train), configuration: configuration)
            return nil
        } catch {
            return error.message
        }
    }

    /// The rationale as the valid set wants it, with the cue and the answer at its end; nil when there is
    /// none, or when it says another answer.
    func worked(_ draft: QuestionDraft) -> String? {
        guard let rationale = draft.rationale, let answer = draft.answer else { return nil }
        var ended = draft
        if !reachesCue(rationale, draft) {
            let last = rationale.last.map { ".!?:".contains($0) } ?? true
            let letter = draft.choices.isEmpty || answer.count != 1 ? answer : "(\(answer))"
            ended.rationale = rationale + (last ? "" : ".") + " \(cue) \(letter)."
        }
        guard kind != nil else { return ended.rationale }
        do {
            try QuestionValidation.check(ended.input(.valid), configuration: configuration)
            return ended.rationale
        } catch {
            return nil
        }
    }

    private func reachesCue(_ rationale: String, _ draft: QuestionDraft) -> Bool {
        guard kind != nil else { return rationale.lowercased().contains(cue.lowercased()) }
        return extractor(draft)?.reachesAnswer(in: rationale) == true
    }

    private func extractor(_ draft: QuestionDraft) -> AnswerExtractor? {
        try? AnswerExtractor(configuration: configuration, question: draft.input(.train), profile: .strict)
    }
}
