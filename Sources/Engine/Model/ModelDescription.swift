import Glibc

/// A model as data: what its tensors are called in both file formats, and what is computed with them.
///
/// `Transformer` runs any description. Not in it, because nothing computes it yet, are: layers of different
/// widths, and mixers other than attention and convolution. Each is a field here (or a case of
/// `MixerDescription` or `Activation`) together with its place in `Transformer` and `Transformer+Backward`,
/// and a test against a recorded reference.
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
    /// The last norm, [C].
    package var finalNorm: ModuleName
    /// Output projection, [V, C]; absent if `numbers` ties it to the embedding.
    package var head: ModuleName
    /// Whether the output projection has a `.bias` as well, which `logitScale` leaves alone.
    package var headHasBias = false
    /// Whether the last norm is a LayerNorm.
    package var hasFinalLayerNorm = false
    /// Factor on the logits.
    package var logitScale: Float
    /// Logits become cap · tanh(logits / cap); nil for none.
    package var logitSoftCap: Float?
    /// What Hugging Face files leave out of every norm's weight: 1 where the reference multiplies by 1 + w.
    package var normOffset: Float
    /// The family's own metadata in GGUF files, besides the numbers.
    package var ggufSettings: [GGUFSetting]
    /// Why no GGUF file can say what the model is, as a clause; nil if one can.
    package var ggufObstacle: String?

    package init(
        architecture: String,
        huggingFace: HuggingFaceIdentity,
        numbers: ModelConfiguration,
        embedding: ModuleName,
        embeddingScale: Float = 1,
        layers: [LayerDescription],
        finalNorm: ModuleName,
        head: ModuleName,
        logitScale: Float = 1,
        logitSoftCap: Float? = nil,
        normOffset: Float = 0,
        ggufSettings: [GGUFSetting] = [],
        ggufObstacle: String? = nil
    ) {
        self.architecture = architecture
        self.huggingFace = huggingFace
        self.numbers = numbers
        self.numbers.hasGate = layers.first.map { $0.mlp.gate != nil } ?? true
        self.embedding = embedding
        self.embeddingScale = embeddingScale
        self.layers = layers
        self.finalNorm = finalNorm
        self.head = head
        self.logitScale = logitScale
        self.logitSoftCap = logitSoftCap
        self.normOffset = normOffset
        self.ggufSettings = ggufSettings
        self.ggufObstacle = ggufObstacle
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
    /// The family's own keys; one that is there for all families has this value instead.
    package var settings: [String: JSONValue]

    package init(architecture: String, modelType: String, settings: [String: JSONValue] = [:]) {
        self.architecture = architecture
        self.modelType = modelType
        self.settings = settings
    }
}

/// One layer: x += s · norm(mixer(norm(x))), then x += s · norm(MLP(norm(x))); any norm may be missing.
///
/// A parallel one is x += mixer(h) + MLP(h) with h = norm(x).
package struct LayerDescription: Hashable, Sendable {
    /// The norm before the mixer, [C]; nil for none.
    package var attentionNorm: ModuleName?
    /// The RMS norm of what the mixer adds, [C]; nil for none.
    package var attentionPostNorm: ModuleName?
    /// What mixes positions.
    package var mixer: MixerDescription
    /// The norm before the MLP, [C]; nil for none.
    package var mlpNorm: ModuleName?
    /// The RMS norm of what the MLP adds, [C]; nil for none.
    package var mlpPostNorm: ModuleName?
    /// What mixes channels.
    package var mlp: GatedMLPDescription
    /// s, the factor on what mixer and MLP add.
    package var residualScale: Float
    /// Whether the norms before mixer and MLP are LayerNorms, with a `.bias` as well as `.weight`.
    package var hasLayerNorms = false
    /// Whether the MLP reads what the mixer reads; it has no norm of its own then.
    package var isParallel = false

    package init(
        attentionNorm: ModuleName?,
        mixer: MixerDescription,
        attentionPostNorm: ModuleName? = nil,
        mlpNorm: ModuleName?,
        mlp: GatedMLPDescription,
        mlpPostNorm: ModuleName? = nil,
        residualScale: Float = 1
    ) {
        self.attentionNorm = attentionNorm
        self.mixer = mixer
        self.attentionPostNorm = attentionPostNorm
        self.mlpNorm = mlpNorm
        self.mlp = mlp
        self.mlpPostNorm = mlpPostNorm
        self.residualScale = residualScale
    }

    /// The attention of the layer; nil for another mixer.
    var attention: AttentionDescription? {
        if case .attention(let attention) = mixer { attention } else { nil }
    }

    /// The convolution of the layer; nil for another mixer.
    var convolution: ConvolutionDescription? {
        if case .convolution(let convolution) = mixer { convolution } else { nil }
    }
}

/// What mixes positions; a delta rule would be a further case.
package enum MixerDescription: Hashable, Sendable {
    /// Softmax attention over the positions before.
    case attention(AttentionDescription)
    /// A gated convolution over the last few positions.
    case convolution(ConvolutionDescription)
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
    /// RMS norm of the queries, usually before rotation; nil for none.
    package var queryNorm: ModuleName?
    /// RMS norm of the keys, usually before rotation; nil for none.
    package var keyNorm: ModuleName?
    /// Whether these norms are of each head, [D], or of all heads together, [H·D] and [G·D].
    package var isNormPerHead: Bool
    /// Rotary positions; nil for none.
    package var rotation: RotationDescription?
    /// Factor on the scores, usually 1/√D.
    package var scale: Float
    /// Scores become cap · tanh(score / cap); nil for none.
    package var softCap: Float?
    /// How many positions a token sees, its own included; nil for all.
    package var window: Int?
    /// Whether GGUF files keep rows of query and key in pairs even without a rotation that says so.
    package var isInterleavedInGGUF = false
    /// Whether query and key are normalised after rotation instead of before.
    package var isNormAfterRotation = false
    /// What later positions multiply their queries by; nil for nothing.
    package var temperature: AttentionTemperature?

    package init(
        query: LinearDescription,
        key: LinearDescription,
        value: LinearDescription,
        output: LinearDescription,
        queryNorm: ModuleName? = nil,
        keyNorm: ModuleName? = nil,
        isNormPerHead: Bool = true,
        rotation: RotationDescription?,
        scale: Float,
        softCap: Float? = nil,
        window: Int? = nil
    ) {
        self.query = query
        self.key = key
        self.value = value
        self.output = output
        self.queryNorm = queryNorm
        self.keyNorm = keyNorm
        self.isNormPerHead = isNormPerHead
        self.rotation = rotation
        self.scale = scale
        self.softCap = softCap
        self.window = window
    }
}

/// Queries are multiplied by 1 + s · ln(1 + ⌊position / context⌋), as in Llama 4.
package struct AttentionTemperature: Hashable, Sendable {
    /// s.
    package var slope: Float
    /// The context that the model was first made for; positions within it are left alone.
    package var context: Int

    package init(slope: Float, context: Int) {
        self.slope = slope
        self.context = context
    }

    /// The factor on the query of a position.
    func factor(_ position: Int) -> Float { 1 + slope * logf(1 + Float(position / context)) }
}

/// down(activation(gate(x)) · up(x)) (Shazeer 2020, arXiv 2002.05202), or down(activation(up(x))) without a
/// gate.
package struct GatedMLPDescription: Hashable, Sendable {
    /// Gate projection, [F, C]; nil for none, and so in all layers.
    package var gate: LinearDescription?
    /// Up projection, [F, C].
    package var up: LinearDescription
    /// Down projection, [C, F].
    package var down: LinearDescription
    /// What the gate goes through, or up without one.
    package var activation: Activation

    package init(
        gate: LinearDescription?,
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

/// What the gate of an MLP goes through, or what it has for one, by its name in config.json.
package enum Activation: String, Hashable, Sendable {
    /// x · sigmoid(x).
    case silu
    /// GELU in its form with tanh (Hendrycks and Gimpel 2016, arXiv 1606.08415).
    case geluTanh = "gelu_pytorch_tanh"
}
