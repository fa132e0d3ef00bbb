/// What a question's variants must be: the same question in other words, and no question of another split.
enum VariantCheck {
    /// What is wrong with a question's variants; nil when nothing is.
    static func fault(of question: QuestionInput) -> LoopError? {
        var known = [QuestionText.normalised(question.text): "the question itself"]
        for (place, variant) in question.variants.enumerated() {
            let name = "variant \(place + 1)"
            func fault(_ what: String, _ remedy: String) -> LoopError {
                .invalidQuestion(question.origin, "\(name) \(what)", remedy)
            }
            guard variant.contains(where: { !$0.isWhitespace }) else {
                return fault("is empty", "write it or take it out of \"variants\"")
            }
            // SQLite would keep what is before it and lose the rest.
            guard !variant.utf8.contains(0) else { return fault("holds a zero character", "remove it") }
            guard variant.utf8.count <= QuestionFile.questionByteLimit else {
                return fault(
                    "has \(variant.utf8.count) bytes, more than \(QuestionFile.questionByteLimit)",
                    "shorten it"
                )
            }
            if let other = known.updateValue(name, forKey: QuestionText.normalised(variant)) {
                return fault(
                    "\"\(variant)\" is the same as \(other)",
                    "write it in other words or take it out"
                )
            }
        }
        return nil
    }

    private struct Holder {
        let question: QuestionInput
        let isVariant: Bool
    }

    /// Variants that are a question, or a variant of one, of another split.
    ///
    /// - Parameters:
    ///   - questions: The questions of every split.
    ///   - start: Questions before this place are compared with, and not reported.
    /// - Returns: An error `leak` for each, naming both places; none where no question has variants.
    static func leaks(in questions: [QuestionInput], from start: Int) -> [LoopError] {
        guard questions.contains(where: { !$0.variants.isEmpty }) else { return [] }
        var holders: [String: [Holder]] = [:]
        var errors: [LoopError] = []
        for (place, question) in questions.enumerated() {
            for (number, text) in ([question.text] + question.variants).enumerated() {
                let key = QuestionText.key(of: text, choices: question.choices)
                let others = holders[key] ?? []
                // Two questions of the same text are reported without this.
                if place >= start,
                    let other = others.first(where: {
                        $0.question.split != question.split && (number > 0 || $0.isVariant)
                    })
                {
                    errors.append(leak(text, question, isVariant: number > 0, other))
                }
                if !others.contains(where: { $0.question.split == question.split }) {
                    holders[key, default: []].append(Holder(question: question, isVariant: number > 0))
                }
            }
        }
        return errors
    }

    private static func leak(
        _ text: String,
        _ question: QuestionInput,
        isVariant: Bool,
        _ other: Holder
    ) -> LoopError {
        let own = isVariant ? "a variant of split" : "question of split"
        let its = other.isVariant ? "a variant" : "a question"
        return LoopError(
            .leak,
            "\(question.origin): \"\(text)\", \(own) \(question.split.rawValue), is also \(its) of split "
                + "\(other.question.split.rawValue) (\(other.question.origin)); remove one of them"
        )
    }
}
