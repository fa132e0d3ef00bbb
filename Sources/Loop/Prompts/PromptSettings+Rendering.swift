extension PromptSettings {
    /// What `template` has where the question goes.
    public static let placeholder = PlainFormat.placeholder

    /// What writes prompts down by these settings.
    ///
    /// - Parameter formats: The formats there are.
    /// - Returns: A writer in the format that the settings name.
    /// - Throws: `LoopError` `invalid_configuration` when no format has that name.
    public func writer(_ formats: PromptFormats = .standard) throws(LoopError) -> PromptWriter {
        PromptWriter(settings: self, format: try formats.format(format, for: self))
    }

    /// What a line begins with that starts another question: the last line of the template before the
    /// question, without outer spaces; nil when that is empty, and in chats, whose turns end by a token.
    public var questionMarker: String? {
        guard format != .chat else { return nil }
        guard let place = template.firstRange(of: Self.placeholder) else { return nil }
        return template[..<place.lowerBound]
            .split(whereSeparator: \.isNewline)
            .last { $0.contains { !$0.isWhitespace } }
            .map { line in
                let head = line.drop(while: \.isWhitespace)
                return String(head.reversed().drop(while: \.isWhitespace).reversed())
            }
    }

    /// A reference rationale as the completion of its prompt: unchanged, with one space before it
    /// when neither it nor the template's end brings white space; in chats without.
    public func completion(for rationale: String) -> String {
        guard format != .chat else { return rationale }
        let isApart = template.last?.isWhitespace == true || rationale.first?.isWhitespace == true
        return isApart ? rationale : " " + rationale
    }
}
