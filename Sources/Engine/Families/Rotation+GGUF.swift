extension GGUFMetadata {
    /// Rotary positions as `rope.scaling.*`, the older `rope.scale_linear`, and tensors describe them.
    ///
    /// - Parameters:
    ///   - headDimension: D.
    ///   - width: How many of a head's numbers are rotated; nil for all.
    ///   - isInterleavedInGGUF: Whether rows of query and key are in pairs.
    /// - Returns: The rotation.
    /// - Throws: `EngineError` `unsupported_architecture` or `model_malformed`, naming the key.
    package func rotation(
        headDimension: Int,
        width: Int? = nil,
        isInterleavedInGGUF: Bool
    ) throws -> RotationDescription {
        let theta = Float(try optionalDouble("rope.freq_base") ?? 10_000)
        return RotationDescription(
            base: theta,
            isInterleavedInGGUF: isInterleavedInGGUF,
            scaling: try scaling(width: width ?? headDimension, base: theta),
            width: width
        )
    }

    private func scaling(width: Int, base: Float) throws -> RotationScaling {
        // llama.cpp takes a missing type for "linear", and a missing factor for 1.
        let kind = try optionalString("rope.scaling.type") ?? "linear"
        let given = try optionalDouble("rope.scaling.factor") ?? optionalDouble("rope.scale_linear") ?? 0
        let factor = Float(given == 0 ? 1 : given)
        guard factor > 0, factor.isFinite else {
            throw unsupported("rope.scaling.factor", "\(given), expected a positive number")
        }
        if hasTensor("rope_factors_short.weight") || hasTensor("rope_factors_long.weight") {
            return .long(try long(width: width))
        }
        if kind != "yarn", let own = try optionalDouble("rope.scaling.attn_factor"), own != 1 {
            throw unsupported("rope.scaling.attn_factor", "\(own), expected 1 without yarn or longrope")
        }
        let divisors = try values("rope_freqs.weight", count: width / 2)
        switch kind {
        case "none", "linear":
            let factor = kind == "none" ? 1 : factor
            guard let divisors else { return factor == 1 ? .none : .linear(factor: factor) }
            let all = divisors.map { $0 * factor }
            if let fitting = Llama3Scaling.fitting(all, width: width, base: base) { return .llama3(fitting) }
            return .long(LongScaling(only: all, context: try integer("context_length")))
        case "yarn" where divisors == nil:
            guard given != 0 else { throw unsupported("rope.scaling.type", "\"yarn\" without a factor") }
            return .yarn(try yarn(factor))
        default:
            throw unsupported("rope.scaling.type", "\"\(kind)\", expected none, linear, yarn or longrope")
        }
    }

    private func yarn(_ factor: Float) throws -> YarnScaling {
        let rest = "rope.scaling.yarn_ext_factor"
        if let value = try optionalDouble(rest), value != 1 {
            throw unsupported(rest, "\(value), which is not supported")
        }
        let all = try logMultiplier()
        let own = try optionalDouble("rope.scaling.attn_factor") ?? 1
        let attentionFactor = Float(own) * YarnScaling.attentionFactor(factor, all == 0 ? 0 : 1, all)
        let context = try optionalInteger("rope.scaling.original_context_length")
        return YarnScaling(
            factor: factor,
            originalContext: try context ?? integer("context_length"),
            fast: Float(try optionalDouble("rope.scaling.yarn_beta_fast") ?? 32),
            slow: Float(try optionalDouble("rope.scaling.yarn_beta_slow") ?? 1),
            // A file may undo yarn's own factor, which two roundings must not make 0.99999994.
            attentionFactor: abs(attentionFactor - 1) < 1e-6 ? 1 : attentionFactor
        )
    }

    /// `mscale_all_dim` as llama.cpp keeps it, which reads it of Mistral 3 and takes the other one for 1.
    private func logMultiplier() throws -> Double {
        let key = "rope.scaling.yarn_log_multiplier"
        let value = try optionalDouble(key) ?? 0
        guard value == 0 || (architecture == "mistral3" && value > 0 && value.isFinite) else {
            throw unsupported(key, "\(value), which is not supported")
        }
        return value
    }

    private func long(width: Int) throws -> LongScaling {
        let short = try values("rope_factors_short.weight", count: width / 2)
        let long = try values("rope_factors_long.weight", count: width / 2)
        let most = try integer("context_length")
        let original = try optionalInteger("rope.scaling.original_context_length") ?? most
        guard let short, let long else {
            throw unsupported(
                "one of the tensors rope_factors_short.weight and rope_factors_long.weight is missing"
            )
        }
        return LongScaling(
            short: short,
            long: long,
            originalContext: original,
            context: most,
            attentionFactor: Float(try double("rope.scaling.attn_factor"))
        )
    }

    /// A small tensor's values; nil without it.
    private func values(_ name: String, count: Int) throws -> [Float]? {
        guard let tensor = file.tensors[name] else { return nil }
        guard tensor.shape == [count] else {
            throw unsupported("tensor \(name) has shape \(tensor.shape), expected [\(count)]")
        }
        let values = try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            try CheckedKernels.dequantize(
                type: tensor.type,
                from: file.bytes(of: tensor),
                into: UnsafeMutableBufferPointer(rebasing: buffer[..<count])
            )
            initialized = count
        }
        guard values.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw unsupported("tensor \(name) holds numbers that are not positive")
        }
        return values
    }
}

extension RotationDescription {
    /// What GGUF metadata of an export say about the scaling, besides the base.
    var ggufSettings: [GGUFSetting] {
        switch scaling {
        case .none, .llama3: return []
        case .linear(let factor):
            return [
                GGUFSetting("rope.scaling.type", .text("linear")),
                GGUFSetting("rope.scaling.factor", .number(factor)),
            ]
        case .yarn(let scaling):
            let own = scaling.attentionFactor / YarnScaling.attentionFactor(scaling.factor, 0, 0)
            return [
                GGUFSetting("rope.scaling.type", .text("yarn")),
                GGUFSetting("rope.scaling.factor", .number(scaling.factor)),
                GGUFSetting("rope.scaling.original_context_length", .integer(scaling.originalContext)),
                GGUFSetting("rope.scaling.yarn_beta_fast", .number(scaling.fast)),
                GGUFSetting("rope.scaling.yarn_beta_slow", .number(scaling.slow)),
            ] + (own == 1 ? [] : [GGUFSetting("rope.scaling.attn_factor", .number(own))])
        case .long(let scaling) where scaling.isFixed: return []
        case .long(let scaling):
            return [
                GGUFSetting("context_length", .integer(scaling.context)),
                GGUFSetting("rope.scaling.attn_factor", .number(scaling.attentionFactor)),
                GGUFSetting("rope.scaling.original_context_length", .integer(scaling.originalContext)),
            ]
        }
    }

    /// Tensors that GGUF files keep the scaling in, by name.
    func ggufTensors(headDimension: Int) -> [String: [Float]] {
        switch scaling {
        case .none, .linear, .yarn: return [:]
        case .llama3(let scaling):
            return ["rope_freqs.weight": scaling.divisors(width: width ?? headDimension, base: base)]
        case .long(let scaling) where scaling.isFixed: return ["rope_freqs.weight": scaling.short]
        case .long(let scaling):
            return ["rope_factors_long.weight": scaling.long, "rope_factors_short.weight": scaling.short]
        }
    }
}
