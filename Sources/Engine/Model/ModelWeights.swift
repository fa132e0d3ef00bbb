import Foundation
import Loop

/// The model's weights in memory, ready to compute, with at most one adapter merged in.
///
/// Applying another adapter reads the linear layers from the file again, so nothing drifts.
final class ModelWeights {
    let description: ModelDescription
    let embedding: PackedMatrix
    /// The vocabulary projection; the embedding itself when tied.
    let head: PackedMatrix
    /// The vocabulary projection's bias [V]; nil without one.
    let headBias: FloatBuffer?
    let finalNorm: NormWeights
    let layers: [LayerWeights]
    /// Cosines and sines of the positions in use, one table for each rotation.
    let rotaryTables: [RotaryTable]
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
        description = files.description
        self.files = files
        self.beat = beat
        self.format = format
        scratch = try FloatBuffer(
            max(Self.pieceRows, c.intermediateSize, c.queryWidth, c.hiddenSize) * c.hiddenSize
        )
        func matrix(_ outputCount: Int, _ inputCount: Int) throws -> PackedMatrix {
            try PackedMatrix(outputCount: outputCount, inputCount: inputCount, format: format)
        }
        embedding = try matrix(c.vocabularyCount, c.hiddenSize)
        head = c.tiesEmbeddings ? embedding : try matrix(c.vocabularyCount, c.hiddenSize)
        headBias = description.headHasBias ? try FloatBuffer(c.vocabularyCount) : nil
        finalNorm = try NormWeights(size: c.hiddenSize, hasBias: description.hasFinalLayerNorm)
        var tables: [RotationDescription: RotaryTable] = [:]
        for case let rotation? in description.layers.map(\.attention?.rotation)
        where tables[rotation] == nil {
            tables[rotation] = try RotaryTable(dimension: rotation.width ?? c.headDimension, rotation)
        }
        rotaryTables = Array(tables.values)
        let kinds = description.layers
        layers = try kinds.enumerated().map { index, layer in
            try LayerWeights(
                layer,
                c,
                format,
                rotaryTable: layer.attention?.rotation.flatMap { tables[$0] },
                convolutionIndex: kinds[..<index].count { $0.convolution != nil }
            )
        }
        try readPieces(.embedding, into: embedding)
        if !c.tiesEmbeddings { try readPieces(.outputProjection, into: head) }
        if let headBias { try files.read(.outputProjectionBias, into: headBias.all) }
        try files.read(.finalNorm, into: finalNorm.weight.all)
        if let bias = finalNorm.bias { try files.read(.finalNormBias, into: bias.all) }
        for (index, layer) in layers.enumerated() { try layer.readVectors(index, of: files) }
        try apply(adapter)
    }

    /// Reads the linear layers again with an adapter added in f32: W + s·B·A.
    ///
    /// - Parameter adapter: The adapter, or nil for the base model.
    /// - Throws: `EngineError` when a tensor cannot be read.
    func apply(_ adapter: Adapter?) throws {
        for (index, layer) in layers.enumerated() {
            // Else the file would be in memory beside the packed weights.
            defer { files.releasePages() }
            for module in description.present(LayerWeights.readingOrder) {
                let (rows, inputs) = description.shape(of: module, layer: index)
                try read(
                    .layer(index, module.layerTensor),
                    rows: rows,
                    inputs: inputs,
                    into: layer.matrix(of: module),
                    first: description.column(of: module, layer: index).first,
                    adding: adapter.flatMap { adapter in
                        adapter.tensors[AdapterKey(layer: index, module: module)].map { (adapter, $0) }
                    }
                )
            }
        }
    }

    /// Reads a tensor with a row for each token, a few thousand rows at a time: whole it is larger than all
    /// the rest of what loading needs.
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
