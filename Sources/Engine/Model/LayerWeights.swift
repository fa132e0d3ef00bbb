import Loop

/// One layer's weights; Q, K and V are one matrix, gate and up another.
struct LayerWeights {
    /// The order in which linear layers are read.
    static let readingOrder: [TargetModule] = [.query, .key, .value, .output, .gate, .up, .down]

    /// What is computed with them.
    let description: LayerDescription
    /// The norms before and after attention and MLP.
    let norms: LayerNorms
    /// Q, K and V stacked [(H + 2G) D, C]; what gives B, C and x of a convolution [3C, C].
    let queryKeyValue: PackedMatrix
    /// Their biases [(H + 2G) D], zero if one has none; nil if none has.
    let queryKeyValueBias: FloatBuffer?
    /// Weight of the norm of each query head [D], or of all [H D].
    let queryNorm: FloatBuffer?
    /// Weight of the norm of each key head [D], or of all [G D].
    let keyNorm: FloatBuffer?
    /// Rotary positions; nil for a layer without.
    let rotaryTable: RotaryTable?
    /// A convolution's weight [L, C], the token furthest back first; nil for attention.
    let kernel: FloatBuffer?
    /// The layer's number among those with a convolution.
    let convolutionIndex: Int
    /// Attention output [C, H D], or a convolution's [C, C].
    let output: PackedMatrix
    /// Its bias [C].
    let outputBias: FloatBuffer?
    /// Gate and up stacked [2F, C]; up alone [F, C] without a gate.
    let gateUp: PackedMatrix
    /// Their biases.
    let gateUpBias: FloatBuffer?
    /// Down projection [C, F].
    let down: PackedMatrix
    /// Its bias [C].
    let downBias: FloatBuffer?

    /// Allocates a layer, all zero.
    ///
    /// - Parameters:
    ///   - layer: What it holds.
    ///   - c: Its size.
    ///   - format: How matrices are held; norms and biases are always f32.
    ///   - rotaryTable: The table of its rotation.
    ///   - convolutionIndex: Its number among the layers with a convolution.
    /// - Throws: `EngineError` `out_of_memory`.
    init(
        _ layer: LayerDescription,
        _ c: ModelConfiguration,
        _ format: WeightFormat,
        rotaryTable: RotaryTable?,
        convolutionIndex: Int = 0
    ) throws {
        func matrix(_ outputCount: Int, _ inputCount: Int) throws -> PackedMatrix {
            try PackedMatrix(outputCount: outputCount, inputCount: inputCount, format: format)
        }
        func norm(_ whole: Int) throws -> FloatBuffer {
            try FloatBuffer(layer.attention?.isNormPerHead == false ? whole : c.headDimension)
        }
        func bias(_ modules: [TargetModule], _ count: Int) throws -> FloatBuffer? {
            modules.contains { layer.linear($0)?.hasBias == true } ? try FloatBuffer(count) : nil
        }
        description = layer
        norms = try LayerNorms(layer, size: c.hiddenSize)
        queryKeyValue = try matrix(layer.projectedWidth(c), c.hiddenSize)
        queryKeyValueBias = try bias([.query, .key, .value], layer.projectedWidth(c))
        queryNorm = try layer.attention?.queryNorm.map { _ in try norm(c.queryWidth) }
        keyNorm = try layer.attention?.keyNorm.map { _ in try norm(c.keyValueWidth) }
        self.rotaryTable = rotaryTable
        kernel = try layer.convolution.map { try FloatBuffer($0.length * c.hiddenSize) }
        self.convolutionIndex = convolutionIndex
        output = try matrix(c.hiddenSize, layer.mixedWidth(c))
        outputBias = try bias([.output], c.hiddenSize)
        gateUp = try matrix(c.gateUpWidth, c.hiddenSize)
        gateUpBias = try bias([.gate, .up], c.gateUpWidth)
        down = try matrix(c.hiddenSize, c.intermediateSize)
        downBias = try bias([.down], c.hiddenSize)
    }

    /// The matrix that holds a linear layer, alone or stacked with others.
    func matrix(of module: TargetModule) -> PackedMatrix {
        switch module {
        case .query, .key, .value: queryKeyValue
        case .output: output
        case .gate, .up: gateUp
        case .down: down
        }
    }

    /// Reads norms and biases.
    func readVectors(_ index: Int, of files: ModelFiles) throws {
        for (tensor, buffer) in norms.all { try files.read(.layer(index, tensor), into: buffer.all) }
        if let queryNorm { try files.read(.layer(index, .queryNorm), into: queryNorm.all) }
        if let keyNorm { try files.read(.layer(index, .keyNorm), into: keyNorm.all) }
        if let kernel { try read(kernel, index, of: files) }
        let model = files.description
        for module in Self.readingOrder where description.linear(module)?.hasBias == true {
            guard let bias = bias(of: module) else { continue }
            let first = model.column(of: module, layer: index).first
            let part = bias.all[first..<first + model.shape(of: module, layer: index).outputs]
            try files.read(.layer(index, .bias(module)), into: UnsafeMutableBufferPointer(rebasing: part))
        }
    }

    /// Reads a convolution's weight [C, L] as [L, C].
    private func read(_ kernel: FloatBuffer, _ index: Int, of files: ModelFiles) throws {
        let (values, size) = (try files.read(.layer(index, .kernel)), files.configuration.hiddenSize)
        let length = kernel.count / size
        for channel in 0..<size {
            for place in 0..<length {
                kernel.pointer[place * size + channel] = values[channel * length + place]
            }
        }
    }

    private func bias(of module: TargetModule) -> FloatBuffer? {
        switch module {
        case .query, .key, .value: queryKeyValueBias
        case .output: outputBias
        case .gate, .up: gateUpBias
        case .down: downBias
        }
    }
}

extension ModelConfiguration {
    /// Width of the stacked Q, K and V.
    var queryKeyValueWidth: Int { queryWidth + 2 * keyValueWidth }

    /// Width of the stacked gate and up.
    var gateUpWidth: Int { hasGate ? 2 * intermediateSize : intermediateSize }

    /// Outputs and inputs of a linear layer.
    func shape(of module: TargetModule) -> (outputs: Int, inputs: Int) {
        switch module {
        case .query: (queryWidth, hiddenSize)
        case .key, .value: (keyValueWidth, hiddenSize)
        case .output: (hiddenSize, queryWidth)
        case .gate, .up: (intermediateSize, hiddenSize)
        case .down: (hiddenSize, intermediateSize)
        }
    }
}
