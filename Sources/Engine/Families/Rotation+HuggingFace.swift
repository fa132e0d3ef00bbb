extension HuggingFaceConfiguration {
    /// Rotary positions as `rope_parameters` or `rope_scaling` describe them.
    ///
    /// - Parameters:
    ///   - headDimension: D.
    ///   - base: The base if the file has none.
    ///   - width: How many of a head's numbers are rotated; nil for all.
    ///   - isInterleavedInGGUF: Whether GGUF files of the family have rows in pairs.
    ///   - parameters: The object to read instead of the file's own, for families with more than one.
    ///   - allowsPart: Whether `partial_rotary_factor` is part of `width` already.
    /// - Returns: The rotation.
    /// - Throws: `EngineError` `unsupported_architecture` naming a key that is not known.
    package func rotation(
        headDimension: Int,
        base: Double = 10_000,
        width: Int? = nil,
        isInterleavedInGGUF: Bool,
        parameters: JSONValue? = nil,
        allowsPart: Bool = false
    ) throws -> RotationDescription {
        if parameters == nil { try requireOneRotation(base: base) }
        let (key, value) = parameters.map { ("rope_parameters", $0) } ?? ownRotation
        let theta = (value["rope_theta"] ?? (parameters == nil ? config["rope_theta"] : nil))?.double ?? base
        if !allowsPart {
            for share in [value["partial_rotary_factor"], config["partial_rotary_factor"]] {
                if let share = share?.double, share != 1 {
                    throw unsupported("\(key).partial_rotary_factor is \(share), expected 1")
                }
            }
        }
        let scaling = try RotationReader(config: self, key: key, value: value).scaling()
        let count = (width ?? headDimension) / 2
        if case .long(let scaling) = scaling, scaling.short.count != count || scaling.long.count != count {
            throw malformed("\(key).short_factor or long_factor does not have \(count) numbers")
        }
        return RotationDescription(
            base: Float(theta),
            isInterleavedInGGUF: isInterleavedInGGUF,
            scaling: scaling,
            width: width
        )
    }

    /// The share of each head that is rotated; nil if the file does not say.
    package var rotatedShare: Double? {
        (ownRotation.1["partial_rotary_factor"] ?? config["partial_rotary_factor"])?.double
    }

    /// The object that describes the rotation, with its key.
    private var ownRotation: (String, JSONValue) {
        for key in ["rope_parameters", "rope_scaling"] {
            if let value = config[key], !value.isNeutral { return (key, value) }
        }
        return ("rope_scaling", .null)
    }

    /// Refuses `rope_parameters`, `rope_scaling` and `rope_theta` that say different things: transformers takes
    /// one, other readers another.
    ///
    /// - Parameter base: The base of the frequencies if the file has none.
    /// - Throws: `EngineError` `unsupported_architecture`, naming what differs.
    func requireOneRotation(base: Double) throws {
        let (key, value) = ownRotation
        if let own = value["rope_theta"]?.double, let other = config["rope_theta"]?.double, own != other {
            throw unsupported(
                "rope_theta is \(other) and \(key).rope_theta is \(own); remove the one that the model was not trained with"
            )
        }
        guard let new = config["rope_parameters"], let old = config["rope_scaling"], !new.isNeutral,
            !old.isNeutral
        else { return }
        let (ofNew, ofOld) = (spelledOut(new, base: base), spelledOut(old, base: base))
        let names = Set(ofNew.keys).union(ofOld.keys).sorted()
        guard let name = names.first(where: { ofNew[$0] != ofOld[$0] }) else { return }
        func text(_ value: JSONValue?) -> String {
            value.map { String(decoding: $0.encoded().prefix(80), as: UTF8.self) } ?? "missing"
        }
        throw unsupported(
            "rope_parameters and rope_scaling are both there and differ: \(name) is \(text(ofNew[name])) and "
                + "\(text(ofOld[name])); remove the one that the model was not trained with"
        )
    }

    /// The members of a description of rotary positions, with their defaults and in one spelling.
    private func spelledOut(_ value: JSONValue, base: Double) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for member in value.object ?? [] where !["rope_type", "type"].contains(member.key) {
            if member.value != .null { members[member.key] = Self.oneSpelling(member.value) }
        }
        members["rope_type"] = value["rope_type"] ?? value["type"] ?? .string("default")
        let others = [("rope_theta", base), ("partial_rotary_factor", 1)]
        for (key, usual) in others where members[key] == nil {
            members[key] = .number("\(config[key]?.double ?? usual)")
        }
        return members
    }

    /// Numbers as they are computed with: 8 and 8.0 are the same.
    private static func oneSpelling(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number: value.double.map { .number("\($0)") } ?? value
        case .array(let values): .array(values.map(oneSpelling))
        default: value
        }
    }
}

/// Reads the object that describes a rotation's scaling.
private struct RotationReader {
    let config: HuggingFaceConfiguration
    let key: String
    let value: JSONValue

    /// Keys that every kind may have.
    private static let common: Set<String> = [
        "rope_type", "type", "rope_theta", "partial_rotary_factor", "max_position_embeddings",
    ]

    func scaling() throws -> RotationScaling {
        let kind = (value["rope_type"] ?? value["type"])?.string ?? "default"
        switch kind {
        case "default": return .none
        case "linear":
            try know(["factor", "original_max_position_embeddings"])
            return .linear(factor: try number("factor"))
        case "llama3":
            try know([
                "factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings",
            ])
            return .llama3(
                Llama3Scaling(
                    factor: try number("factor"),
                    lowFrequencyFactor: try number("low_freq_factor"),
                    highFrequencyFactor: try number("high_freq_factor"),
                    originalContext: try context()
                )
            )
        case "yarn": return .yarn(try yarn())
        case "longrope", "su": return .long(try long())
        default:
            throw config.unsupported(
                "\(key) has type \"\(kind)\", expected default, linear, llama3, yarn or longrope"
            )
        }
    }

    private func yarn() throws -> YarnScaling {
        try know([
            "factor", "original_max_position_embeddings", "beta_fast", "beta_slow", "attention_factor",
            "mscale", "mscale_all_dim", "truncate",
        ])
        if value["truncate"]?.bool == false {
            throw config.unsupported("\(key).truncate is false, expected true")
        }
        let factor = try number("factor")
        return YarnScaling(
            factor: factor,
            originalContext: try context(),
            fast: try number("beta_fast", orElse: 32),
            slow: try number("beta_slow", orElse: 1),
            attentionFactor: try number(
                "attention_factor",
                orElse: YarnScaling.attentionFactor(
                    factor,
                    value["mscale"]?.double ?? 0,
                    value["mscale_all_dim"]?.double ?? 0
                )
            )
        )
    }

    private func long() throws -> LongScaling {
        try know([
            "factor", "short_factor", "long_factor", "original_max_position_embeddings", "attention_factor",
        ])
        let most = try config.integer("max_position_embeddings")
        let original =
            config.config["original_max_position_embeddings"]?.integer
            ?? value["original_max_position_embeddings"]?.integer ?? most
        let factor = value["factor"]?.double ?? Double(most) / Double(max(original, 1))
        return LongScaling(
            short: try numbers("short_factor"),
            long: try numbers("long_factor"),
            originalContext: original,
            context: most,
            attentionFactor: try number(
                "attention_factor",
                orElse: LongScaling.attentionFactor(factor, original)
            )
        )
    }

    private func know(_ keys: Set<String>) throws {
        for member in value.object ?? [] where !keys.union(Self.common).contains(member.key) {
            throw config.unsupported("\(key).\(member.key) is not known")
        }
    }

    private func context() throws -> Int {
        let found = value["original_max_position_embeddings"]?.integer
        let context = try found ?? config.integer("max_position_embeddings")
        guard context > 0 else {
            throw config.malformed(
                "\(key).original_max_position_embeddings is \(context), expected 1 or more"
            )
        }
        return context
    }

    private func number(_ name: String, orElse fallback: Float? = nil) throws -> Float {
        if let fallback, value[name]?.isNeutral ?? true { return fallback }
        guard let number = value[name]?.double, number > 0, number.isFinite else {
            throw wrong(name, "a positive number")
        }
        return Float(number)
    }

    private func wrong(_ name: String, _ expected: String) -> EngineError {
        let kind = (value["rope_type"] ?? value["type"])?.string ?? ""
        let found = value[name] == nil ? "is missing" : "is out of range"
        return config.unsupported("\(key) has type \"\(kind)\" whose \(name) \(found), expected \(expected)")
    }

    private func numbers(_ name: String) throws -> [Float] {
        let numbers = (value[name]?.array ?? []).compactMap(\.double)
        guard !numbers.isEmpty, numbers.count == value[name]?.array?.count,
            numbers.allSatisfy({ $0 > 0 && $0.isFinite })
        else { throw wrong(name, "a list of positive numbers") }
        return numbers.map { Float($0) }
    }
}

extension RotationDescription {
    /// What config.json of an export says about the scaling: `rope_scaling`, and keys beside it.
    var huggingFaceSettings: [String: JSONValue] {
        func number(_ value: Float) -> JSONValue { .number("\(value)") }
        func numbers(_ values: [Float]) -> JSONValue { .array(values.map(number)) }
        switch scaling {
        case .none: return [:]
        case .linear(let factor):
            return [
                "rope_scaling": .sorted([
                    "factor": number(factor), "rope_type": .string("linear"), "type": .string("linear"),
                ])
            ]
        case .llama3(let scaling):
            return [
                "rope_scaling": .sorted([
                    "factor": number(scaling.factor),
                    "high_freq_factor": number(scaling.highFrequencyFactor),
                    "low_freq_factor": number(scaling.lowFrequencyFactor),
                    "original_max_position_embeddings": .integer(scaling.originalContext),
                    "rope_type": .string("llama3"),
                ])
            ]
        case .yarn(let scaling):
            return [
                "rope_scaling": .sorted([
                    "attention_factor": number(scaling.attentionFactor),
                    "beta_fast": number(scaling.fast),
                    "beta_slow": number(scaling.slow),
                    "factor": number(scaling.factor),
                    "original_max_position_embeddings": .integer(scaling.originalContext),
                    "rope_type": .string("yarn"),
                    "type": .string("yarn"),
                ])
            ]
        case .long(let scaling):
            return [
                "max_position_embeddings": .integer(scaling.context),
                "original_max_position_embeddings": .integer(scaling.originalContext),
                "rope_scaling": .sorted([
                    "attention_factor": number(scaling.attentionFactor),
                    "long_factor": numbers(scaling.long),
                    "original_max_position_embeddings": .integer(scaling.originalContext),
                    "rope_type": .string("longrope"),
                    "short_factor": numbers(scaling.short),
                    "type": .string("longrope"),
                ]),
            ]
        }
    }
}
