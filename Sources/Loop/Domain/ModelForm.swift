/// How a whole model is written.
public enum ModelForm: Sendable {
    /// A Hugging Face directory.
    case huggingFace
    /// A directory with one GGUF file.
    case gguf
}
