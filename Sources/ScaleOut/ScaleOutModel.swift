public import Loop

/// What the engine needs to know of the model itself, from code that can read its files.
///
/// Tokens are made here and not by the server, so that every engine sees the same ones.
public protocol ScaleOutModel: Sendable {
    /// The most tokens the model accepts.
    var contextLength: Int { get }
    /// Tokens after which a candidate ends.
    var stopTokens: [Int32] { get }

    /// Renders the model's own chat template; nil where it cannot be read.
    var chat: (any ChatRenderer)? { get }

    /// The model, computed elsewhere.
    func identity(precision: String, computedBy place: String) -> ModelIdentity

    /// The ids of a text; only what its format wrote becomes control tokens.
    func encode(_ text: PromptText) -> [Int32]

    /// The id of a token with exactly this text; nil if there is none.
    func tokenID(_ text: String) -> Int32?

    /// The ids of a sample with one end token, however many.
    func tokenize(_ sample: TextSample, index: Int) throws -> TokenizedSample

    /// The files of a fresh adapter.
    func freshAdapter(_ job: FinetuneJob) throws -> [FileContent]

    /// Checks that fine-tuning with these settings can continue from an adapter.
    func checkStart(_ start: AdapterLocation, _ settings: FinetuneSettings) throws

    /// Reads an adapter that another program wrote, checks it, and gives its files in our own form.
    func adapterFiles(at path: String, baseModelName: String) throws -> [FileContent]

    /// Writes the base model as a Hugging Face directory, which must not exist.
    func writeBase(to directory: String, isBF16: Bool, progress: @Sendable () -> Void) throws
}

extension ScaleOutModel {
    /// None.
    public var chat: (any ChatRenderer)? { nil }
}
