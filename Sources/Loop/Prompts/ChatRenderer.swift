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

    /// Whether the model is made for chats: it has a template, and ends a text by itself where the template
    /// ends an answer.
    var isMadeForChats: Bool { get }

    /// The same template, told whether the model thinks before it answers (`enable_thinking`).
    func thinking(_ thinking: Thinking) -> any ChatRenderer
}

extension ChatRenderer {
    /// Yes.
    public var isMadeForChats: Bool { true }

    /// A template that knows no thinking.
    public func thinking(_ thinking: Thinking) -> any ChatRenderer { self }
}

extension PromptFormats {
    /// A list whose format `chat` is the template of a model, and `auto` is `chat` for one made for chats.
    ///
    /// - Parameter renderer: Renders the template; nil leaves the list as it is, in which `chat` is refused
    ///   and `auto` is `plain`.
    /// - Returns: The list.
    public func with(_ renderer: (any ChatRenderer)?) -> PromptFormats {
        guard let renderer else { return self }
        return adding(ChatFormat.name) { settings throws(LoopError) in try ChatFormat(settings, renderer) }
            .choosing { renderer.isMadeForChats ? .chat : .plain }
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
