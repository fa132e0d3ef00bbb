/// What a question must hold before the journal takes it.
public enum QuestionValidation {
    /// Checks one question against the way answers are read.
    ///
    /// - Parameters:
    ///   - question: The question.
    ///   - configuration: The answer kind and cue.
    /// - Throws: `LoopError` `invalidData` naming origin, value and remedy.
    public static func check(_ question: QuestionInput, configuration: RoundConfiguration) throws(LoopError) {
        let origin = question.origin
        guard question.text.contains(where: { !$0.isWhitespace }) else {
            throw .invalidQuestion(origin, "the question's text is empty", "write one or remove the line")
        }
        // SQLite would keep what is before it and lose the rest.
        let texts = [question.text, question.answer, question.rationale].compactMap { $0 }
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw .invalidQuestion(origin, "the question holds a zero character", "remove it")
        }
        if let fault = VariantCheck.fault(of: question) { throw fault }
        if let fault = question.level.flatMap(QuestionLevel.fault) {
            throw .invalidQuestion(origin, fault, "count levels from 0 or 1, the easiest questions lowest")
        }
        let kind = try AnswerKinds.standard.named(configuration.vote.answerKind)
        try kind.check(question, configuration.answer)
        let strict = try AnswerExtractor(configuration: configuration, question: question, profile: .strict)
        if let answer = question.answer {
            if case .none(let why) = strict.referenceReading(answer) {
                throw .invalidQuestion(
                    origin,
                    "the answer \"\(answer)\" is not one of the question's answers: \(why)",
                    "give \(strict.kind.referenceHint)"
                )
            }
        } else if question.split != .train {
            throw .invalidQuestion(
                origin,
                "a \(question.split.rawValue) question has no answer",
                "add \"answer\""
            )
        }
        if question.split == .valid { try checkRationale(question, extractor: strict) }
    }

    private static func isRight(_ reading: AnswerReading, _ reference: Answer?, _ kind: any AnswerKind)
        -> Bool
    {
        guard let answer = reading.answer, let reference else { return false }
        return kind.isRight(answer, reference)
    }

    /// How the rationale gives the answer.
    private static func remedy(_ answer: String, _ extractor: AnswerExtractor) -> String {
        let pattern = extractor.settings.pattern
        let text = pattern.written(answer, cue: extractor.answerCue, tag: extractor.settings.tag)
        return switch pattern {
        case .cue, .boxed, .tag, .hashes: "end the rationale with \"\(text)\""
        case .lastLine: "make \"\(text)\" the rationale's last line"
        case .text where type(of: extractor.kind).isGrouped: "make the answer itself the rationale"
        case .text: "begin the rationale with \"\(text).\""
        }
    }

    private static func checkRationale(_ question: QuestionInput, extractor: AnswerExtractor)
        throws(LoopError)
    {
        guard let rationale = question.rationale, rationale.contains(where: { !$0.isWhitespace }) else {
            throw .invalidQuestion(
                question.origin,
                "a valid question has no rationale",
                "add \"rationale\": the reasoning that ends in the answer"
            )
        }
        // Only the judge can say what it answers.
        guard !type(of: extractor.kind).isJudged else { return }
        let reading = extractor.reading(of: rationale)
        guard let answer = question.answer, isRight(reading, extractor.reference(answer), extractor.kind)
        else {
            let read =
                switch reading {
                case .answer(let answer): extractor.kind.shown(answer)
                case .none(let why): "no answer (\(why))"
                }
            throw .invalidQuestion(
                question.origin,
                "the rationale reads as \(read) but the answer is \"\(question.answer ?? "")\"",
                remedy(question.answer ?? "…", extractor)
            )
        }
    }
}
