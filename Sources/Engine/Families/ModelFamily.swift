/// A family of models: how its files are read into a description that the transformer runs.
///
/// One file per family, which names its paper and a reference implementation; `Families` lists them.
package protocol ModelFamily: Sendable {
    /// What `general.architecture` says in its GGUF files; the keys of its metadata begin with the same word.
    var ggufArchitectures: [String] { get }
    /// What `architectures` or `model_type` says in its config.json.
    var huggingFaceNames: [String] { get }

    /// Reads a GGUF file's metadata.
    ///
    /// - Parameter metadata: The metadata and the names of the tensors.
    /// - Returns: The model; its numbers have been through `metadata.checked`.
    /// - Throws: `EngineError` of code `unsupported_architecture` for what would change the mathematics, or
    ///   `model_malformed`, naming the key.
    func describe(_ metadata: GGUFMetadata) throws -> ModelDescription

    /// Reads config.json.
    ///
    /// - Parameter config: The file.
    /// - Returns: The model; its numbers have been through `config.checked`.
    /// - Throws: As for metadata.
    func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription
}
