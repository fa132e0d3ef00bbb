extension PromptSettings {
    /// What `template` has where the question goes.
    public static let placeholder = PlainFormat.placeholder

    /// What writes prompts down by these settings.
    ///
    /// - Parameter formats: The formats there are.
    /// - Returns: A writer in the format that the settings name.
    /// - Throws: `LoopError` `invalid_configuration` when no format has that name.
    public func writer(_ formats: PromptFormats = .standard) throws(LoopError) -> PromptWriter {
        let settings = settled(formats)
        var quick = settings
        quick.thinking = .off
        let format = try formats.format(settings.format, for: settings)
        let brief = settings == quick ? format : try formats.format(quick.format, for: quick)
        return PromptWriter(settings: settings, format: format, brief: brief)
    }

    /// The settings with `format` `auto` replaced by what it means for the model.
    ///
    /// - Parameter formats: The formats there are.
    /// - Returns: The settings; the same for any other format.
    public func settled(_ formats: PromptFormats) -> PromptSettings {
        var settings = self
        settings.format = formats.resolved(format)
        return settings
    }

    /// Whether the model thinks in tags before it answers.
    public var thinks: Bool { format == .chat && thinking == .on }

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
