/// A GGUF file's metadata as a family reads them: keys without the architecture's name before them.
package struct GGUFMetadata: Sendable {
    let file: GGUFFile
    /// `general.architecture`, with which every key of the family begins.
    package let architecture: String

    /// A whole number.
    ///
    /// - Throws: `EngineError` `model_malformed` when it is missing or not an integer; so do all below.
    package func integer(_ key: String) throws -> Int { try file.required(path(key)) }

    /// A number.
    package func double(_ key: String) throws -> Double { try file.required(path(key)) }

    /// A whole number, or nil when it is missing.
    package func optionalInteger(_ key: String) throws -> Int? { try file.optionalInteger(path(key)) }

    /// A number, or nil when it is missing.
    package func optionalDouble(_ key: String) throws -> Double? { try file.optionalDouble(path(key)) }

    /// A text, or nil when it is missing.
    package func optionalString(_ key: String) throws -> String? { try file.optionalString(path(key)) }

    /// Whether a key is there and false.
    package func isFalse(_ key: String) -> Bool {
        if case .bool(false)? = file.metadata[path(key)] { true } else { false }
    }

    /// Whether a key is there.
    package func hasKey(_ key: String) -> Bool { file.metadata[path(key)] != nil }

    /// Whether the file holds a tensor of this name.
    package func hasTensor(_ name: String) -> Bool { file.tensors[name] != nil }

    /// Rows of a tensor; 0 when it is missing.
    package func rowCount(of name: String) -> Int { file.tensors[name]?.shape.first ?? 0 }

    /// Numbers that are in range and do not contradict each other.
    ///
    /// - Throws: `EngineError` `model_malformed`, naming the first that is not.
    package func checked(_ numbers: ModelConfiguration) throws -> ModelConfiguration {
        try numbers.validate(file: file.file.name)
        return numbers
    }

    /// The error for a value that would change the mathematics.
    package func unsupported(_ key: String, _ problem: String) -> EngineError {
        unsupported("\(path(key)) is \(problem)")
    }

    /// The error for anything else that would.
    package func unsupported(_ problem: String) -> EngineError {
        EngineError(
            .unsupportedArchitecture,
            "cannot run model \(file.file.name): \(problem); use another model, such as SmolLM2"
        )
    }

    private func path(_ key: String) -> String { "\(architecture).\(key)" }
}
