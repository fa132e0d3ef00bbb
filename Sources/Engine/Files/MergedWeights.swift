import Loop

/// A base model's weights with an adapter merged into them, computed piece by piece.
///
/// A model is never in memory whole: a piece is read from the mapped file, merged, converted and released.
struct MergedWeights {
    /// Values computed at a time.
    private static let valuesPerPiece = 1 << 20

    private let model: ModelFiles
    private let adapter: Adapter?

    /// Joins a model and an adapter; nil leaves the base weights as they are.
    ///
    /// - Throws: `EngineError` of code `not_finite` when the adapter holds NaN or infinity.
    init(_ model: ModelFiles, _ adapter: Adapter?) throws {
        if let adapter, !adapter.isFinite {
            throw EngineError(
                .notFinite,
                "cannot export \(model.name) with its adapter: that holds NaN or infinity; export another checkpoint"
            )
        }
        self.model = model
        self.adapter = adapter
    }

    /// Hands out a tensor's bytes from its first row to its last, little-endian and row-major.
    ///
    /// - Parameters:
    ///   - name: Which tensor.
    ///   - type: F32, or BF16 rounded once from f32.
    ///   - order: Where the rows are in the file to write; nil keeps Hugging Face's order.
    ///   - offset: What the file to write leaves out of the values.
    ///   - progress: Called before each piece.
    ///   - put: Takes the bytes.
    /// - Throws: `EngineError`, `CancellationError`, or what `put` throws.
    func forEachPiece(
        of name: TensorName,
        as type: TensorType,
        order: RopeOrder? = nil,
        offset: Float = 0,
        progress: () -> Void,
        _ put: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let shape = model.description.shape(of: name)
        let width = shape.dropFirst().reduce(1, *)
        var step = max(1, Self.valuesPerPiece / width)
        // Rows change places within a head only, so that a piece of whole heads holds all that it needs.
        if let order { step = max(order.headDimension, step - step % order.headDimension) }
        for first in stride(from: 0, to: shape[0], by: step) {
            try Task.checkCancellation()
            progress()
            let rows = first..<min(first + step, shape[0])
            let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: rows.count * width)
            values.initialize(repeating: 0)
            defer { values.deallocate() }
            try model.readStored(name, rows: rows, into: values)
            let missing = model.offset(of: name) - offset
            if missing != 0 { for index in values.indices { values[index] += missing } }
            add(to: values, name, rows, width: width)
            if type == .bf16 { CheckedKernels.roundToBF16(values) }
            try Self.put(values, width: width, as: type, order, put)
        }
    }

    private static func put(
        _ values: UnsafeMutableBufferPointer<Float>,
        width: Int,
        as type: TensorType,
        _ order: RopeOrder?,
        _ put: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        if type == .f32, order == nil { return try put(UnsafeRawBufferPointer(values)) }
        let valueByteCount = type.blockByteCount
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: values.count * valueByteCount,
            alignment: 4
        )
        defer { bytes.deallocate() }
        for row in 0..<values.count / width {
            var place = (order?.storedRow(row) ?? row) * width * valueByteCount
            for value in values[row * width..<(row + 1) * width] {
                if type == .f32 {
                    bytes.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: place, as: UInt32.self)
                } else {
                    let bits = UInt16(truncatingIfNeeded: value.bitPattern >> 16)
                    bytes.storeBytes(of: bits.littleEndian, toByteOffset: place, as: UInt16.self)
                }
                place += valueByteCount
            }
        }
        try put(UnsafeRawBufferPointer(bytes))
    }

    /// values [rows, in] += s·B[rows]·A, by the same kernel that merges adapters for generation.
    private func add(
        to values: UnsafeMutableBufferPointer<Float>,
        _ name: TensorName,
        _ rows: Range<Int>,
        width: Int
    ) {
        guard let adapter, case .layer(let layer, let tensor) = name, let module = tensor.targetModule,
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
