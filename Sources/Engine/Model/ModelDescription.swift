/// A model as data: what its tensors are called in both file formats, and what is computed with them.
///
/// `Transformer` runs any description. Not in it, because nothing computes it yet, are: norms after a block,
/// a window of attention, a factor on what a block adds, soft caps, activations other than SiLU, layers of
/// different widths, and mixers other than attention. Each is a field here (or a case of `MixerDescription`
/// or `Activation`) together with its place in `Transformer` and `Transformer+Backward`, and a test against a
/// recorded reference.
package struct ModelDescription: Hashable, Sendable {
    /// What the model is called in GGUF files, where keys begin with it, and in the engine's identity.
    package var architecture: String
    /// What the model is called in config.json.
    package var huggingFace: HuggingFaceIdentity
    /// The numbers that shape it.
    package var numbers: ModelConfiguration
    /// Token embedding, [V, C].
    package var embedding: ModuleName
    /// Factor on the embedding.
    package var embeddingScale: Float
    /// The layers, first to last.
    package var layers: [LayerDescription]
    /// The last RMS norm, [C].
    package var finalNorm: ModuleName
    /// Output projection, [V, C]; absent if `numbers` ties it to the embedding.
    package var head: ModuleName
    /// Factor on the logits.
    package var logitScale: Float

    package init(
        architecture: String,
        huggingFace: HuggingFaceIdentity,
        numbers: ModelConfiguration,
        embedding: ModuleName,
        embeddingScale: Float = 1,
        layers: [LayerDescription],
        finalNorm: ModuleName,
        head: ModuleName,
        logitScale: Float = 1
    ) {
        self.architecture = architecture
        self.huggingFace = huggingFace
        self.numbers = numbers
        self.embedding = embedding
        self.embeddingScale = embeddingScale
        self.layers = layers
        self.finalNorm = finalNorm
        self.head = head
        self.logitScale = logitScale
    }
}

/// What a part of a model is called in both file formats, without `.weight`.
package struct ModuleName: Hashable, Sendable {
    /// In GGUF files, such as `blk.0.attn_q`.
    package var gguf: String
    /// In Hugging Face files, such as `model.layers.0.self_attn.q_proj`; PEFT builds on it.
    package var huggingFace: String

    package init(gguf: String, huggingFace: String) {
        self.gguf = gguf
        self.huggingFace = huggingFace
    }
}

/// What config.json of an export says besides the numbers.
package struct HuggingFaceIdentity: Hashable, Sendable {
    /// `architectures`, such as `LlamaForCausalLM`.
    package var architecture: String
    /// `model_type`, such as `llama`.
    package var modelType: String
    /// The family's own keys.
    package var settings: [String: JSONValue]

    package init(architecture: String, modelType: String, settings: [String: JSONValue] = [:]) {
        self.architecture = architecture
        self.modelType = modelType
        self.settings = settings
    }
}

/// One layer: x += mixer(norm(x)), then x += MLP(norm(x)).
package struct LayerDescription: Hashable, Sendable {
    /// The RMS norm before the mixer, [C].
    package var attentionNorm: ModuleName
    /// What mixes positions.
    package var mixer: MixerDescription
    /// The RMS norm before the MLP, [C].
    package var mlpNorm: ModuleName
    /// What mixes channels.
    package var mlp: GatedMLPDescription

    package init(
        attentionNorm: ModuleName,
        mixer: MixerDescription,
        mlpNorm: ModuleName,
        mlp: GatedMLPDescription
    ) {
        self.attentionNorm = attentionNorm
        self.mixer = mixer
        self.mlpNorm = mlpNorm
        self.mlp = mlp
    }

    /// The attention of the layer; a second kind of mixer would make this optional.
    var attention: AttentionDescription {
        switch mixer {
        case .attention(let attention): attention
        }
    }
}

/// What mixes positions; convolution or a delta rule would be further cases.
package enum MixerDescription: Hashable, Sendable {
    /// Softmax attention over the positions before.
    case attention(AttentionDescription)
}

/// Grouped-query attention (Ainslie and others 2023, arXiv 2305.13245).
package struct AttentionDescription: Hashable, Sendable {
    /// Query projection, [H·D, C].
    package var query: LinearDescription
    /// Key projection, [G·D, C].
    package var key: LinearDescription
    /// Value projection, [G·D, C].
    package var value: LinearDescription
    /// Output projection, [C, H·D].
    package var output: LinearDescription
    /// RMS norm of each query head before rotation, [D]; nil for none.
    package var queryNorm: ModuleName?
    /// RMS norm of each key head before rotation, [D]; nil for none.
    package var keyNorm: ModuleName?
    /// Rotary positions; nil for none.
    package var rotation: RotationDescription?
    /// Factor on the scores, usually 1/√D.
    package var scale: Float

    package init(
        query: LinearDescription,
        key: LinearDescription,
        value: LinearDescription,
        output: LinearDescription,
        queryNorm: ModuleName? = nil,
        keyNorm: ModuleName? = nil,
        rotation: RotationDescription?,
        scale: Float
    ) {
        self.query = query
        self.key = key
        self.value = value
        self.output = output
        self.queryNorm = queryNorm
        self.keyNorm = keyNorm
        self.rotation = rotation
        self.scale = scale
    }
}

/// Rotary positions over whole heads, first half against second half.
package struct RotationDescription: Hashable, Sendable {
    /// Base of the frequencies.
    package var base: Float
    /// Whether GGUF files keep rows of query and key in pairs side by side, as llama.cpp does for some
    /// families.
    package var isInterleavedInGGUF: Bool

    package init(base: Float, isInterleavedInGGUF: Bool) {
        self.base = base
        self.isInterleavedInGGUF = isInterleavedInGGUF
    }
}

/// down(activation(gate(x)) · up(x)) (Shazeer 2020, arXiv 2002.05202).
package struct GatedMLPDescription: Hashable, Sendable {
    /// Gate projection, [F, C].
    package var gate: LinearDescription
    /// Up projection, [F, C].
    package var up: LinearDescription
    /// Down projection, [C, F].
    package var down: LinearDescription
    /// What the gate goes through.
    package var activation: Activation

    package init(
        gate: LinearDescription,
        up: LinearDescription,
        down: LinearDescription,
        activation: Activation
    ) {
        self.gate = gate
        self.up = up
        self.down = down
        self.activation = activation
    }
}

/// What the gate of an MLP goes through, by its name in config.json.
package enum Activation: String, Hashable, Sendable {
    /// x · sigmoid(x).
    case silu
}

/// A linear layer: W x, or W x + b.
package struct LinearDescription: Hashable, Sendable {
    /// What it is called.
    package var name: ModuleName
    /// Whether there is a `.bias` as well as `.weight`; it is never trained.
    package var hasBias: Bool

    package init(_ name: ModuleName, hasBias: Bool = false) {
        self.name = name
        self.hasBias = hasBias
    }
}
