/// What an export holds; the same names in the API, on the command line and in a model card.
public enum ExportForm: String, Codable, Sendable, CaseIterable {
    /// The LoRA adapter, as PEFT reads it.
    case adapter
    /// The whole model as a Hugging Face directory, the adapter merged into it.
    case merged
    /// The same as one GGUF file.
    case gguf
    /// The base model as a Hugging Face directory.
    case hf

    /// How the whole model is written; nil for an adapter, which is a copy of the checkpoint's files.
    public var model: ModelForm? {
        switch self {
        case .adapter: nil
        case .merged, .hf: .huggingFace
        case .gguf: .gguf
        }
    }
}
