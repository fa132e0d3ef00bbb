/// The families of models that the engine knows.
package struct Families: Sendable {
    /// The families of this program; a new one is one line here.
    package static let standard = Families([
        Llama(), Qwen(isThird: false), Qwen(isThird: true), Gemma(isThird: false), Gemma(isThird: true),
        SmolLM3(), Granite(), Olmo2(), Exaone4(), Ernie45(), HunYuan(), MiniCPM(), Ministral3(),
        Phi3(), GraniteHybrid(), Lfm2(), StableLm(), Phi(),
    ])

    let list: [any ModelFamily]

    /// Makes a list; the first that knows a name is used.
    package init(_ list: [any ModelFamily]) { self.list = list }

    /// A list with one more family, asked before the others.
    package func adding(_ family: any ModelFamily) -> Families { Families([family] + list) }

    /// Describes the model of a GGUF file.
    ///
    /// - Parameter file: The file's header.
    /// - Returns: The model.
    /// - Throws: `EngineError` of code `unsupported_architecture` naming the families there are, or what the
    ///   family throws.
    func describe(_ file: GGUFFile) throws -> ModelDescription {
        let architecture: String = try file.required("general.architecture")
        // Adapters and projectors of pictures have the architecture of the model that they are for.
        if let type = try file.optionalString("general.type"), type != "model" {
            throw EngineError(
                .unsupportedArchitecture,
                "cannot run model \(file.file.name): general.type is \"\(type)\", expected \"model\"; give the file of the "
                    + "model itself"
            )
        }
        guard let family = list.first(where: { $0.ggufArchitectures.contains(architecture) }) else {
            throw unknown(
                "general.architecture is \"\(architecture)\"",
                in: file.file.name,
                list.flatMap(\.ggufArchitectures)
            )
        }
        return try family.describe(GGUFMetadata(file: file, architecture: architecture))
    }

    /// Describes the model of a Hugging Face directory.
    ///
    /// - Parameter config: Its config.json.
    /// - Returns: The model.
    /// - Throws: As for a GGUF file.
    func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        let name = config.architecture
        guard let family = list.first(where: { $0.huggingFaceNames.contains(name) }) else {
            throw unknown(
                "config.json: architectures is \"\(name)\"",
                in: config.path,
                list.flatMap(\.huggingFaceNames)
            )
        }
        try config.requireOneFamily(family.huggingFaceNames)
        try config.requireTypes()
        return try family.describe(config)
    }

    private func unknown(_ found: String, in model: String, _ known: [String]) -> EngineError {
        EngineError(
            .unsupportedArchitecture,
            "cannot run model \(model): \(found), known are \(known.joined(separator: ", ")); "
                + "use a model of one of these, such as SmolLM2"
        )
    }
}
