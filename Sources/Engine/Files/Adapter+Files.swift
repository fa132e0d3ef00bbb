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
        for (key, tensors) in tensors where model.adapterGroup(of: key.module, layer: key.layer).count == 1 {
            content[model.adapterTensorName(key, "A")] = .init(
                shape: [rank, tensors.a.count / rank],
                values: tensors.a
            )
            content[model.adapterTensorName(key, "B")] = .init(
                shape: [tensors.b.count / rank, rank],
                values: tensors.b
            )
        }
        for layer in model.layers.indices {
            for group in groups(model, layer) {
                guard let whole = joined(group, layer, model), let first = group.first else { continue }
                let (key, most) = (AdapterKey(layer: layer, module: first), rank * group.count)
                content[model.adapterTensorName(key, "A")] = .init(
                    shape: [most, whole.a.count / most],
                    values: whole.a
                )
                content[model.adapterTensorName(key, "B")] = .init(
                    shape: [whole.b.count / most, most],
                    values: whole.b
                )
            }
        }
        return [
            FileContent(
                name: FileName.adapterConfiguration,
                bytes: configuration(model, baseModelName).encoded(indent: 2) + [UInt8(ascii: "\n")]
            ),
            FileContent(name: FileName.adapterWeights, bytes: SafetensorsWriter.encode(content)),
        ]
    }

    /// Linear layers that files keep as one and of which some have LoRA.
    private func groups(_ model: ModelDescription, _ layer: Int) -> [[TargetModule]] {
        var groups: [[TargetModule]] = []
        for module in targetModules {
            let group = model.adapterGroup(of: module, layer: layer)
            if group.count > 1, !groups.contains(group) { groups.append(group) }
        }
        return groups
    }

    /// The LoRA of a group as one of as many times the rank: A one below the other, B on the diagonal; zeros
    /// for a module without.
    private func joined(
        _ group: [TargetModule],
        _ layer: Int,
        _ model: ModelDescription
    ) -> AdapterTensors? {
        guard group.contains(where: { tensors[AdapterKey(layer: layer, module: $0)] != nil }) else {
            return nil
        }
        var whole = AdapterTensors(a: [], b: [])
        for (index, module) in group.enumerated() {
            let (outputs, inputs) = model.shape(of: module, layer: layer)
            let own = tensors[AdapterKey(layer: layer, module: module)]
            whole.a += own?.a ?? [Float](repeating: 0, count: rank * inputs)
            for row in 0..<outputs {
                var columns = [Float](repeating: 0, count: rank * group.count)
                if let own {
                    columns.replaceSubrange(
                        index * rank..<(index + 1) * rank,
                        with: own.b[row * rank..<(row + 1) * rank]
                    )
                }
                whole.b += columns
            }
        }
        return whole
    }

    private func configuration(_ model: ModelDescription, _ baseModelName: String) -> JSONValue {
        func number(_ value: Double) -> JSONValue {
            Int(exactly: value).map { .integer($0) } ?? .number("\(value)")
        }
        var (ranks, alphas): ([String: JSONValue], [String: JSONValue]) = ([:], [:])
        for layer in model.layers.indices {
            for group in groups(model, layer) {
                let (name, count) = (model.adapterModuleName(group[0], layer: layer), Double(group.count))
                ranks[name] = .integer(rank * group.count)
                alphas[name] = number(alpha * (usesRSLoRA ? count.squareRoot() : count))
            }
        }
        var names: [String] = []
        for module in targetModules {
            for layer in model.layers.indices {
                let name = model.adapterModuleName(module, layer: layer)
                if !names.contains(name) { names.append(name) }
            }
        }
        return .sorted([
            "alpha_pattern": .sorted(alphas),
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
            "lora_alpha": number(alpha),
            "lora_dropout": .number("0.0"),
            "megatron_config": .null,
            "megatron_core": .string("megatron.core"),
            "modules_to_save": .null,
            "peft_type": .string("LORA"),
            "r": .integer(rank),
            "rank_pattern": .sorted(ranks),
            "revision": .null,
            "target_modules": .array(names.map { .string($0) }),
            "task_type": .string("CAUSAL_LM"),
            "use_dora": .bool(false),
            "use_rslora": .bool(usesRSLoRA),
        ])
    }
}
