/// What a question must hold before the journal takes it.
public enum QuestionValidation {
    /// Checks one question against the way answers are read.
    ///
    /// - Parameters:
    ///   - question: The question.
    ///   - configuration: The answer kind and cue.
    /// - Throws: `LoopError` `invalidData` naming origin, value and remedy.
    public static func check(_ question: QuestionInput, configuration: RoundConfiguration) throws {
        let origin = question.origin
        guard question.text.contains(where: { !$0.isWhitespace }) else {
            throw invalid(origin, "the question's text is empty", "write one or remove the line")
        }
        // SQLite would keep what stands before it and lose the rest.
        let texts = [question.text, question.answer, question.rationale].compactMap { $0 }
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw invalid(origin, "the question holds a zero character", "remove it")
        }
        try checkChoices(question, kind: configuration.vote.answerKind)
        let strict = AnswerExtractor(configuration: configuration, question: question, profile: .strict)
        if let answer = question.answer {
            guard strict.reference(answer) != nil else {
                let remedy =
                    strict.kind == .numeric
                    ? "give a number such as 12, -3.5 or 1/2"
                    : "give one of the letters A to \(ChoiceReader.letter(of: question.choices.count - 1) ?? "Z") "
                        + "or an option's text"
                throw invalid(origin, "the answer \"\(answer)\" is not one of the question's answers", remedy)
            }
        } else if question.split != .train {
            throw invalid(origin, "a \(question.split.rawValue) question has no answer", "add \"answer\"")
        }
        if question.split == .valid { try checkRationale(question, extractor: strict) }
    }

    private static func checkChoices(_ question: QuestionInput, kind: AnswerKind) throws {
        let choices = question.choices
        switch kind {
        case .numeric:
            guard choices.isEmpty else {
                throw invalid(
                    question.origin,
                    "the question has \(choices.count) options but answers are numeric",
                    "set vote.answerKind to choice or remove \"choices\""
                )
            }
        case .choice:
            guard (2...26).contains(choices.count) else {
                throw invalid(
                    question.origin,
                    "the question has \(choices.count) options",
                    "give between 2 and 26 in \"choices\""
                )
            }
            let names = choices.map(QuestionText.normalised)
            if let empty = choices.indices.first(where: { choices[$0].allSatisfy(\.isWhitespace) }) {
                throw invalid(question.origin, "option \(empty + 1) is empty", "write its text")
            }
            if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
                throw invalid(
                    question.origin,
                    "option \"\(choices[twice])\" stands twice",
                    "make options differ"
                )
            }
        }
    }

    private static func checkRationale(_ question: QuestionInput, extractor: AnswerExtractor) throws {
        guard let rationale = question.rationale, rationale.contains(where: { !$0.isWhitespace }) else {
            throw invalid(
                question.origin,
                "a valid question has no rationale",
                "add \"rationale\": the reasoning that ends in the answer"
            )
        }
        let read = extractor.answer(in: rationale)
        guard let answer = question.answer, read == extractor.reference(answer) else {
            throw invalid(
                question.origin,
                "the rationale reads as \(read?.canonical ?? "no answer") but the answer is "
                    + "\"\(question.answer ?? "")\"",
                "end the rationale with \"\(extractor.answerCue) \(question.answer ?? "…")\""
            )
        }
    }

    private static func invalid(_ origin: String, _ fault: String, _ remedy: String) -> LoopError {
        LoopError(.invalidData, "\(origin): \(fault); \(remedy)")
    }
}
