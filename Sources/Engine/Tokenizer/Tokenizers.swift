/// The kinds of tokenizer there are; the one place that chooses among them.
package enum Tokenizers {
    /// Makes the tokenizer that a model's files define.
    ///
    /// A new kind reads its own part of the source, and is one case here.
    ///
    /// - Parameter source: Tables of a GGUF file, or tokenizer.json and its companions.
    /// - Returns: The tokenizer.
    /// - Throws: `EngineError` with code `tokenizer_unsupported` for any but byte-pair encodings, an unknown
    ///   pre-tokenizer, or data that contradict themselves.
    package static func make(_ source: TokenizerSource) throws -> any TextTokenizer {
        // Both readers refuse every other kind, by name.
        let definition = try TokenizerDefinition(source)
        guard let rules = definition.rawText else { return try ByteLevelBPE(definition) }
        return try ByteFallbackBPE(definition, rules)
    }
}
