/// Plain text: a template around the question, with worked examples before it.
public struct PlainFormat: PromptFormat {
    /// Its name in settings.
    public static let name = PromptFormatID(rawValue: "plain")
    /// What the template has where the question goes.
    public static let placeholder = "{question}"

    /// Text around one question; `{question}` is replaced by it.
    public var template: String

    /// Builds a format.
    public init(template: String) { self.template = template }

    /// The examples as they are, with any control tokens that people wrote into them.
    public func prefix(_ examples: String) -> PromptText { PromptText(format: examples) }

    /// The template with the messages in it, one a line, without their roles, and the start of the answer.
    ///
    /// The messages' own braces are left alone.
    public func render(_ prompt: Prompt) -> PromptText {
        guard let place = template.firstRange(of: Self.placeholder) else {
            return PromptText(format: template) + prompt.answerStart
        }
        var asked: PromptText = ""
        for message in prompt.messages { asked += asked.isEmpty ? message.text : "\n" + message.text }
        return PromptText(format: String(template[..<place.lowerBound])) + asked
            + PromptText(format: String(template[place.upperBound...])) + prompt.answerStart
    }

    /// The template after the question, without white space before it.
    public var answerHeader: PromptText {
        guard let place = template.firstRange(of: Self.placeholder) else { return "" }
        return PromptText(format: String(template[place.upperBound...].drop(while: \.isWhitespace)))
    }
}
