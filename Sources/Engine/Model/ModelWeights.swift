import Foundation
import Loop

/// One transformer block's weights; Q, K and V are one matrix, gate and up another.
struct LayerWeights: Sendable {
    /// RMSNorm weight before attention [C].
    let attentionNorm: FloatBuffer
    /// Q, K and V stacked [(heads + 2 kvHeads) · d, C].
    let queryKeyValue: PackedMatrix
    /// Attention output [C, heads · d].
    let output: PackedMatrix
    /// RMSNorm weight before the MLP [C].
    let mlpNorm: FloatBuffer
    /// Gate and up stacked [2F, C].
    let gateUp: PackedMatrix
    /// Down projection [C, F].
    let down: PackedMatrix
}

/// The model's weights in memory, ready to compute, with at most one adapter merged in.
///
/// Applying another adapter reads the linear layers from the file again, so nothing drifts.
final class ModelWeights {
    let configuration: ModelConfiguration
    let embedding: PackedMatrix
    /// The vocabulary projection; the embedding itself when tied.
    let head: PackedMatrix
    let finalNorm: FloatBuffer
    let layers: [LayerWeights]
    /// Cosines and sines of the positions in use.
    let rotaryTable: RotaryTable
    private let files: ModelFiles
    private let beat: @Sendable () -> Void
    let format: WeightFormat
    private let scratch: FloatBuffer
    /// A multiple of the 16 outputs of a panel.
    private static let pieceRows = 4096

    /// Reads all weights.
    ///
    /// - Parameters:
    ///   - files: An opened model.
    ///   - format: How weights are held.
    ///   - adapter: An adapter to merge in.
    ///   - beat: Called after each tensor: a large model takes minutes to read.
    /// - Throws: `EngineError` when a tensor is missing, malformed, or memory runs out.
    init(
        _ files: ModelFiles,
        format: WeightFormat,
        adapter: Adapter? = nil,
        beat: @escaping @Sendable () -> Void = {}
    ) throws {
        let c = files.configuration
        configuration = c
        self.files = files
        self.beat = beat
        self.format = format
        scratch = try FloatBuffer(max(Self.pieceRows, c.intermediateSize, c.queryWidth) * c.hiddenSize)
        func matrix(_ outputCount: Int, _ inputCount: Int) throws -> PackedMatrix {
            try PackedMatrix(outputCount: outputCount, inputCount: inputCount, format: format)
        }
        embedding = try matrix(c.vocabularyCount, c.hiddenSize)
        head = c.tiesEmbeddings ? embedding : try matrix(c.vocabularyCount, c.hiddenSize)
        finalNorm = try FloatBuffer(c.hiddenSize)
        layers = try (0..<c.layerCount).map { _ in
            LayerWeights(
                attentionNorm: try FloatBuffer(c.hiddenSize),
                queryKeyValue: try matrix(c.queryKeyValueWidth, c.hiddenSize),
                output: try matrix(c.hiddenSize, c.queryWidth),
                mlpNorm: try FloatBuffer(c.hiddenSize),
                gateUp: try matrix(2 * c.intermediateSize, c.hiddenSize),
                down: try matrix(c.hiddenSize, c.intermediateSize)
            )
        }
        rotaryTable = try RotaryTable(dimension: c.headDimension, theta: c.ropeTheta)
        try readPieces(.embedding, into: embedding)
        if !c.tiesEmbeddings { try readPieces(.outputProjection, into: head) }
        try files.read(.finalNorm, into: finalNorm.all)
        for (index, layer) in layers.enumerated() {
            try files.read(.layer(index, .attentionNorm), into: layer.attentionNorm.all)
            try files.read(.layer(index, .mlpNorm), into: layer.mlpNorm.all)
        }
        try apply(adapter)
    }

    /// Reads the linear layers anew with an adapter added in f32: W + s·B·A.
    ///
    /// - Parameter adapter: The adapter, or nil for the base model.
    /// - Throws: `EngineError` when a tensor cannot be read.
    func apply(_ adapter: Adapter?) throws {
        defer { files.releasePages() }
        let c = configuration
        let (query, keyValue) = (c.queryWidth, c.keyValueWidth)
        for (index, layer) in layers.enumerated() {
            let parts: [(TargetModule, PackedMatrix, Int)] = [
                (.query, layer.queryKeyValue, 0), (.key, layer.queryKeyValue, query),
                (.value, layer.queryKeyValue, query + keyValue), (.output, layer.output, 0),
                (.gate, layer.gateUp, 0), (.up, layer.gateUp, c.intermediateSize), (.down, layer.down, 0),
            ]
            for (module, matrix, first) in parts {
                let (rows, inputs) = c.shape(of: module)
                try read(
                    .layer(index, module.layerTensor),
                    rows: rows,
                    inputs: inputs,
                    into: matrix,
                    first: first,
                    adding: adapter.flatMap { adapter in
                        adapter.tensors[AdapterKey(layer: index, module: module)].map { (adapter, $0) }
                    }
                )
            }
        }
    }

    /// Reads a tensor with a row for each token, a few thousand rows at a time: whole it is larger than all the rest of
    /// what loading needs.
    private func readPieces(_ name: TensorName, into matrix: PackedMatrix) throws {
        for first in stride(from: 0, to: matrix.outputCount, by: Self.pieceRows) {
            let rows = first..<min(first + Self.pieceRows, matrix.outputCount)
            let part = UnsafeMutableBufferPointer(
                start: scratch.pointer,
                count: rows.count * matrix.inputCount
            )
            try files.read(name, rows: rows, into: part)
            if format == .bf16 { CheckedKernels.roundToBF16(part) }
            matrix.pack(scratch.pointer, first: first, count: rows.count)
            beat()
        }
    }

    private func read(
        _ name: TensorName,
        rows: Int,
        inputs: Int,
        into matrix: PackedMatrix,
        first: Int,
        adding delta: (Adapter, AdapterTensors)? = nil
    ) throws {
        precondition(rows * inputs <= scratch.count)
        let part = UnsafeMutableBufferPointer(start: scratch.pointer, count: rows * inputs)
        try files.read(name, into: part)
        if let (adapter, tensors) = delta {
            tensors.a.withUnsafeBufferPointer { a in
                tensors.b.withUnsafeBufferPointer { b in
                    guard let a = a.baseAddress, let b = b.baseAddress else { return }
                    CheckedKernels.multiply(
                        .init(b, row: adapter.rank, column: 1),
                        .init(a, row: inputs, column: 1),
                        into: scratch.pointer,
                        inputs,
                        m: rows,
                        n: inputs,
                        k: adapter.rank,
                        alpha: Float(adapter.scale),
                        beta: 1
                    )
                }
            }
        }
        if format == .bf16 { CheckedKernels.roundToBF16(part) }
        matrix.pack(scratch.pointer, first: first, count: rows)
        beat()
    }
}

extension ModelConfiguration {
    /// Width of the stacked Q, K and V.
    var queryKeyValueWidth: Int { queryWidth + 2 * keyValueWidth }

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
