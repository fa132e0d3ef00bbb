/// A way to write prompts down: plain text with worked examples, or a model's own chat template.
///
/// What a format writes itself may become control tokens; the texts of messages keep the marks they came
/// with.
public protocol PromptFormat: Sendable {
    /// What is put before every prompt of a call: the worked examples.
    ///
    /// - Parameter examples: The file's text, which people write for this format; empty for none.
    /// - Returns: The text, empty for none.
    func prefix(_ examples: String) -> PromptText

    /// Writes a prompt down by itself, up to where the answer begins.
    func render(_ prompt: Prompt) -> PromptText

    /// Writes a prompt down that comes behind `prefix(examples)`.
    func render(_ prompt: Prompt, after examples: String) -> PromptText

    /// What the format writes right before an answer, without any question.
    var answerHeader: PromptText { get }

    /// What a prompt for writing has behind the header that belongs to the answer's own text, such as the
    /// tag that opens thinking; usually nothing.
    var answerOpening: String { get }
}

extension PromptFormat {
    /// A prompt without messages.
    public var answerHeader: PromptText { render(Prompt([])) }

    /// Nothing.
    public var answerOpening: String { "" }

    /// The same as by itself.
    public func render(_ prompt: Prompt, after examples: String) -> PromptText { render(prompt) }
}

/// The name of a prompt format.
public struct PromptFormatID: SettingName {
    /// Its spelling.
    public let rawValue: String

    /// Wraps a spelling.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Plain text.
    public static let plain = PlainFormat.name
    /// The model's chat template.
    public static let chat = ChatFormat.name
    /// The model's chat template if it is made for chats, else plain text; a round records which.
    public static let auto = PromptFormatID(rawValue: "auto")
}

/// The prompt formats there are, by name.
public struct PromptFormats: Sendable {
    /// Makes a format for some settings.
    public typealias Maker = @Sendable (PromptSettings) throws(LoopError) -> any PromptFormat

    /// The formats that come along; a new one is one line here.
    public static let standard = PromptFormats([
        PlainFormat.name: { PlainFormat(template: $0.template) },
        // An engine that has the model's template puts it in this one's place.
        ChatFormat.name: noChat,
    ])

    private var makers: [PromptFormatID: Maker]
    /// What `auto` means for the model.
    private var chosen: @Sendable () -> PromptFormatID = { .plain }

    /// Builds a list.
    public init(_ makers: [PromptFormatID: Maker]) { self.makers = makers }

    /// The names, sorted.
    public var names: [PromptFormatID] { makers.keys.sorted { $0.rawValue < $1.rawValue } }

    /// Whether a configuration may name a format.
    public func knows(_ name: PromptFormatID) -> Bool { name == .auto || makers[name] != nil }

    /// A name with `auto` replaced by what it means for the model.
    public func resolved(_ name: PromptFormatID) -> PromptFormatID { name == .auto ? chosen() : name }

    /// A list in which `auto` means a format.
    ///
    /// - Parameter format: Its name, asked for where `auto` is used.
    /// - Returns: The list.
    public func choosing(_ format: @escaping @Sendable () -> PromptFormatID) -> PromptFormats {
        var list = self
        list.chosen = format
        return list
    }

    /// A list with one more format.
    public func adding(_ name: PromptFormatID, _ maker: @escaping Maker) -> PromptFormats {
        var list = self
        list.makers[name] = maker
        return list
    }

    /// The format of a name.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - settings: What it is made from.
    /// - Returns: The format.
    /// - Throws: `LoopError` of code `invalid_configuration`, naming the formats there are, or why the format
    ///   cannot be used.
    public func format(_ name: PromptFormatID, for settings: PromptSettings) throws(LoopError)
        -> any PromptFormat
    {
        guard let maker = makers[resolved(name)] else {
            throw LoopError(
                .invalidConfiguration,
                "there is no prompt format \"\(name)\"; use one of \(names.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return try maker(settings)
    }
}
