/// Names of files that more than one module writes or reads.
package enum FileName {
    /// An adapter's tensors, as PEFT names them.
    package static let adapterWeights = "adapter_model.safetensors"
    /// What PEFT must know of an adapter: rank, alpha, layers.
    package static let adapterConfiguration = "adapter_config.json"
    /// The model card of a checkpoint or an export.
    package static let modelCard = "README.md"
    /// The numbers that shape a Hugging Face model.
    package static let modelConfiguration = "config.json"
    /// The tokenizer of a Hugging Face model.
    package static let tokenizer = "tokenizer.json"
}
