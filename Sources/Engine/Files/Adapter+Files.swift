package import Loop

extension Adapter {
    /// The two files of a PEFT adapter directory.
    ///
    /// - Parameters:
    ///   - model: The model it belongs to; PEFT builds on its names.
    ///   - baseModelName: `base_model_name_or_path`.
    /// - Returns: `adapter_config.json` (keys sorted, indent 2) and `adapter_model.safetensors` (f32).
    /// - Throws: `EngineError` of code `not_finite` when a value is NaN or infinite.
    package func files(of model: ModelDescription, baseModelName: String) throws -> [FileContent] {
        guard isFinite else {
            throw EngineError(
                .notFinite,
                "cannot write the adapter: a value is NaN or infinite; lower finetune.learningRate"
            )
        }
        var content: [String: SafetensorsWriter.Tensor] = [:]
        for (key, tensors) in tensors {
            content[model.adapterTensorName(key, "A")] = .init(
                shape: [rank, tensors.a.count / rank],
                values: tensors.a
            )
            content[model.adapterTensorName(key, "B")] = .init(
                shape: [tensors.b.count / rank, rank],
                values: tensors.b
            )
        }
        return [
            FileContent(
                name: FileName.adapterConfiguration,
                bytes: configuration(model, baseModelName).encoded(indent: 2) + [UInt8(ascii: "\n")]
            ),
            FileContent(name: FileName.adapterWeights, bytes: SafetensorsWriter.encode(content)),
        ]
    }

    private func configuration(_ model: ModelDescription, _ baseModelName: String) -> JSONValue {
        let whole = Int(exactly: alpha)
        return .sorted([
            "alpha_pattern": .object([]),
            "auto_mapping": .null,
            "base_model_name_or_path": .string(baseModelName),
            "bias": .string("none"),
            "fan_in_fan_out": .bool(false),
            "inference_mode": .bool(true),
            "init_lora_weights": .bool(true),
            "layer_replication": .null,
            "layers_pattern": .null,
            "layers_to_transform": .null,
            "loftq_config": .object([]),
            "lora_alpha": whole.map { .integer($0) } ?? .number("\(alpha)"),
            "lora_dropout": .number("0.0"),
            "megatron_config": .null,
            "megatron_core": .string("megatron.core"),
            "modules_to_save": .null,
            "peft_type": .string("LORA"),
            "r": .integer(rank),
            "rank_pattern": .object([]),
            "revision": .null,
            "target_modules": .array(targetModules.map { .string(model.adapterModuleName($0)) }),
            "task_type": .string("CAUSAL_LM"),
            "use_dora": .bool(false),
            "use_rslora": .bool(usesRSLoRA),
        ])
    }
}
