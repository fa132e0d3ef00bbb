/// The model's own chat template: system text, worked examples as earlier turns, the question last.
///
/// The template is rendered once with marks in place of the texts, which then take the marks' places. So the
/// format is what the template wrote, and the texts stay content.
public struct ChatFormat: PromptFormat {
    /// Its name in settings.
    public static let name = PromptFormatID(rawValue: "chat")

    private let bare: Conversation
    private let shown: Conversation
    /// What the template writes to open an answer.
    public let answerHeader: PromptText
    /// The tag with which the template opens thinking, with the white space around it; nothing if it leaves
    /// that to the model.
    public let answerOpening: String

    /// A conversation with one place for a question.
    private struct Conversation: Sendable {
        /// What is before the question.
        var head: PromptText
        /// Whether the template trims the question at its start and its end.
        var trims: (start: Bool, end: Bool)
        /// What is behind the question, up to the answer's text.
        var tail: PromptText
        /// What the answer's text begins with.
        var opening: String
    }

    /// Renders the template for some settings.
    ///
    /// - Parameters:
    ///   - settings: System text and worked examples; `template` says how the examples are cut into turns.
    ///   - renderer: Renders the template.
    /// - Throws: `LoopError` `invalid_configuration` for a template that cannot be rendered or changes texts.
    public init(_ settings: PromptSettings, _ renderer: any ChatRenderer) throws(LoopError) {
        let renderer = renderer.thinking(settings.thinking)
        let system: [Prompt.Message] =
            settings.system.isEmpty ? [] : [Prompt.Message(.system, PromptText(content: settings.system))]
        let frame: [Prompt.Role] = system.map(\.role) + [.user]
        let answered = try ChatSlots(frame + [.assistant], renderer, opensAnswer: false)
        let end = renderer.endToken(of: answered.formats.last ?? "")
        bare = try Self.conversation(system, "", renderer, end)
        if settings.shotsAs == .turns, let pairs = settings.shotPairs {
            let turns = pairs.flatMap { pair in
                [
                    Prompt.Message(.user, PromptText(content: pair.question)),
                    Prompt.Message(.assistant, PromptText(content: pair.answer)),
                ]
            }
            shown = try Self.conversation(system + turns, "", renderer, end)
        } else {
            shown = try Self.conversation(system, settings.shots, renderer, end)
        }
        let closed = try ChatSlots(frame, renderer, opensAnswer: false).formats.last ?? ""
        let opened = bare.tail.text
        // What opens the answer comes behind what ends the question's turn.
        var header = PromptText(
            format: opened.unicodeScalars.starts(with: closed.unicodeScalars)
                ? String(opened.unicodeScalars.dropFirst(closed.unicodeScalars.count)) : opened
        )
        header.answerEnd = end
        answerHeader = header
        answerOpening = bare.opening
    }

    /// The conversation up to the question, with the worked examples or without.
    public func prefix(_ examples: String) -> PromptText { (examples.isEmpty ? bare : shown).head }

    /// The conversation without worked examples.
    public func render(_ prompt: Prompt) -> PromptText { bare.head + render(prompt, after: "") }

    /// The question, and what the template has behind it.
    public func render(_ prompt: Prompt, after examples: String) -> PromptText {
        let conversation = examples.isEmpty ? bare : shown
        var asked: PromptText = ""
        for message in prompt.messages { asked += asked.isEmpty ? message.text : "\n" + message.text }
        return asked.trimmed(conversation.trims) + conversation.tail + prompt.answerStart
    }

    /// A conversation whose last turn is the question.
    ///
    /// - Parameters:
    ///   - turns: The turns before.
    ///   - examples: Worked examples within the question's turn; usually none.
    ///   - renderer: Renders the template.
    ///   - end: The token that ends an answer.
    /// - Returns: The conversation.
    /// - Throws: `LoopError` `invalid_configuration` for a template that cannot be rendered or changes texts.
    private static func conversation(
        _ turns: [Prompt.Message],
        _ examples: String,
        _ renderer: any ChatRenderer,
        _ end: String?
    ) throws(LoopError) -> Conversation {
        let slots = try ChatSlots(turns.map(\.role) + [.user], renderer, opensAnswer: true)
        var head: PromptText = ""
        for (place, turn) in turns.enumerated() {
            head += PromptText(format: slots.formats[place]) + turn.text.trimmed(slots.trims[place])
        }
        head += PromptText(format: slots.formats[turns.count])
        var trims = slots.trims[turns.count]
        if !examples.isEmpty {
            let isApart = examples.unicodeScalars.last == "\n"
            head += PromptText(content: isApart ? examples : examples + "\n").trimmed((trims.start, false))
            trims.start = false
        }
        let (written, opening) = split(slots.formats[turns.count + 1])
        var tail = PromptText(format: written)
        tail.answerEnd = end
        return Conversation(head: head, trims: trims, tail: tail, opening: opening)
    }

    /// Cuts off the tag with which a template opens thinking: what the model thinks is part of its text, and
    /// shows there only with its tag.
    private static func split(_ tail: String) -> (written: String, opening: String) {
        guard let tag = tail.ranges(of: "<think>").last,
            tail[tag.upperBound...].allSatisfy(\.isWhitespace)
        else { return (tail, "") }
        return (String(tail[..<tag.lowerBound]), String(tail[tag.lowerBound...]))
    }
}

extension PromptText {
    /// The text without white space at its ends, where all of it is content.
    fileprivate func trimmed(_ ends: (start: Bool, end: Bool)) -> PromptText {
        guard ends.start || ends.end, contentRanges == [0..<text.utf8.count] else { return self }
        var scalars = text.unicodeScalars[...]
        if ends.start { scalars = scalars.drop { $0.properties.isWhitespace } }
        if ends.end { while scalars.last?.properties.isWhitespace == true { scalars.removeLast() } }
        return PromptText(content: String(scalars))
    }
}
