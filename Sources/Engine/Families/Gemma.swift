import Loop

/// Gemma 2 and 3: norms by 1 + w before and after attention and MLP, GELU, a scaled embedding, windows.
///
/// Gemma 2 caps scores and logits; Gemma 3 has norms of query and key heads and another rotary base in
/// layers with a window.
///
/// Sources: Gemma Team 2024, arXiv 2408.00118; Gemma Team 2025, arXiv 2503.19786. Reference: transformers,
/// `models/gemma2/modeling_gemma2.py` and `models/gemma3/modeling_gemma3.py`; for GGUF llama.cpp,
/// `src/models/gemma2.cpp` and `src/models/gemma3.cpp`.
package struct Gemma: ModelFamily {
    package let ggufArchitectures: [String]
    package let huggingFaceNames: [String]
    private let isThird: Bool

    /// Gemma 2 or Gemma 3.
    package init(isThird: Bool) {
        self.isThird = isThird
        ggufArchitectures = [isThird ? "gemma3" : "gemma2"]
        huggingFaceNames = isThird ? ["Gemma3ForCausalLM", "gemma3_text"] : ["Gemma2ForCausalLM", "gemma2"]
    }

    /// What the family has besides the numbers.
    private struct Parts {
        /// Rotation of layers that see all positions.
        var rotation: RotationDescription
        /// Rotation of layers with a window.
        var windowRotation: RotationDescription
        var window: Int
        /// Which layers have the window.
        var isWindowed: [Bool]
        var scale: Float
        var scoreCap: Float?
        var logitCap: Float?
    }

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        try metadata.refuse(
            except: ["attention.sliding_window", "attn_logit_softcapping", "final_logit_softcapping"]
        )
        let numbers = try metadata.decoderNumbers()
        try metadata.requireWholeHeads(numbers)
        let rotation = try metadata.rotation(
            headDimension: numbers.headDimension,
            isInterleavedInGGUF: false
        )
        let local = Float(try metadata.optionalDouble("rope.freq_base_swa") ?? 10_000)
        let period = try metadata.optionalInteger("attention.sliding_window_pattern") ?? (isThird ? 6 : 2)
        guard period > 0 else {
            throw metadata.unsupported("attention.sliding_window_pattern", "\(period), expected 1 or more")
        }
        // A file of Gemma 3 without the key has no windows, and the one base in all layers.
        let window = try metadata.optionalInteger("attention.sliding_window") ?? (isThird ? 0 : 4096)
        if !isThird, local != rotation.base, try metadata.optionalDouble("rope.freq_base_swa") != nil {
            throw metadata.unsupported(
                "rope.freq_base_swa",
                "\(local), expected rope.freq_base \(rotation.base)"
            )
        }
        // llama.cpp tells the largest models, whose scores have another factor, by their layers.
        let isLargest = numbers.layerCount == (isThird ? 62 : 46)
        let width = isLargest ? numbers.hiddenSize / numbers.headCount : numbers.headDimension
        func cap(_ key: String, _ usual: Double) throws -> Float? {
            let cap = try metadata.optionalDouble(key) ?? (isThird ? 0 : usual)
            return cap == 0 ? nil : Float(cap)
        }
        return describe(
            numbers,
            Parts(
                rotation: rotation,
                windowRotation: isThird
                    ? RotationDescription(base: local, isInterleavedInGGUF: false) : rotation,
                window: window,
                isWindowed: (0..<numbers.layerCount).map { window > 0 && ($0 + 1) % period != 0 },
                scale: 1 / Float(width).squareRoot(),
                scoreCap: try isThird ? nil : cap("attn_logit_softcapping", 50),
                logitCap: try cap("final_logit_softcapping", 30)
            )
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_activation", Activation.geluTanh.rawValue)
        try config.requireAbsent(["attention_bias", "use_bidirectional_attention"])
        let numbers = try config.decoderNumbers(headDimension: 256, tiesByDefault: true)
        // Gemma 2's class does not read the key.
        let pattern = try isThird ? config.positive("sliding_window_pattern", orNull: 6) : 2
        let window = try config.window(orMissing: 4096)
        let listed = try config.slidingLayers(numbers.layerCount)
        let isWindowed = listed ?? (0..<numbers.layerCount).map { ($0 + 1) % pattern != 0 }
        guard window != nil || !isWindowed.contains(true) else {
            throw config.malformed("sliding_window is null, and layers have one")
        }
        let (rotation, windowRotation) = try rotations(config, numbers)
        return describe(
            numbers,
            Parts(
                rotation: rotation,
                windowRotation: windowRotation,
                window: window ?? 0,
                isWindowed: isWindowed,
                scale: 1 / (try config.factor("query_pre_attn_scalar", orNull: 256)).squareRoot(),
                // Gemma 3's class has the key and does not apply it.
                scoreCap: try isThird ? nil : cap(config, "attn_logit_softcapping", 50),
                logitCap: try cap(config, "final_logit_softcapping", 30)
            )
        )
    }

    /// A missing key has Gemma 2's usual value; null is none.
    private func cap(_ config: HuggingFaceConfiguration, _ key: String, _ usual: Float) throws -> Float? {
        guard let value = config.config[key] else { return isThird ? nil : usual }
        return value.isNeutral ? nil : try config.factor(key, orNull: 0)
    }

    private func rotations(
        _ config: HuggingFaceConfiguration,
        _ numbers: ModelConfiguration
    ) throws -> (RotationDescription, RotationDescription) {
        func rotation(_ parameters: JSONValue?, base: Double) throws -> RotationDescription {
            try config.rotation(
                headDimension: numbers.headDimension,
                base: base,
                isInterleavedInGGUF: false,
                parameters: parameters
            )
        }
        guard isThird else {
            let all = try rotation(nil, base: 10_000)
            return (all, all)
        }
        let own = config.config["rope_parameters"] ?? .null
        let local = config.config["rope_local_base_freq"]?.double ?? 10_000
        let base = config.config["rope_theta"]?.double ?? 1_000_000
        let isNested = own["full_attention"] != nil || own["sliding_attention"] != nil
        guard isNested else {
            try requireDefault(own, base: base, config)
            return (
                try rotation(nil, base: 1_000_000),
                RotationDescription(base: Float(local), isInterleavedInGGUF: false)
            )
        }
        return (
            try rotation(merged(config, own["full_attention"] ?? .null), base: base),
            try rotation(own["sliding_attention"] ?? .null, base: local)
        )
    }

    /// What `full_attention` says, with the members of `rope_scaling` over it as in the reference.
    private func merged(_ config: HuggingFaceConfiguration, _ full: JSONValue) throws -> JSONValue {
        guard let scaling = config.config["rope_scaling"]?.object, !scaling.isEmpty else { return full }
        let keys = Set(scaling.map(\.key))
        let all = JSONValue.object((full.object ?? []).filter { !keys.contains($0.key) } + scaling)
        if let kind = all["rope_type"], let older = all["type"], kind != older {
            throw config.unsupported(
                "rope_parameters and rope_scaling name different types of rotary positions; make them the same"
            )
        }
        return all
    }

    /// Refuses an object that is not divided by kinds of layers and says something: the reference drops it.
    private func requireDefault(
        _ parameters: JSONValue,
        base: Double,
        _ config: HuggingFaceConfiguration
    ) throws {
        for member in parameters.object ?? [] where member.value != .null {
            let isDefault =
                switch member.key {
                case "rope_type", "type": member.value.string == "default"
                case "rope_theta": member.value.double == base
                default: false
                }
            guard isDefault else {
                throw config.unsupported(
                    "rope_parameters.\(member.key) is outside full_attention and sliding_attention"
                )
            }
        }
    }

    private func describe(_ numbers: ModelConfiguration, _ parts: Parts) -> ModelDescription {
        var numbers = numbers
        numbers.adopt(parts.rotation)
        let period = (1...(numbers.layerCount + 1)).first { period in
            parts.isWindowed.indices.allSatisfy { parts.isWindowed[$0] == (($0 + 1) % period != 0) }
        }
        var model = ModelDescription.decoder(
            ggufArchitectures[0],
            HuggingFaceIdentity(
                architecture: huggingFaceNames[0],
                modelType: huggingFaceNames[1],
                settings: settings(parts)
            ),
            numbers,
            layers: parts.isWindowed.indices.map { layer($0, numbers, parts) },
            ggufSettings: ggufSettings(parts, period: period ?? 0)
        )
        model.embeddingScale = Float(numbers.hiddenSize).squareRoot()
        model.normOffset = 1
        model.logitSoftCap = parts.logitCap
        if period == nil { model.ggufObstacle = "its layer_types do not repeat every few layers" }
        if parts.scale != 1 / Float(numbers.headDimension).squareRoot() {
            model.ggufObstacle = "its query_pre_attn_scalar differs from head_dim"
        }
        if parts.windowRotation.scaling != .none, isThird {
            model.ggufObstacle = "its layers with a window have scaled rotary positions"
        }
        return model
    }

    private func layer(_ index: Int, _ numbers: ModelConfiguration, _ parts: Parts) -> LayerDescription {
        let names = LayerNames(index)
        let isWindowed = parts.isWindowed[index]
        var attention = names.attention(
            numbers,
            rotation: isWindowed ? parts.windowRotation : parts.rotation,
            window: isWindowed ? parts.window : nil
        )
        attention.scale = parts.scale
        attention.softCap = parts.scoreCap
        if isThird { (attention.queryNorm, attention.keyNorm) = (names.queryNorm, names.keyNorm) }
        return LayerDescription(
            attentionNorm: names.attentionNorm,
            mixer: .attention(attention),
            attentionPostNorm: names.attentionPostNorm,
            mlpNorm: names.mlpNormAfterPost,
            mlp: names.mlp(.geluTanh),
            mlpPostNorm: names.mlpPostNorm
        )
    }

    private func settings(_ parts: Parts) -> [String: JSONValue] {
        func number(_ value: Float?) -> JSONValue { value.map { .number("\($0)") } ?? .null }
        let types = parts.isWindowed.map { JSONValue.string($0 ? "sliding_attention" : "full_attention") }
        // A whole number in the reference; the square of a square root may miss it by a little.
        let scalar = (1 / (parts.scale * parts.scale)).rounded()
        var settings: [String: JSONValue] = [
            "attention_bias": .bool(false), "attn_logit_softcapping": number(parts.scoreCap),
            "final_logit_softcapping": number(parts.logitCap),
            "hidden_activation": .string(Activation.geluTanh.rawValue), "layer_types": .array(types),
            "query_pre_attn_scalar": Int(exactly: scalar).map { .integer($0) } ?? number(scalar),
            "sliding_window": parts.window > 0 ? .integer(parts.window) : .null,
        ]
        guard isThird else { return settings.merging(parts.rotation.huggingFaceSettings) { own, _ in own } }
        settings["rope_local_base_freq"] = number(parts.windowRotation.base)
        let scaling = parts.rotation.huggingFaceSettings["rope_scaling"] ?? .null
        let full = (scaling.object ?? [JSONMember(key: "rope_type", value: .string("default"))])
        settings["rope_parameters"] = .sorted([
            "full_attention": .object(
                full + [JSONMember(key: "rope_theta", value: number(parts.rotation.base))]
            ),
            "sliding_attention": .sorted([
                "rope_theta": number(parts.windowRotation.base), "rope_type": .string("default"),
            ]),
        ])
        settings["rope_scaling"] = scaling
        return settings
    }

    private func ggufSettings(_ parts: Parts, period: Int) -> [GGUFSetting] {
        var settings = [
            GGUFSetting("attention.sliding_window", .integer(parts.window)),
            GGUFSetting("attention.sliding_window_pattern", .integer(period)),
        ]
        if isThird { settings.append(GGUFSetting("rope.freq_base_swa", .number(parts.windowRotation.base))) }
        if !isThird {
            settings.append(GGUFSetting("attn_logit_softcapping", .number(parts.scoreCap ?? 0)))
        }
        if !isThird || parts.logitCap != nil {
            settings.append(GGUFSetting("final_logit_softcapping", .number(parts.logitCap ?? 0)))
        }
        return settings
    }
}
