/// Which model an engine runs and how.
public struct ModelIdentity: Hashable, Codable, Sendable {
    /// A short name, such as the file's.
    public var name: String
    /// Architecture, such as `llama`.
    public var architecture: String
    /// SHA-256 over the weight files, lower-case hex.
    public var sha256: String
    /// Number of parameters.
    public var parameterCount: Int
    /// `f32`, `bf16`, or `int16 and f32` (generation and scoring, then fine-tuning).
    public var precision: String
    /// The instruction set that computes, such as `avx2`.
    public var instructionSet: String
    /// Engine threads.
    public var threadCount: Int
    /// Licence that the model's own metadata name, such as `apache-2.0`; nil when they name none.
    public var license: String?
    /// SHA-256 in lower-case hex of every file that takes part, by its name: weights, configuration,
    /// tokenizer.
    ///
    /// Not part of the stored form, which stays what it was before this was known; empty when an engine does
    /// not say.
    public var fileDigests: [String: String] = [:]

    private enum CodingKeys: String, CodingKey {
        case name, architecture, sha256, parameterCount, precision, instructionSet, threadCount, license
    }

    /// Builds an identity.
    public init(
        name: String,
        architecture: String,
        sha256: String,
        parameterCount: Int,
        precision: String,
        instructionSet: String,
        threadCount: Int,
        license: String? = nil,
        fileDigests: [String: String] = [:]
    ) {
        self.name = name
        self.architecture = architecture
        self.sha256 = sha256
        self.parameterCount = parameterCount
        self.precision = precision
        self.instructionSet = instructionSet
        self.threadCount = threadCount
        self.license = license
        self.fileDigests = fileDigests
    }
}
