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
        let (description, source, _) = try header(path, families)
        let tokenizer = try Tokenizers.make(source)
        return (description.numbers.contextLength, { tokenizer.encodePrompt($0).count })
    }

    /// The tokenizer's tables of a model.
    static func source(_ path: String, _ families: Families) throws -> TokenizerSource {
        try header(path, families).1
    }

    /// What a model is, its tokenizer's tables, and its name.
    static func header(
        _ path: String,
        _ families: Families
    ) throws -> (ModelDescription, TokenizerSource, name: String) {
        var isDirectory = ObjCBool(false)
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        return try isDirectory.boolValue ? directory(path, families) : file(path, families)
    }

    private static func directory(
        _ path: String,
        _ families: Families
    ) throws -> (ModelDescription, TokenizerSource, name: String) {
        let directory = try HuggingFaceDirectory(path: path, families: families)
        return (directory.description, .huggingFace(directory.tokenizer), directory.name)
    }

    private static func file(_ path: String, _ families: Families) throws -> (
        ModelDescription, TokenizerSource, name: String
    ) {
        let gguf = try GGUFFile(file: MappedFile(path: path))
        let description = try families.describe(gguf)
        let tokenizer = try gguf.tokenizer(vocabularyCount: description.numbers.vocabularyCount)
        return (description, .gguf(tokenizer), gguf.modelName)
    }

    /// The tokenizer's tables of a GGUF file, which may hold nothing else.
    ///
    /// - Parameter path: The file.
    /// - Returns: The tables.
    /// - Throws: `EngineError` when they cannot be read.
    package static func vocabulary(_ path: String) throws -> TokenizerSource {
        let gguf = try GGUFFile(file: MappedFile(path: path))
        guard case .strings(let tokens)? = gguf.metadata["tokenizer.ggml.tokens"] else {
            throw EngineError(.modelMalformed, "cannot read \(path): it has no tokens; give another file")
        }
        return .gguf(try gguf.tokenizer(vocabularyCount: tokens.count))
    }

    /// Compares a directory's tokenizer with the number of tokens that its configuration gives the model,
    /// without reading weights.
    ///
    /// - Parameter path: A Hugging Face directory.
    /// - Throws: `EngineError` when the tokenizer is the larger one, or a file is something else.
    package static func checkSize(ofDirectory path: String) throws {
        let files = [FileName.modelConfiguration, FileName.tokenizer]
        let values = try files.map { name in
            let bytes = HuggingFaceDirectory.bytes(name, in: path) ?? []
            if let kind = FileKind.stranger(bytes) {
                throw EngineError(.modelMalformed, "cannot read \(path)/\(name): \(kind)")
            }
            // What is wrong with the files otherwise is found when they are used.
            return try? JSONParser.parse(bytes)
        }
        let config = values[0]
        guard let rows = (config?["vocab_size"] ?? config?["text_config"]?["vocab_size"])?.integer,
            let tokenizer = values[1]
        else { return }
        let words = tokenizer["model"]?["vocab"]?.object?.compactMap(\.value.integer) ?? []
        let added = tokenizer["added_tokens"]?.array?.compactMap { $0["id"]?.integer } ?? []
        let others = (try? Self.added(tokenizer, in: path)) ?? []
        let count = ((words + added + others).max() ?? -1) + 1
        guard count <= rows else {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot run model \(path): its tokenizer has \(count) tokens, its embedding \(rows) rows; "
                    + "use tokenizer and weights of one model"
            )
        }
    }

    /// Ids of the added tokens of all files of a directory.
    private static func added(_ tokenizer: JSONValue, in path: String) throws -> [Int] {
        let file = try TokenizerJSON(tokenizer)
        // Of other kinds the words are not read, from which ids count on.
        guard (file.model.type ?? "BPE") == "BPE" else { return [] }
        func bytes(_ name: String) -> [UInt8]? { HuggingFaceDirectory.bytes(name, in: path) }
        let files = HuggingFaceTokenizerFiles(
            tokenizerJSON: [],
            tokenizerConfig: bytes("tokenizer_config.json"),
            specialTokensMap: bytes("special_tokens_map.json"),
            addedTokens: bytes("added_tokens.json")
        )
        return try TokenizerDefinition.added(file, SpecialTokenNames(files)).map(\.id)
    }
}
