extension RoundConfiguration {
    /// How an engine is to write answers: `generate`, with what thinking takes on top.
    ///
    /// No string ends a text that begins with thinking, which may hold any of them: the turn's own token
    /// does.
    public var writing: GenerateSettings {
        guard prompt.thinks else { return generate }
        var settings = generate
        settings.maxNewTokens += prompt.thinkingTokens
        settings.stop = []
        return settings
    }

    /// Where the most new tokens come from, for messages.
    var writingKeys: String {
        prompt.thinks ? "generate.maxNewTokens with prompt.thinkingTokens" : "generate.maxNewTokens"
    }

    /// The configuration with `prompt.format` `auto` replaced by what it means for the model.
    ///
    /// - Parameter formats: The formats there are for the model.
    /// - Returns: The configuration; the same for any other format.
    public func settled(_ formats: PromptFormats) -> RoundConfiguration {
        guard prompt.format == .auto else { return self }
        var configuration = self
        configuration.prompt = prompt.settled(formats)
        return configuration
    }
}
