/// A published model of a family that is known, and what was compared of it.
package struct KnownModel: Hashable, Sendable {
    /// What "runs" was seen to mean.
    package enum Evidence: String, Sendable {
        /// Every number of the model itself, with transformers and PEFT.
        case whole
        /// Every number of a tiny random model of its class, with transformers and PEFT.
        case tiny
    }

    /// Its published name.
    package let name: String
    /// Its family, by what its GGUF files say (`ggufArchitectures`).
    package let family: String
    /// Parameters; published numbers in millions, rounded.
    package let parameterCount: Int
    /// What was compared.
    package let evidence: Evidence

    private init(
        _ family: String,
        _ name: String,
        millions: Int,
        _ evidence: Evidence = .tiny
    ) {
        (self.family, self.name, self.evidence) = (family, name, evidence)
        parameterCount = millions * 1_000_000
    }

    /// Models that people come with, in order of family and size; `docs/models.md` has the same rows.
    package static let all = [
        KnownModel("llama", "SmolLM2-135M-Instruct", millions: 135, .whole),
        KnownModel("llama", "SmolLM2 360M", millions: 362),
        KnownModel("llama", "Danube 3 500M", millions: 514),
        KnownModel("llama", "TinyLlama 1.1B", millions: 1100),
        KnownModel("llama", "Llama 3.2 1B", millions: 1236),
        KnownModel("llama", "DeepSeek-Coder 1.3B", millions: 1346),
        KnownModel("llama", "Yi-Coder 1.5B", millions: 1476),
        KnownModel("llama", "Falcon 3 1B", millions: 1669),
        KnownModel("llama", "SmolLM2 1.7B", millions: 1711),
        KnownModel("llama", "Llama 3.2 3B", millions: 3213),
        KnownModel("llama", "Falcon 3 3B", millions: 3228),
        KnownModel("llama", "Mistral 7B", millions: 7242),
        KnownModel("qwen2", "Qwen2.5 0.5B", millions: 494),
        KnownModel("qwen2", "Qwen2.5 1.5B", millions: 1544),
        KnownModel("qwen2", "R1-Distill-Qwen 1.5B", millions: 1777),
        KnownModel("qwen2", "Qwen2.5 3B", millions: 3086),
        KnownModel("qwen3", "Qwen3 0.6B", millions: 596),
        KnownModel("qwen3", "Qwen3 1.7B", millions: 1721),
        KnownModel("gemma2", "Gemma 2 2B", millions: 2614),
        KnownModel("gemma3", "Gemma 3 270M", millions: 268),
        KnownModel("gemma3", "Gemma 3 1B", millions: 1000),
        KnownModel("smollm3", "SmolLM3 3B", millions: 3075),
        KnownModel("granite", "Granite 3.3 2B", millions: 2534),
        KnownModel("granitehybrid", "Granite 4.0 350M", millions: 352),
        KnownModel("granitehybrid", "Granite 4.0 1B", millions: 1632),
        KnownModel("granitehybrid", "Granite 4.0 micro", millions: 3402),
        KnownModel("olmo2", "OLMo 2 1B", millions: 1485),
        KnownModel("exaone4", "EXAONE 4.0 1.2B", millions: 1279),
        KnownModel("lfm2", "LFM2 350M", millions: 354),
        KnownModel("lfm2", "LFM2 700M", millions: 742),
        KnownModel("lfm2", "LFM2 1.2B", millions: 1170),
        KnownModel("ernie4_5", "ERNIE 4.5 0.3B", millions: 361),
        KnownModel("hunyuan-dense", "Hunyuan 0.5B", millions: 539),
        KnownModel("minicpm", "MiniCPM 1B", millions: 1360),
        KnownModel("minicpm", "MiniCPM 2B", millions: 2725),
        KnownModel("mistral3", "Ministral 3 3B", millions: 3400),
        KnownModel("phi3", "Phi 3.5 mini", millions: 3821),
        KnownModel("phi3", "Phi 4 mini", millions: 3836),
        KnownModel("stablelm", "StableLM 2 1.6B", millions: 1645),
        KnownModel("stablelm", "StableLM Zephyr 3B", millions: 2795),
        KnownModel("phi2", "Phi 1.5", millions: 1418),
        KnownModel("phi2", "Phi 2", millions: 2780),
    ]
}

extension Families {
    /// What GGUF files call the families, each family's first word, in the order of the list.
    package var names: [String] { list.compactMap(\.ggufArchitectures.first) }
}
