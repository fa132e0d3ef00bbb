import Loop

/// The names that most families share for the parts of a layer, and the parts that most of them have.
struct LayerNames {
    private let index: Int

    /// Names of a layer, counted from 0.
    init(_ index: Int) { self.index = index }

    /// A part of the layer.
    func name(_ gguf: String, _ huggingFace: String) -> ModuleName {
        ModuleName(gguf: "blk.\(index).\(gguf)", huggingFace: "model.layers.\(index).\(huggingFace)")
    }

    var attentionNorm: ModuleName { name("attn_norm", "input_layernorm") }
    /// The norm before the MLP, as Llama calls it.
    var mlpNorm: ModuleName { name("ffn_norm", "post_attention_layernorm") }
    /// The norm before the MLP, where there is one after attention as well.
    var mlpNormAfterPost: ModuleName { name("ffn_norm", "pre_feedforward_layernorm") }
    var attentionPostNorm: ModuleName { name("post_attention_norm", "post_attention_layernorm") }
    var mlpPostNorm: ModuleName { name("post_ffw_norm", "post_feedforward_layernorm") }
    var queryNorm: ModuleName { name("attn_q_norm", "self_attn.q_norm") }
    var keyNorm: ModuleName { name("attn_k_norm", "self_attn.k_norm") }

    /// Attention with four projections.
    ///
    /// - Parameters:
    ///   - n: The numbers; scores are divided by √D.
    ///   - rotation: Rotary positions; nil for none.
    ///   - biases: The projections that have one.
    ///   - window: How many positions a token sees; nil for all.
    /// - Returns: The description.
    func attention(
        _ n: ModelConfiguration,
        rotation: RotationDescription?,
        biases: Set<TargetModule> = [],
        window: Int? = nil
    ) -> AttentionDescription {
        func linear(_ module: TargetModule, _ gguf: String, _ huggingFace: String) -> LinearDescription {
            LinearDescription(name(gguf, huggingFace), hasBias: biases.contains(module))
        }
        return AttentionDescription(
            query: linear(.query, "attn_q", "self_attn.q_proj"),
            key: linear(.key, "attn_k", "self_attn.k_proj"),
            value: linear(.value, "attn_v", "self_attn.v_proj"),
            output: linear(.output, "attn_output", "self_attn.o_proj"),
            rotation: rotation,
            scale: 1 / Float(n.headDimension).squareRoot(),
            window: window
        )
    }

    /// The gated MLP.
    func mlp(_ activation: Activation = .silu) -> GatedMLPDescription {
        GatedMLPDescription(
            gate: LinearDescription(name("ffn_gate", "mlp.gate_proj")),
            up: LinearDescription(name("ffn_up", "mlp.up_proj")),
            down: LinearDescription(name("ffn_down", "mlp.down_proj")),
            activation: activation
        )
    }
}

extension ModelDescription {
    /// A model with the usual names outside its layers.
    static func decoder(
        _ architecture: String,
        _ identity: HuggingFaceIdentity,
        _ numbers: ModelConfiguration,
        layers: [LayerDescription],
        ggufSettings: [GGUFSetting] = []
    ) -> ModelDescription {
        ModelDescription(
            architecture: architecture,
            huggingFace: identity,
            numbers: numbers,
            embedding: ModuleName(gguf: "token_embd", huggingFace: "model.embed_tokens"),
            layers: layers,
            finalNorm: ModuleName(gguf: "output_norm", huggingFace: "model.norm"),
            head: ModuleName(gguf: "output", huggingFace: "lm_head"),
            ggufSettings: ggufSettings
        )
    }
}
