/// Writes conversations down as a model's own chat template does.
public protocol ChatRenderer: Sendable {
    /// The text of a conversation.
    ///
    /// - Parameters:
    ///   - turns: Who speaks, and what is said.
    ///   - opensAnswer: Whether it ends where the model's answer begins.
    /// - Returns: The text.
    /// - Throws: `LoopError` `invalid_configuration` when the model has no template or it cannot be rendered,
    ///   naming the place.
    func render(_ turns: [(role: Prompt.Role, text: String)], opensAnswer: Bool) throws(LoopError) -> String

    /// The control token that a text begins with; nil if it begins with something else.
    ///
    /// - Parameter text: What the template writes behind an answer.
    /// - Returns: The token as it is spelled.
    func endToken(of text: String) -> String?

    /// Where the template comes from, for messages.
    var place: String { get }
}

extension PromptFormats {
    /// A list whose format `chat` is the template of a model.
    ///
    /// - Parameter renderer: Renders the template; nil leaves the list as it is, in which `chat` is refused.
    /// - Returns: The list.
    public func with(_ renderer: (any ChatRenderer)?) -> PromptFormats {
        guard let renderer else { return self }
        return adding(ChatFormat.name) { settings throws(LoopError) in try ChatFormat(settings, renderer) }
    }

    /// Refuses `chat` where no engine gives a template.
    static func noChat(_ settings: PromptSettings) throws(LoopError) -> any PromptFormat {
        throw LoopError(
            .invalidConfiguration,
            "prompt.format chat needs the model's chat template, and the engine gives none; use engine.kind embedded, "
                + "or prompt.format plain"
        )
    }
}
