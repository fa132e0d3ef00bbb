import Foundation
import Loop

extension Adapter {
    /// Reads a PEFT adapter directory and compares every shape with a model's.
    ///
    /// - Parameters:
    ///   - directory: Holds `adapter_config.json` and `adapter_model.safetensors` (F32, F16 or BF16).
    ///   - model: The model it must fit.
    /// - Returns: The adapter, widened to f32.
    /// - Throws: `EngineError` of code `adapter_malformed`, or `adapter_mismatch` naming tensor and shapes.
    package static func read(_ directory: String, for model: ModelDescription) throws -> Adapter {
        let path = "\(directory)/\(FileName.adapterConfiguration)"
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw EngineError(
                .adapterMalformed,
                "cannot read adapter \(path): there is no such file; give a PEFT adapter directory"
            )
        }
        let config: JSONValue
        do {
            config = try JSONParser.parse(Array(bytes))
        } catch {
            throw EngineError(
                .adapterMalformed,
                "cannot read adapter \(path): it is not JSON: \(error); get the adapter again",
                cause: error
            )
        }
        let reader = AdapterConfigurationReader(config: config, path: path, model: model)
        let (parts, usesRSLoRA) = try reader.parts()
        let weights = "\(directory)/\(FileName.adapterWeights)"
        guard FileManager.default.fileExists(atPath: weights) else {
            throw EngineError(
                .adapterMalformed,
                "cannot read adapter \(weights): there is no such file; give a PEFT adapter directory"
            )
        }
        let file = try SafetensorsFile(path: weights, code: .adapterMalformed)
        return try Adapter(file, parts, usesRSLoRA: usesRSLoRA, model)
    }

    /// Reads the tensors of a file.
    ///
    /// Layers with ranks or scales of their own become one rank and one scale: rows of zeros fill A, columns
    /// of zeros fill B, B takes the rest of the scale, and layers without LoRA have zeros alone.
    private init(
        _ file: SafetensorsFile,
        _ parts: [AdapterKey: AdapterPart],
        usesRSLoRA: Bool,
        _ model: ModelDescription
    ) throws {
        var left = Set(file.tensors.keys)
        var read: [AdapterKey: (part: AdapterPart, tensors: AdapterTensors)] = [:]
        for (key, part) in parts.sorted(by: { $0.key < $1.key }) {
            let group = model.adapterGroup(of: key.module, layer: key.layer)
            // What files keep as one has one LoRA, which its first part reads for all.
            guard group.first == key.module else { continue }
            let inputs = model.shape(of: key.module, layer: key.layer).inputs
            let rows = group.map { model.shape(of: $0, layer: key.layer).outputs }
            let (a, b) = (model.adapterTensorName(key, "A"), model.adapterTensorName(key, "B"))
            left.subtract([a, b])
            let whole = AdapterTensors(
                a: try Self.read(a, [part.rank, inputs], file),
                b: try Self.read(b, [rows.reduce(0, +), part.rank], file)
            )
            let own = part.split(whole, rows: rows, usesRSLoRA: usesRSLoRA)
            for (module, own) in zip(group, own) { read[AdapterKey(layer: key.layer, module: module)] = own }
        }
        let modules = Self.usedModules(read.mapValues(\.tensors), model)
        let kept = read.filter { modules.contains($0.key.module) }
        let own = kept.values.map(\.part)
        let isUniform = Set(own).count == 1 && kept.count == modules.count * model.layers.count
        let most = own.map(\.rank).max() ?? 1
        if !isUniform { try Self.checkPadding(kept, of: modules, to: most, model, file.file.path) }
        let scales = own.map { $0.scale(usesRSLoRA: usesRSLoRA) }
        let scale = scales.max { (abs($0), $0) < (abs($1), $1) } ?? 0
        let alpha = usesRSLoRA ? scale * Double(most).squareRoot() : scale * Double(most)
        self.init(
            rank: most,
            alpha: isUniform ? own.first?.alpha ?? alpha : alpha,
            usesRSLoRA: usesRSLoRA,
            targetModules: Array(modules),
            tensors: [:]
        )
        self.isUniform = isUniform
        for layer in model.layers.indices {
            for module in targetModules {
                let key = AdapterKey(layer: layer, module: module)
                let (outputs, inputs) = model.shape(of: module, layer: layer)
                guard let (part, found) = kept[key] else {
                    tensors[key] = AdapterTensors(
                        a: [Float](repeating: 0, count: most * inputs),
                        b: [Float](repeating: 0, count: outputs * most)
                    )
                    continue
                }
                let factor = self.scale == 0 ? 1 : part.scale(usesRSLoRA: usesRSLoRA) / self.scale
                tensors[key] =
                    isUniform ? found : found.widened(from: part.rank, to: most, times: Float(factor))
            }
        }
        if let extra = left.min() {
            throw EngineError(
                .adapterMismatch,
                "cannot use adapter \(file.file.path): the model of \(model.layers.count) layers with "
                    + "\(targetModules.map(\.rawValue).joined(separator: " ")) has no place for tensor \(extra); "
                    + "use an adapter made for this model"
            )
        }
    }

    /// Refuses ranks so far apart that what is kept would be many times what the file holds.
    private static func checkPadding(
        _ kept: [AdapterKey: (part: AdapterPart, tensors: AdapterTensors)],
        of modules: Set<TargetModule>,
        to most: Int,
        _ model: ModelDescription,
        _ path: String
    ) throws {
        let read = kept.values.reduce(0) { $0 + $1.tensors.a.count + $1.tensors.b.count }
        let padded = most * model.sizes(of: modules)
        guard padded > max(16 * read, 1 << 26) else { return }
        throw EngineError(
            .adapterMismatch,
            "cannot use adapter \(path): one rank is \(most) and others are so much lower that it would take \(padded) numbers "
                + "in place of \(read); merge it into the model, or train it with ranks that are alike"
        )
    }

    /// The modules that carry LoRA: all but parts of one tensor that are zero in every layer, which an export
    /// without them has in their place.
    private static func usedModules(
        _ tensors: [AdapterKey: AdapterTensors],
        _ model: ModelDescription
    ) -> Set<TargetModule> {
        let used = tensors.filter { key, own in
            model.adapterGroup(of: key.module, layer: key.layer).count == 1 || own.a.contains { $0 != 0 }
                || own.b.contains { $0 != 0 }
        }
        return Set((used.isEmpty ? tensors : used).keys.map(\.module))
    }

    private static func read(_ name: String, _ expected: [Int], _ file: SafetensorsFile) throws -> [Float] {
        guard let tensor = file.tensors[name], tensor.shape == expected else {
            let found = file.tensors[name].map { "has shape \($0.shape)" } ?? "is missing"
            throw EngineError(
                .adapterMismatch,
                "cannot use adapter \(file.file.path): tensor \(name) \(found), this model needs \(expected); "
                    + "use an adapter made for this model"
            )
        }
        let count = expected.reduce(1, *)
        return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            try file.read(tensor, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialized = count
        }
    }
}

/// Reads `adapter_config.json` and refuses what would change the mathematics.
private struct AdapterConfigurationReader {
    let config: JSONValue
    let path: String
    let model: ModelDescription

    /// Settings without influence on the merged weights: where the adapter comes from, how it was trained.
    private static let harmless: Set<String> = [
        "auto_mapping", "base_model_name_or_path", "inference_mode", "lora_dropout", "megatron_core",
        "peft_version", "qalora_group_size", "revision", "task_type",
    ]
    /// Settings read below.
    private static let known: Set<String> = [
        "alpha_pattern", "bias", "exclude_modules", "init_lora_weights", "layers_pattern",
        "layers_to_transform", "lora_alpha", "peft_type", "r", "rank_pattern", "target_modules", "use_rslora",
    ]

    /// The linear layers that carry LoRA, and whether scales divide by √R.
    func parts() throws -> (parts: [AdapterKey: AdapterPart], usesRSLoRA: Bool) {
        guard let members = config.object else { throw malformed("it is not an object") }
        for member in members where !Self.harmless.contains(member.key) && !Self.known.contains(member.key) {
            guard member.value.isNeutral else {
                throw malformed("\(member.key) is \(text(member.value)), which is not supported")
            }
        }
        let kind = config["peft_type"]?.string ?? "missing"
        guard kind == "LORA" else { throw malformed("peft_type is \(kind), expected LORA") }
        let bias = config["bias"]?.string ?? "none"
        guard bias == "none" else { throw malformed("bias is \"\(bias)\", expected \"none\"") }
        try checkInitialisation()
        // Without these PEFT takes its defaults: rank 8, alpha 8.
        let rank = config["r"].map(\.integer) ?? 8
        guard let rank, (1...Adapter.mostRank).contains(rank) else {
            throw malformed("r is \(config["r"].map(text) ?? ""), expected 1...\(Adapter.mostRank)")
        }
        let alpha = config["lora_alpha"].map(\.double) ?? 8
        guard let alpha, alpha.isFinite else {
            throw malformed("lora_alpha is \(config["lora_alpha"].map(text) ?? ""), expected a number")
        }
        let stabilised = config["use_rslora"] ?? .null
        guard stabilised.isNeutral || stabilised.bool == true else {
            throw malformed("use_rslora is \(text(stabilised)), expected true or false")
        }
        do {
            let parts = try AdapterTargets(config, model).parts(rank: rank, alpha: alpha)
            return (parts, stabilised.bool ?? false)
        } catch {
            throw malformed(error.text)
        }
    }

    /// Some initialisations also change the base weights, so that A and B alone are not the whole adapter.
    private func checkInitialisation() throws {
        guard let value = config["init_lora_weights"], !value.isNeutral, value.bool != true else { return }
        guard ["gaussian", "eva", "orthogonal"].contains(value.string) else {
            throw malformed("init_lora_weights is \(text(value)), which changes the base weights")
        }
    }

    private func text(_ value: JSONValue) -> String {
        String(decoding: value.encoded().prefix(80), as: UTF8.self)
    }

    private func malformed(_ problem: String) -> EngineError {
        EngineError(
            .adapterMalformed,
            "cannot read adapter \(path): \(problem); use a plain LoRA adapter as PEFT writes it"
        )
    }
}
