import Loop

/// ERNIE 4.5, its dense model of 0.3B: Llama's layers whose rotary pairs are neighbours in both formats.
///
/// Source: Baidu ERNIE Team 2025, ernie.baidu.com/blog/publication/ERNIE_Technical_Report.pdf. Reference:
/// transformers, `models/ernie4_5/modeling_ernie4_5.py`; for GGUF llama.cpp, `src/models/ernie4-5.cpp`.
package struct Ernie45: ModelFamily {
    package let ggufArchitectures = ["ernie4_5"]
    package let huggingFaceNames = ["Ernie4_5ForCausalLM", "Ernie4_5_ForCausalLM", "ernie4_5"]

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        try metadata.refuse(except: [])
        // The reader of pictures has the same name and rotates by three positions.
        let sections = "rope.dimension_sections"
        guard metadata.file.metadata["\(metadata.architecture).\(sections)"] == nil else {
            throw metadata.unsupported(sections, "there: models that read pictures are not supported")
        }
        let numbers = try metadata.decoderNumbers()
        try metadata.requireWholeHeads(numbers)
        return describe(
            numbers,
            try metadata.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: false)
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["use_bias"])
        let numbers = try config.decoderNumbers(
            headDimension: config.config["head_dim"] == nil ? 128 : nil,
            tiesByDefault: true,
            base: 500_000
        )
        return describe(
            numbers,
            try config.rotation(
                headDimension: numbers.headDimension,
                base: 500_000,
                isInterleavedInGGUF: false
            )
        )
    }

    private func describe(_ numbers: ModelConfiguration, _ rotation: RotationDescription) -> ModelDescription
    {
        var (numbers, rotation) = (numbers, rotation)
        numbers.adopt(rotation)
        rotation.pairsNeighbours = true
        return .decoder(
            "ernie4_5",
            HuggingFaceIdentity(
                architecture: "Ernie4_5ForCausalLM",
                modelType: "ernie4_5",
                settings: ["use_bias": .bool(false)]
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { index in
                let names = LayerNames(index)
                return LayerDescription(
                    attentionNorm: names.attentionNorm,
                    mixer: .attention(names.attention(numbers, rotation: rotation)),
                    mlpNorm: names.mlpNorm,
                    mlp: names.mlp()
                )
            }
        )
    }
}
