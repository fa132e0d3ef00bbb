/// Reads references and rationales as the daemon will.
struct AnswerCheck: Sendable {
    private var configuration = RoundConfiguration()
    private let kind: AnswerKindID?
    private let cue: String
    private let isBare: Bool

    /// A reader of one kind; without a kind texts are compared as `QuestionText.normalised` makes them.
    init(
        kind: AnswerKindID?,
        cue: String,
        settings: AnswerSettings = AnswerSettings(),
        isBare: Bool = false
    ) throws(QuestionFile.Fault) {
        configuration.prompt.answerCue = cue
        configuration.answer = settings
        self.cue = cue
        self.kind = kind
        self.isBare = isBare
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
        guard !isBare else { return bare(draft) }
        guard let rationale = draft.rationale, draft.answer != nil else { return nil }
        if !reachesCue(rationale, draft) {
            let last = rationale.last.map { ".!?:".contains($0) } ?? true
            return conclusion(of: draft, after: rationale + (last ? " " : ". "))
        }
        return right(draft)
    }

    /// The answer alone in the form of a worked answer; nil when it would read as another.
    func bare(_ draft: QuestionDraft) -> String? {
        conclusion(of: draft, after: "")
    }

    /// The sentence that gives the answer, on one line, after some text; nil when it would read as another.
    private func conclusion(of draft: QuestionDraft, after text: String) -> String? {
        guard let answer = draft.answer else { return nil }
        let shown =
            kind == .json
            ? SourceValue.structure(of: answer) ?? answer
            : draft.choices.isEmpty || answer.count != 1 ? AnswerParts.onOneLine(answer) : "(\(answer))"
        var ended = draft
        guard configuration.answer.pattern == .cue else {
            ended.rationale = text + shown
            return right(ended)
        }
        let sentence = "\(text)\(cue) \(shown)"
        ended.rationale = sentence + (shown.last == "." ? "" : ".")
        if let rationale = right(ended) { return rationale }
        // A label such as "maybe" is read where it is spelled exactly so.
        ended.rationale = sentence
        return right(ended)
    }

    /// The rationale if it reads as the answer.
    private func right(_ draft: QuestionDraft) -> String? {
        guard kind != nil else { return draft.rationale }
        do {
            try QuestionValidation.check(draft.input(.valid), configuration: configuration)
            return draft.rationale
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
