/// Brings a draft into the form that question files have.
enum DraftCleaner {
    /// The draft without outer white space, with reasoning and answer apart; nil when it cannot be a
    /// question.
    static func cleaned(_ draft: QuestionDraft, _ log: inout DropLog) -> QuestionDraft? {
        var draft = draft
        draft.text = plain(draft.text)
        guard !draft.text.isEmpty else {
            log.add("without a question", draft.origin)
            return nil
        }
        draft.choices = draft.choices.map { AnswerParts.onOneLine(plain($0)) }
        draft.variants = draft.variants.map(plain)
        if let fault = VariantCheck.fault(of: draft.input(.train)) {
            log.add("with a variant that cannot be used", draft.origin, fault.message)
            return nil
        }
        if let answer = draft.answer.map(plain) {
            let parts =
                draft.rationale == nil ? AnswerParts.ofReply(answer) : (rationale: nil, answer: answer)
            draft.answer = parts.answer.isEmpty ? nil : parts.answer
            draft.rationale = draft.rationale ?? parts.rationale.map(AnswerParts.withoutCalculator)
        }
        draft.rationale = draft.rationale.map { AnswerParts.onOneLine($0) }.flatMap { $0.isEmpty ? nil : $0 }
        guard draft.text.utf8.count <= QuestionFile.questionByteLimit else {
            log.add(
                "whose question has more than \(QuestionFile.questionByteLimit) bytes",
                draft.origin,
                "\(draft.text.utf8.count) bytes"
            )
            return nil
        }
        // JSON may write a byte in six letters.
        let others = [draft.answer, draft.rationale].compactMap { $0 } + draft.choices + draft.variants
        guard others.reduce(0, { $0 + $1.utf8.count }) <= QuestionFile.lineByteLimit / 8 else {
            log.add("that are too long for a line of a question file", draft.origin)
            return nil
        }
        guard !([draft.text] + others).contains(where: { $0.utf8.contains(0) }) else {
            log.add("with a zero character", draft.origin)
            return nil
        }
        return draft
    }

    private static func plain(_ text: String) -> String {
        AnswerParts.trimmed(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n"))
    }
}
