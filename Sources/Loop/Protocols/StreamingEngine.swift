/// An engine that can hand out a text while it writes it.
///
/// For people who wait for an answer; rounds have no use for it. An engine need not conform.
public protocol StreamingEngine: RoundEngine {
    /// Writes one candidate, the same that `generate` writes, and hands out its text as it comes.
    ///
    /// - Parameters:
    ///   - request: What to write; its count is taken as 1.
    ///   - prefix: Text before the prompt (worked examples).
    ///   - settings: Temperature, nucleus, limits and stop strings.
    ///   - key: Seed and round; with question, candidate and position it keys all randomness.
    ///   - piece: Called with each new piece in order, never an empty one. A piece ends between two Unicode
    ///     scalars and before anything that may yet become a stop string; together they are the text. The
    ///     engine waits for it, so it must return at once.
    /// - Returns: The candidate.
    /// - Throws: `CancellationError`, or an error of the engine.
    func stream(
        _ request: GenerationRequest,
        prefix: PromptText,
        settings: GenerateSettings,
        key: RandomKey,
        piece: @escaping @Sendable (String) -> Void
    ) async throws -> GeneratedText
}
