import Loop

extension ModelDescription {
    /// All tensors of the model, in file order of Hugging Face.
    package var tensorNames: [TensorName] {
        var names: [TensorName] = [.embedding]
        for index in layers.indices { names += tensors(ofLayer: index).map { .layer(index, $0) } }
        names.append(.finalNorm)
        if !numbers.tiesEmbeddings { names.append(.outputProjection) }
        return names
    }

    /// Number of parameters; a tied embedding counts once.
    package var parameterCount: Int {
        tensorNames.reduce(0) { $0 + shape(of: $1).reduce(1, *) }
    }

    /// Row-major shape: [out, in] for matrices, [out] for biases, [C] or [D] for norms.
    package func shape(of name: TensorName) -> [Int] {
        let n = numbers
        switch name {
        case .embedding, .outputProjection: return [n.vocabularyCount, n.hiddenSize]
        case .finalNorm, .layer(_, .attentionNorm), .layer(_, .mlpNorm): return [n.hiddenSize]
        case .layer(_, .queryNorm), .layer(_, .keyNorm): return [n.headDimension]
        case .layer(_, .bias(let module)): return [n.shape(of: module).outputs]
        case .layer(_, let tensor):
            guard let module = tensor.targetModule else { return [] }
            let (outputs, inputs) = n.shape(of: module)
            return [outputs, inputs]
        }
    }

    /// Its name in a GGUF file; nil if the model has no such tensor.
    func ggufName(of name: TensorName) -> String? { spelling(of: name, \.gguf) }

    /// Its name in a Hugging Face file; nil if the model has no such tensor.
    func huggingFaceName(of name: TensorName) -> String? { spelling(of: name, \.huggingFace) }

    /// The order of a tensor's rows in GGUF files; nil if it is Hugging Face's.
    func ropeOrder(of name: TensorName) -> RopeOrder? {
        guard case .layer(let layer, let tensor) = name, layers.indices.contains(layer),
            layers[layer].attention.rotation?.isInterleavedInGGUF == true
        else { return nil }
        switch tensor {
        case .query, .key, .queryNorm, .keyNorm, .bias(.query), .bias(.key):
            return RopeOrder(headDimension: numbers.headDimension)
        default: return nil
        }
    }

    /// Whether any layer normalises its query or key heads.
    var hasHeadNorms: Bool {
        layers.contains { $0.attention.queryNorm != nil || $0.attention.keyNorm != nil }
    }

    // MARK: Adapters

    /// The key of a LoRA tensor in a PEFT file; `part` is A or B.
    func adapterTensorName(_ key: AdapterKey, _ part: String) -> String {
        "base_model.model.\(layers[key.layer].linear(key.module).name.huggingFace).lora_\(part).weight"
    }

    /// What PEFT calls a linear layer: the last word of its name.
    func adapterModuleName(_ module: TargetModule) -> String {
        let name = layers.first?.linear(module).name.huggingFace ?? module.rawValue
        return name.split(separator: ".").last.map(String.init) ?? name
    }

    private func tensors(ofLayer index: Int) -> [LayerTensor] {
        let layer = layers[index]
        func linear(_ modules: [TargetModule]) -> [LayerTensor] {
            modules.flatMap { layer.linear($0).hasBias ? [$0.layerTensor, .bias($0)] : [$0.layerTensor] }
        }
        return [.attentionNorm] + linear([.query, .key, .value, .output])
            + (layer.attention.queryNorm == nil ? [] : [.queryNorm])
            + (layer.attention.keyNorm == nil ? [] : [.keyNorm])
            + [.mlpNorm] + linear([.gate, .up, .down])
    }

    private func spelling(of name: TensorName, _ format: KeyPath<ModuleName, String>) -> String? {
        let module: ModuleName?
        var kind = "weight"
        switch name {
        case .embedding: module = embedding
        case .finalNorm: module = finalNorm
        case .outputProjection: module = head
        case .layer(let index, let tensor):
            guard layers.indices.contains(index) else { return nil }
            let layer = layers[index]
            switch tensor {
            case .attentionNorm: module = layer.attentionNorm
            case .mlpNorm: module = layer.mlpNorm
            case .queryNorm: module = layer.attention.queryNorm
            case .keyNorm: module = layer.attention.keyNorm
            case .bias(let target):
                kind = "bias"
                module = layer.linear(target).hasBias ? layer.linear(target).name : nil
            case .query, .key, .value, .output, .gate, .up, .down:
                module = tensor.targetModule.map { layer.linear($0).name }
            }
        }
        return module.map { "\($0[keyPath: format]).\(kind)" }
    }
}

extension LayerDescription {
    /// One of the layer's linear layers.
    func linear(_ module: TargetModule) -> LinearDescription {
        switch module {
        case .query: attention.query
        case .key: attention.key
        case .value: attention.value
        case .output: attention.output
        case .gate: mlp.gate
        case .up: mlp.up
        case .down: mlp.down
        }
    }
}

/// The order in which GGUF files keep rows of query and key: pairs of rotary positions side by side.
struct RopeOrder {
    /// D, the width of one head.
    let headDimension: Int

    /// Where Hugging Face's row is in a GGUF file: row s·D/2 + j of a head is stored as 2j + s.
    func storedRow(_ row: Int) -> Int {
        let (head, inner) = row.quotientAndRemainder(dividingBy: headDimension)
        let (side, index) = inner.quotientAndRemainder(dividingBy: headDimension / 2)
        return head * headDimension + 2 * index + side
    }
}
