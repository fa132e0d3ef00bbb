/// A linear layer: W x, or W x + b.
package struct LinearDescription: Hashable, Sendable {
    /// What it is called.
    package var name: ModuleName
    /// Whether there is a `.bias` as well as `.weight`; it is never trained.
    package var hasBias: Bool
    /// Which rows of the tensor it is, where files keep several linear layers as one; nil for all.
    package var part: TensorPart?

    package init(_ name: ModuleName, hasBias: Bool = false, part: TensorPart? = nil) {
        self.name = name
        self.hasBias = hasBias
        self.part = part
    }
}

/// Rows of a tensor that holds several linear layers, one below the other.
package struct TensorPart: Hashable, Sendable {
    /// The first row.
    package var first: Int
    /// Rows of the whole tensor.
    package var total: Int
    /// Whether only Hugging Face files keep it with others; in GGUF files it is a tensor of its own.
    package var isAloneInGGUF: Bool
    /// Whether only GGUF files keep it with others; in Hugging Face files, and for PEFT, it is its own.
    package var isAloneInHuggingFace: Bool

    package init(
        first: Int,
        total: Int,
        isAloneInGGUF: Bool = false,
        isAloneInHuggingFace: Bool = false
    ) {
        self.first = first
        self.total = total
        self.isAloneInGGUF = isAloneInGGUF
        self.isAloneInHuggingFace = isAloneInHuggingFace
    }

    /// Whether files of a format keep it as a tensor of its own.
    func isAlone(in format: ModelFormat) -> Bool {
        switch format {
        case .gguf: isAloneInGGUF
        case .huggingFace: isAloneInHuggingFace
        }
    }
}

/// A format of model files.
enum ModelFormat {
    case gguf
    case huggingFace
}

/// A metadata entry of a family in GGUF files.
package struct GGUFSetting: Hashable, Sendable {
    /// What it holds.
    package enum Value: Hashable, Sendable {
        case integer(Int)
        case integers([Int])
        case number(Float)
        case flag(Bool)
        case text(String)
    }

    /// Its key, without the architecture's name before it.
    package var key: String
    /// Its value.
    package var value: Value

    package init(_ key: String, _ value: Value) {
        self.key = key
        self.value = value
    }
}
