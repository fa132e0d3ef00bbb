/// A Hugging Face model's `config.json` as a family reads it.
package struct HuggingFaceConfiguration: Sendable {
    let config: JSONValue
    /// The model's directory, for messages.
    let path: String

    /// The first of `architectures`, otherwise `model_type`.
    package var architecture: String {
        config["architectures"]?.array?.first?.string ?? config["model_type"]?.string ?? ""
    }

    /// Refuses a class in `architectures` and a `model_type` that are not one pair: transformers goes by the
    /// second, so the model would lose what only one of them has.
    ///
    /// - Parameter names: What the family of the class is called in either key.
    /// - Throws: `EngineError` `unsupported_architecture`, naming both.
    func requireOneFamily(_ names: [String]) throws {
        guard let name = config["architectures"]?.array?.first?.string,
            let type = config["model_type"]?.string, type != name
        else { return }
        // A class is its type's words joined, such as Gemma3ForCausalLM for gemma3_text.
        func word(_ text: String) -> String {
            var word = text
            for ending in ["ForCausalLM", "LMHeadModel", "_text"] where word.hasSuffix(ending) {
                word = String(word.dropLast(ending.count))
            }
            return word.lowercased().filter { $0 != "_" && $0 != "-" }
        }
        let types = names.filter { !$0.contains("For") }
        // A family of one class and one type has no other pair, whatever the order of their words.
        if names.count == 2, types == [type] { return }
        guard word(name) == word(type), types.isEmpty || types.contains(type) else {
            throw unsupported(
                "architectures is \"\(name)\" and model_type is \"\(type)\", which is another family"
            )
        }
    }

    /// `rope_theta`, also from where newer files keep it; nil when it is missing.
    package var rotationBase: Double? {
        let own = ["rope_parameters", "rope_scaling"].compactMap { config[$0]?["rope_theta"] }.first
        return (own ?? config["rope_theta"])?.double
    }

    /// A whole number; if it is missing or null, the other value if there is one.
    ///
    /// - Throws: `EngineError` `model_malformed` when it is not one.
    package func integer(_ key: String, orNull fallback: Int? = nil) throws -> Int {
        if let value = config[key]?.integer { return value }
        if let fallback, config[key]?.isNeutral ?? true { return fallback }
        throw malformed("\(key) is \(config[key].map(text) ?? "missing"), expected an integer")
    }

    /// A number.
    ///
    /// - Throws: `EngineError` `model_malformed` when it is not one.
    package func double(_ key: String) throws -> Double {
        guard let value = config[key]?.double else {
            throw malformed("\(key) is \(config[key].map(text) ?? "missing"), expected a number")
        }
        return value
    }

    /// A truth value; nil when it is missing.
    package func bool(_ key: String) -> Bool? { config[key]?.bool }

    /// Numbers that are in range and do not contradict each other.
    ///
    /// - Throws: `EngineError` `model_malformed`, naming the first that is not.
    package func checked(_ numbers: ModelConfiguration) throws -> ModelConfiguration {
        try numbers.validate(file: path)
        return numbers
    }

    /// Refuses any other text than this one; a missing key counts as it.
    ///
    /// - Throws: `EngineError` `unsupported_architecture`; so do the next two.
    package func require(_ key: String, _ expected: String) throws {
        let found = config[key]?.string ?? expected
        guard found == expected else {
            throw unsupported("\(key) is \"\(found)\", expected \"\(expected)\"")
        }
    }

    /// Refuses keys with a value other than null, false, 0 or nothing.
    package func requireAbsent(_ keys: [String]) throws {
        for key in keys {
            if let value = config[key], !value.isNeutral {
                throw unsupported("\(key) is \(text(value)), expected it absent")
            }
        }
    }

    /// The error for a value that breaks the format.
    package func malformed(_ problem: String) -> EngineError {
        EngineError(.modelMalformed, "cannot read \(path)/config.json: \(problem); get the file again")
    }

    /// The error for a value that would change the mathematics.
    package func unsupported(_ problem: String) -> EngineError {
        EngineError(
            .unsupportedArchitecture,
            "cannot run model \(path): config.json: \(problem); use another model, such as SmolLM2"
        )
    }

    /// A value as the file has it, not all of a long one.
    func text(_ value: JSONValue) -> String {
        String(decoding: value.encoded().prefix(80), as: UTF8.self)
    }
}
