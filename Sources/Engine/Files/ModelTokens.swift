import Foundation
package import Loop

/// What of a model's files says how long a text is: header and tokenizer.
///
/// Weights are neither read nor hashed.
package enum ModelTokens {
    /// Reads the most tokens that a model takes, and its tokenizer.
    ///
    /// - Parameters:
    ///   - path: A GGUF file or a Hugging Face directory.
    ///   - families: The families that are known.
    /// - Returns: The limit, and what counts a text's tokens.
    /// - Throws: `EngineError` when the model cannot be used.
    package static func read(
        _ path: String,
        families: Families = .standard
    ) throws -> (contextLength: Int, count: @Sendable (PromptText) -> Int) {
        var isDirectory = ObjCBool(false)
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        let (description, source) =
            try isDirectory.boolValue
            ? directory(path, families) : file(path, families)
        let tokenizer = try Tokenizers.make(source)
        return (description.numbers.contextLength, { tokenizer.encode($0).count })
    }

    private static func directory(
        _ path: String,
        _ families: Families
    ) throws -> (ModelDescription, TokenizerSource) {
        let directory = try HuggingFaceDirectory(path: path, families: families)
        return (directory.description, .huggingFace(directory.tokenizer))
    }

    private static func file(_ path: String, _ families: Families) throws -> (
        ModelDescription, TokenizerSource
    ) {
        let gguf = try GGUFFile(file: MappedFile(path: path))
        let description = try families.describe(gguf)
        return (description, .gguf(try gguf.tokenizer(vocabularyCount: description.numbers.vocabularyCount)))
    }
}
