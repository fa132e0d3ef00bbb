import Loop

import Loop

/// Writes a model with an adapter merged into it as a Hugging Face directory.
package enum ModelExport {
    /// Values computed and written at a time, so that memory stays bounded.
    private static let valuesPerPiece = 1 << 20

    /// Writes config.json, generation_config.json, model.safetensors, the tokenizer's files and README.md.
    ///
    /// Linear weights are W + s·B·A, added in f32 and rounded once (to nearest, ties to even) if bf16 is asked
    /// for. The directory appears under its name when it is complete.
    ///
    /// - Parameters:
    ///   - model: The base model.
    ///   - adapter: What to merge; nil exports the base model.
    ///   - directory: Where to; must not exist, its parent must.
    ///   - isBF16: Whether weights are written as bf16 instead of f32.
    /// - Throws: `EngineError`.
    package static func merged(
        _ model: ModelFiles,
        adapter: Adapter?,
        to directory: String,
        isBF16: Bool
    ) throws {
        if let adapter, !adapter.isFinite {
            throw EngineError(
                .notFinite,
                "cannot export to \(directory): the adapter holds NaN or infinity; export another checkpoint"
            )
        }
        let tokenizer = try HuggingFaceTokenizerFiles(exporting: model.tokenizerSource)
        try NewDirectory.create(directory) { target in
            for file in ModelExportFiles(model: model, adapter: adapter, tokenizer: tokenizer, isBF16: isBF16)
                .all()
            {
                try target.write(file.name, file.bytes)
            }
            try target.write("model.safetensors") { put in
                try weights(model, adapter, isBF16: isBF16, put)
            }
        }
    }

    private static func weights(
        _ model: ModelFiles,
        _ adapter: Adapter?,
        isBF16: Bool,
        _ put: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let configuration = model.configuration
        let names = TensorName.all(for: configuration).sorted { $0.huggingFaceName < $1.huggingFaceName }
        let header = SafetensorsWriter.header(
            names.map { ($0.huggingFaceName, $0.shape(in: configuration)) },
            type: isBF16 ? .bf16 : .f32
        )
        try header.withUnsafeBytes { try put($0) }
        for name in names {
            let shape = name.shape(in: configuration)
            let width = shape.dropFirst().reduce(1, *)
            let step = max(1, valuesPerPiece / width)
            for first in stride(from: 0, to: shape[0], by: step) {
                let rows = first..<min(first + step, shape[0])
                try write(model, name, rows, width: width, adapter, isBF16: isBF16, put)
            }
        }
    }

    private static func write(
        _ model: ModelFiles,
        _ name: TensorName,
        _ rows: Range<Int>,
        width: Int,
        _ adapter: Adapter?,
        isBF16: Bool,
        _ put: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let count = rows.count * width
        let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        values.initialize(repeating: 0)
        defer { values.deallocate() }
        try model.read(name, rows: rows, into: values)
        if let adapter { add(adapter, to: values, name, rows, width: width) }
        guard isBF16 else { return try put(UnsafeRawBufferPointer(values)) }
        CheckedKernels.roundToBF16(values)
        var bits: [UInt16] = []
        bits.reserveCapacity(count)
        for value in values { bits.append(UInt16(truncatingIfNeeded: value.bitPattern >> 16)) }
        try bits.withUnsafeBytes { try put($0) }
    }

    /// values [rows, in] += s·B[rows]·A, by the same kernel that merges adapters for generation.
    private static func add(
        _ adapter: Adapter,
        to values: UnsafeMutableBufferPointer<Float>,
        _ name: TensorName,
        _ rows: Range<Int>,
        width: Int
    ) {
        guard case .layer(let layer, let tensor) = name, let module = tensor.targetModule,
            let tensors = adapter.tensors[AdapterKey(layer: layer, module: module)]
        else { return }
        tensors.a.withUnsafeBufferPointer { a in
            tensors.b.withUnsafeBufferPointer { b in
                guard let a = a.baseAddress, let b = b.baseAddress, let out = values.baseAddress else {
                    return
                }
                CheckedKernels.multiply(
                    .init(b + rows.lowerBound * adapter.rank, row: adapter.rank, column: 1),
                    .init(a, row: width, column: 1),
                    into: out,
                    width,
                    m: rows.count,
                    n: width,
                    k: adapter.rank,
                    alpha: Float(adapter.scale),
                    beta: 1
                )
            }
        }
    }
}
