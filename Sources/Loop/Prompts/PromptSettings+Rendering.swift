extension PromptSettings {
    /// What stands for the question in `template`.
    public static let placeholder = PlainFormat.placeholder

    /// The format that writes prompts down.
    ///
    /// `validate(in:)` refuses a name that no format has.
    public var renderer: any PromptFormat {
        (try? PromptFormats.standard.format(format, for: self)) ?? PlainFormat(template: template)
    }

    /// The prompt of a question, ready for an answer.
    ///
    /// Generation and evaluation put a prefix before it; scoring and fine-tuning use it bare.
    public func prompt(for question: QuestionInput) -> PromptText { renderer.render(Prompt(question)) }

    /// The text before every prompt in generation: the worked examples.
    public var generationPrefix: PromptText { renderer.prefix(shots) }

    /// The text before every prompt in evaluation.
    public var evaluationPrefix: PromptText { renderer.prefix(shotsInEvaluation ? shots : "") }

    /// What a line begins with that starts another question: the last line of the template before the
    /// question, without outer spaces; nil when that is empty.
    public var questionMarker: String? {
        guard let place = template.firstRange(of: Self.placeholder) else { return nil }
        return template[..<place.lowerBound]
            .split(whereSeparator: \.isNewline)
            .last { $0.contains { !$0.isWhitespace } }
            .map { line in
                let head = line.drop(while: \.isWhitespace)
                return String(head.reversed().drop(while: \.isWhitespace).reversed())
            }
    }

    /// A reference rationale as the completion of its prompt: as it stands, with one space before it
    /// when neither it nor the template's end brings white space.
    public func completion(for rationale: String) -> String {
        let isApart = template.last?.isWhitespace == true || rationale.first?.isWhitespace == true
        return isApart ? rationale : " " + rationale
    }
}
