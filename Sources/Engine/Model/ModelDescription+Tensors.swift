import Loop

extension ModelDescription {
    /// All tensors of the model, in file order of Hugging Face.
    package var tensorNames: [TensorName] {
        var names: [TensorName] = [.embedding]
        for index in layers.indices { names += tensors(ofLayer: index).map { .layer(index, $0) } }
        names.append(.finalNorm)
        if hasFinalLayerNorm { names.append(.finalNormBias) }
        if !numbers.tiesEmbeddings { names.append(.outputProjection) }
        if headHasBias { names.append(.outputProjectionBias) }
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
        case .finalNorm, .layer(_, .attentionNorm), .layer(_, .attentionPostNorm), .layer(_, .mlpNorm),
            .layer(_, .mlpPostNorm), .finalNormBias, .layer(_, .attentionNormBias), .layer(_, .mlpNormBias):
            return [n.hiddenSize]
        case .outputProjectionBias: return [n.vocabularyCount]
        case .layer(let layer, .queryNorm): return [normWidth(layer, n.queryWidth)]
        case .layer(let layer, .keyNorm): return [normWidth(layer, n.keyValueWidth)]
        case .layer(let layer, .kernel): return [n.hiddenSize, layers[layer].convolution?.length ?? 0]
        case .layer(let layer, .bias(let module)): return [shape(of: module, layer: layer).outputs]
        case .layer(let layer, let tensor):
            guard let module = tensor.targetModule else { return [] }
            let (outputs, inputs) = shape(of: module, layer: layer)
            return [outputs, inputs]
        }
    }

    /// Width of a norm of query or key.
    private func normWidth(_ layer: Int, _ whole: Int) -> Int {
        layers[layer].attention?.isNormPerHead == false ? whole : numbers.headDimension
    }

    /// The shape of the tensor in a file that holds it, alone or with others.
    func storedShape(of name: TensorName, in format: ModelFormat) -> [Int] {
        var shape = shape(of: name)
        if let part = part(of: name, in: format) { shape[0] = part.total }
        // PyTorch keeps a convolution's inputs in a dimension of their own; each channel has one.
        if format == .huggingFace, case .layer(_, .kernel) = name { shape.insert(1, at: 1) }
        return shape
    }

    /// Which rows of its tensor in a file it is; nil for all.
    func part(of name: TensorName, in format: ModelFormat) -> TensorPart? {
        guard case .layer(let layer, let tensor) = name else { return nil }
        let module: TargetModule? = if case .bias(let module) = tensor { module } else { tensor.targetModule }
        let part = module.flatMap { layers[layer].linear($0)?.part }
        return part?.isAlone(in: format) == true ? nil : part
    }

    /// What a file's values lack to be what is computed with: 1 in Hugging Face files of families that
    /// multiply by 1 + w; their GGUF files hold 1 + w.
    func huggingFaceOffset(of name: TensorName) -> Float {
        switch name {
        case .finalNorm, .layer(_, .attentionNorm), .layer(_, .attentionPostNorm), .layer(_, .mlpNorm),
            .layer(_, .mlpPostNorm), .layer(_, .queryNorm), .layer(_, .keyNorm):
            normOffset
        default: 0
        }
    }

    /// What GGUF files divide rotary frequencies by, as tensors of their own by name.
    var ggufRotaryTensors: [String: [Float]] {
        mainRotation?.ggufTensors(headDimension: numbers.headDimension) ?? [:]
    }

    /// The rotation that files describe first: that of layers without a window, if there are some.
    var mainRotation: RotationDescription? {
        let rotated = layers.compactMap(\.attention).filter { $0.rotation != nil }
        return (rotated.first { $0.window == nil } ?? rotated.first)?.rotation
    }

    /// Its name in a GGUF file; nil if the model has no such tensor.
    func ggufName(of name: TensorName) -> String? { spelling(of: name, \.gguf) }

    /// Its name in a Hugging Face file; nil if the model has no such tensor.
    func huggingFaceName(of name: TensorName) -> String? { spelling(of: name, \.huggingFace) }

    /// Its name in a file; nil if the model has no such tensor.
    func name(of name: TensorName, in format: ModelFormat) -> String? {
        switch format {
        case .gguf: ggufName(of: name)
        case .huggingFace: huggingFaceName(of: name)
        }
    }

    /// The order of a tensor's rows in GGUF files; nil if it is Hugging Face's.
    func ropeOrder(of name: TensorName) -> RopeOrder? {
        guard case .layer(let layer, let tensor) = name, layers.indices.contains(layer),
            let attention = layers[layer].attention,
            attention.isInterleavedInGGUF || attention.rotation?.isInterleavedInGGUF == true
        else { return nil }
        switch tensor {
        case .query, .key, .queryNorm, .keyNorm, .bias(.query), .bias(.key):
            return RopeOrder(headDimension: numbers.headDimension)
        default: return nil
        }
    }

    /// Whether any layer changes what its mixer or MLP adds.
    var hasBranches: Bool {
        layers.contains {
            $0.attentionPostNorm != nil || $0.mlpPostNorm != nil || $0.residualScale != 1
        }
    }

    /// Whether any layer caps its attention scores.
    var hasSoftCaps: Bool { layers.contains { $0.attention?.softCap != nil } }

    /// Whether any layer normalises its query or key heads.
    var hasHeadNorms: Bool {
        layers.contains { $0.attention?.queryNorm != nil || $0.attention?.keyNorm != nil }
    }

    /// The tensors of a file by their names in it; those that the file keeps as one come together, in order.
    func stored(in format: ModelFormat) -> [StoredTensor] {
        var tensors: [StoredTensor] = []
        var places: [String: Int] = [:]
        for name in tensorNames {
            guard let key = self.name(of: name, in: format) else { continue }
            if let place = places[key] {
                tensors[place].parts.append(name)
            } else {
                places[key] = tensors.count
                tensors.append(
                    StoredTensor(key: key, shape: storedShape(of: name, in: format), parts: [name])
                )
            }
        }
        return tensors
    }

    // MARK: Adapters

    /// The key of a LoRA tensor in a PEFT file; `part` is A or B.
    func adapterTensorName(_ key: AdapterKey, _ part: String) -> String {
        "base_model.model.\(adapterLayerName(key)).lora_\(part).weight"
    }

    /// The name of a linear layer that PEFT builds on.
    func adapterLayerName(_ key: AdapterKey) -> String {
        layers[key.layer].linear(key.module)?.name.huggingFace ?? key.module.rawValue
    }

    /// What PEFT calls a linear layer: the last word of its name.
    func adapterModuleName(_ module: TargetModule, layer: Int) -> String {
        let name = layers[layer].linear(module)?.name.huggingFace ?? module.rawValue
        return name.split(separator: ".").last.map(String.init) ?? name
    }

    /// The linear layers that files keep in one tensor, first rows first, which have one LoRA there; any
    /// other is alone.
    func adapterGroup(of module: TargetModule, layer index: Int) -> [TargetModule] {
        let layer = layers[index]
        guard let own = layer.linear(module), own.part?.isAlone(in: .huggingFace) == false else {
            return [module]
        }
        return TargetModule.allCases.filter { layer.linear($0)?.name.huggingFace == own.name.huggingFace }
            .sorted { (layer.linear($0)?.part?.first ?? 0) < (layer.linear($1)?.part?.first ?? 0) }
    }

    /// The linear layers that the model has, of some; only a gate may be missing.
    func present(_ modules: [TargetModule]) -> [TargetModule] {
        modules.filter { layers.first?.linear($0) != nil }
    }

    private func tensors(ofLayer index: Int) -> [LayerTensor] {
        let layer = layers[index]
        func linear(_ modules: [TargetModule]) -> [LayerTensor] {
            modules.flatMap { module -> [LayerTensor] in
                guard let linear = layer.linear(module) else { return [] }
                return linear.hasBias ? [module.layerTensor, .bias(module)] : [module.layerTensor]
            }
        }
        func norm(_ tensor: LayerTensor, _ name: ModuleName?) -> [LayerTensor] { name == nil ? [] : [tensor] }
        func bias(_ tensor: LayerTensor, _ name: ModuleName?) -> [LayerTensor] {
            layer.hasLayerNorms ? norm(tensor, name) : []
        }
        return norm(.attentionNorm, layer.attentionNorm) + linear([.query, .key, .value, .output])
            + norm(.queryNorm, layer.attention?.queryNorm) + norm(.keyNorm, layer.attention?.keyNorm)
            + norm(.kernel, layer.convolution?.kernel)
            + norm(.attentionPostNorm, layer.attentionPostNorm) + norm(.mlpNorm, layer.mlpNorm)
            + linear([.gate, .up, .down]) + norm(.mlpPostNorm, layer.mlpPostNorm)
            + bias(.attentionNormBias, layer.attentionNorm) + bias(.mlpNormBias, layer.mlpNorm)
    }

    private func spelling(of name: TensorName, _ format: KeyPath<ModuleName, String>) -> String? {
        let module: ModuleName?
        var kind = "weight"
        switch name {
        case .embedding: module = embedding
        case .finalNorm: module = finalNorm
        case .outputProjection: module = head
        case .finalNormBias: (module, kind) = (hasFinalLayerNorm ? finalNorm : nil, "bias")
        case .outputProjectionBias: (module, kind) = (headHasBias ? head : nil, "bias")
        case .layer(let index, let tensor):
            guard layers.indices.contains(index) else { return nil }
            let layer = layers[index]
            switch tensor {
            case .attentionNorm: module = layer.attentionNorm
            case .attentionPostNorm: module = layer.attentionPostNorm
            case .mlpNorm: module = layer.mlpNorm
            case .mlpPostNorm: module = layer.mlpPostNorm
            case .attentionNormBias: (module, kind) = (layer.attentionNorm, "bias")
            case .mlpNormBias: (module, kind) = (layer.mlpNorm, "bias")
            case .queryNorm: module = layer.attention?.queryNorm
            case .keyNorm: module = layer.attention?.keyNorm
            case .kernel: module = layer.convolution?.kernel
            case .bias(let target):
                kind = "bias"
                module = layer.linear(target)?.hasBias == true ? layer.linear(target)?.name : nil
            case .query, .key, .value, .output, .gate, .up, .down:
                module = tensor.targetModule.flatMap { layer.linear($0)?.name }
            }
        }
        return module.map { "\($0[keyPath: format]).\(kind)" }
    }
}

extension LayerDescription {
    /// One of the layer's linear layers; nil for a gate that it lacks.
    func linear(_ module: TargetModule) -> LinearDescription? {
        switch module {
        case .query, .key, .value, .output: mixer.linear(module)
        case .gate: mlp.gate
        case .up: mlp.up
        case .down: mlp.down
        }
    }
}

extension MixerDescription {
    /// One of the mixer's linear layers; `output` stands for those of the MLP, which it has not.
    fileprivate func linear(_ module: TargetModule) -> LinearDescription {
        switch (self, module) {
        case (.attention(let attention), .query): attention.query
        case (.attention(let attention), .key): attention.key
        case (.attention(let attention), .value): attention.value
        case (.attention(let attention), _): attention.output
        case (.convolution(let convolution), .query): convolution.gate
        case (.convolution(let convolution), .key): convolution.outputGate
        case (.convolution(let convolution), .value): convolution.input
        case (.convolution(let convolution), _): convolution.output
        }
    }
}

/// A tensor of a file, and what it holds from its first row to its last.
struct StoredTensor {
    let key: String
    let shape: [Int]
    var parts: [TensorName]

    /// Whether it is a convolution's weight, which llama.cpp wants in f32.
    var isKernel: Bool {
        if case .layer(_, .kernel)? = parts.first { true } else { false }
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
