package import Loop

/// A model's files and tokenizer without its weights in memory: for an engine that runs the model elsewhere.
package final class BaseModel: Sendable {
    /// The open files.
    private let files: ModelFiles
    private let tokenizer: any TextTokenizer

    /// Opens a model: header, tokenizer metadata and hash are checked.
    ///
    /// - Parameters:
    ///   - path: A GGUF file or a Hugging Face directory.
    ///   - families: The families that are known.
    /// - Throws: `EngineError` when the model cannot be used.
    package init(_ path: String, families: Families = .standard) throws {
        files = try ModelFiles.open(path, families: families)
        tokenizer = try files.tokenizer()
    }

    /// The model, computed elsewhere.
    ///
    /// - Parameters:
    ///   - precision: What weights and activations are there, such as `bf16`.
    ///   - place: What computes, in place of an instruction set.
    /// - Returns: The identity; without threads.
    package func identity(precision: String, computedBy place: String) -> ModelIdentity {
        ModelIdentity(
            name: files.name,
            architecture: files.description.architecture,
            sha256: files.sha256,
            parameterCount: files.parameterCount,
            precision: precision,
            instructionSet: place,
            threadCount: 0,
            license: files.license,
            fileDigests: files.fileDigests
        )
    }

    /// The most tokens the model accepts.
    package var contextLength: Int { files.configuration.contextLength }

    /// Tokens after which a candidate ends: those that end a text or turn.
    package var stopTokens: [Int32] { tokenizer.endTokens.sorted() }

    /// The model's own chat template.
    package var chat: (any ChatRenderer)? {
        ModelChat(files.tokenizerSource, place: files.name, tokenizer: tokenizer)
    }

    /// The id of a token with exactly this text; nil if there is none.
    package func tokenID(_ text: String) -> Int32? { tokenizer.tokenID(text) }

    /// The ids of a prompt; only what its format wrote becomes control tokens.
    package func encode(_ text: PromptText) -> [Int32] { tokenizer.encodePrompt(text) }

    /// The ids of a sample, as the embedded engine cuts it, whatever its length.
    package func tokenize(_ sample: TextSample, index: Int) throws -> TokenizedSample {
        try tokenizer.tokenize(sample, index: index, contextLength: .max)
    }

    /// The files of a fresh adapter, the one that the embedded engine starts from.
    package func freshAdapter(_ job: FinetuneJob) throws -> [FileContent] {
        try Adapter.fresh(job.settings, files.description, key: job.key).files(
            of: files.description,
            baseModelName: job.baseModelName
        )
    }

    /// Checks that fine-tuning with these settings can continue from an adapter.
    package func checkStart(_ start: AdapterLocation, _ settings: FinetuneSettings) throws {
        _ = try Adapter.read(start, continuing: settings, files.description)
    }

    /// Reads an adapter that another program wrote, checks its shapes and values, and gives its files in our
    /// own form.
    package func adapterFiles(at path: String, baseModelName: String) throws -> [FileContent] {
        try Adapter.read(path, for: files.description)
            .files(of: files.description, baseModelName: baseModelName)
    }

    /// Writes the whole model, with an adapter merged into it, into its own directory; see
    /// `EmbeddedEngine.export`.
    package func export(
        adapter: AdapterLocation?,
        as form: ModelForm = .huggingFace,
        to directory: String,
        isBF16: Bool,
        progress: @Sendable () -> Void = {}
    ) throws {
        try files.export(adapter: adapter, as: form, to: directory, isBF16: isBF16, progress: progress)
    }
}

extension ModelFiles {
    /// Writes the whole model with an adapter merged into the base weights, into its own directory.
    func export(
        adapter: AdapterLocation?,
        as form: ModelForm,
        to directory: String,
        isBF16: Bool,
        progress: () -> Void
    ) throws {
        try checkUnchanged()
        // What was read of the model's file need not stay in memory.
        defer { releasePages() }
        let tensors = try adapter.map { try Adapter.read($0.path, for: description) }
        let write =
            switch form {
            case .huggingFace: ModelExport.merged
            case .gguf: ModelExport.gguf
            }
        try write(self, tensors, directory, isBF16, progress)
    }
}
