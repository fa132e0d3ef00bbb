/// A chat template of Hugging Face: the part of Jinja that such templates use, rendered within bounds.
///
/// White space, strings and numbers come out as Jinja writes them with transformers' settings (`trim_blocks`,
/// `lstrip_blocks`). A template that asks for anything else is refused by name; none can make a rendering
/// loop, nest or grow without end.
package struct ChatTemplate: Sendable {
    /// What a rendering may take.
    package struct Limits: Sendable {
        /// Expressions and blocks that are run, values and bytes that are made.
        package var steps = 10_000_000
        /// Bytes of the text.
        package var outputBytes = 8 << 20
        /// How deep macros call each other.
        package var callDepth = 16

        package init() {}
    }

    private let nodes: [JinjaNode]

    /// Reads a template.
    ///
    /// - Parameter source: The template's text, at most 1 MiB.
    /// - Throws: `JinjaError`, naming what is not known.
    package init(_ source: String) throws(JinjaError) {
        guard source.utf8.count <= 1 << 20 else { throw JinjaError("a template of more than 1 MiB") }
        nodes = try JinjaParser.nodes(of: source)
    }

    /// Renders a conversation.
    ///
    /// - Parameters:
    ///   - variables: What the template may read: `messages`, `add_generation_prompt`, `bos_token` and so on.
    ///   - date: Year, month, day, hour, minute, second for `strftime_now`; nil refuses it.
    ///   - limits: What it may take.
    /// - Returns: The text.
    /// - Throws: `JinjaError` for a value of the wrong kind, what the template itself raises, or a limit.
    package func render(
        _ variables: [(String, JinjaValue)],
        date: [Int]? = nil,
        limits: Limits = Limits()
    ) throws(JinjaError) -> String {
        var interpreter = JinjaInterpreter(limits: limits, date: date)
        return try interpreter.run(nodes, variables)
    }
}
