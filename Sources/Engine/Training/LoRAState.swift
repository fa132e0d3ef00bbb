import Loop

/// LoRA parameters in training, with their gradients: for each layer and module y += s (x Aᵀ) Bᵀ.
///
/// Shapes: A [R, K], B [N, R] for a module with K inputs and N outputs; s = alpha / R (arXiv 2106.09685). All
/// parameters are in one buffer, A before B, modules in order of name within layers. B is transposed, [R, N],
/// so that every product reads rows of N.
final class LoRAState {
    /// Where one module's A and B start in the buffers.
    struct Place {
        let a: Int
        let b: Int
        /// Number of the module among all, for its x Aᵀ.
        let index: Int
        let inputs: Int
        let outputs: Int
        /// First column of this module in the stacked output that it is part of, and that output's width.
        let column: Int
        let width: Int
    }

    let configuration: ModelConfiguration
    let rank: Int
    let scale: Float
    let modules: [TargetModule]
    let parameters: FloatBuffer
    let gradients: FloatBuffer
    private let places: [[TargetModule: Place]]
    /// x Aᵀ [M, R] of every module, from the forward pass for the backward pass.
    private var downs: FloatBuffer
    private var downGradient: FloatBuffer
    private var rowRoom = 1

    /// Allocates parameters for an adapter's shape and copies its values.
    init(_ adapter: Adapter, _ model: ModelDescription) throws {
        configuration = model.numbers
        rank = adapter.rank
        scale = Float(adapter.scale)
        modules = adapter.targetModules
        var count = 0
        var places: [[TargetModule: Place]] = []
        for index in model.layers.indices {
            var layer: [TargetModule: Place] = [:]
            for module in adapter.targetModules {
                let (outputs, inputs) = model.shape(of: module, layer: index)
                let (column, width) = model.column(of: module, layer: index)
                layer[module] = Place(
                    a: count,
                    b: count + rank * inputs,
                    index: places.count * adapter.targetModules.count + layer.count,
                    inputs: inputs,
                    outputs: outputs,
                    column: column,
                    width: width
                )
                count += rank * (inputs + outputs)
            }
            places.append(layer)
        }
        self.places = places
        parameters = try FloatBuffer(count)
        gradients = try FloatBuffer(count)
        downs = try FloatBuffer(places.count * modules.count * rank)
        downGradient = try FloatBuffer(rank)
        for (key, tensors) in adapter.tensors {
            guard let place = places[key.layer][key.module] else { continue }
            for (index, value) in tensors.a.enumerated() { parameters.pointer[place.a + index] = value }
            for (index, value) in tensors.b.enumerated() {
                parameters.pointer[place.b + index % rank * place.outputs + index / rank] = value
            }
        }
    }

    /// Copies a buffer of the parameters' layout into tensors: the parameters themselves, or gradients.
    func tensors(of buffer: FloatBuffer) -> [AdapterKey: AdapterTensors] {
        var tensors: [AdapterKey: AdapterTensors] = [:]
        for (layer, modules) in places.enumerated() {
            for (module, place) in modules {
                let a = UnsafeBufferPointer(start: buffer.pointer + place.a, count: rank * place.inputs)
                let b = (0..<(rank * place.outputs)).map { index in
                    buffer.pointer[place.b + index % rank * place.outputs + index / rank]
                }
                tensors[AdapterKey(layer: layer, module: module)] = AdapterTensors(a: Array(a), b: b)
            }
        }
        return tensors
    }

    /// Makes room for the [M, R] intermediates of `rows` rows.
    func reserve(rows: Int) throws {
        guard rows > rowRoom else { return }
        rowRoom = rows
        downs = try FloatBuffer(places.count * modules.count * rows * rank)
        downGradient = try FloatBuffer(rows * rank)
    }

    /// y[:, module's columns] += s (x Aᵀ) Bᵀ for each of the modules that carry LoRA; keeps x Aᵀ for
    /// `backward`.
    func forward(_ layer: Int, _ modules: [TargetModule], _ x: Floats, rows: Int, into y: MutableFloats) {
        for module in modules {
            guard let place = places[layer][module] else { continue }
            let down = intermediate(place)
            CheckedKernels.multiply(
                .init(x, row: place.inputs, column: 1),
                .init(parameters.pointer + place.a, row: 1, column: place.inputs),
                into: down,
                rank,
                m: rows,
                n: rank,
                k: place.inputs,
                alpha: 1,
                beta: 0
            )
            CheckedKernels.multiply(
                .init(down, row: rank, column: 1),
                .init(parameters.pointer + place.b, row: place.outputs, column: 1),
                into: y + place.column,
                place.width,
                m: rows,
                n: place.outputs,
                k: rank,
                alpha: scale,
                beta: 1
            )
        }
    }

    /// Adds dA = s (dy B)ᵀ x, dBᵀ = s (x Aᵀ)ᵀ dy, and dx += s (dy B) A, for the rows that `forward` had last.
    func backward(
        _ layer: Int,
        _ modules: [TargetModule],
        x: Floats,
        dy: Floats,
        rows: Int,
        addingTo dx: MutableFloats
    ) {
        for module in modules {
            guard let place = places[layer][module] else { continue }
            let dyColumns = dy + place.column
            CheckedKernels.multiply(
                .init(intermediate(place), row: 1, column: rank),
                .init(dyColumns, row: place.width, column: 1),
                into: gradients.pointer + place.b,
                place.outputs,
                m: rank,
                n: place.outputs,
                k: rows,
                alpha: scale,
                beta: 1
            )
            CheckedKernels.multiply(
                .init(dyColumns, row: place.width, column: 1),
                .init(parameters.pointer + place.b, row: 1, column: place.outputs),
                into: downGradient.pointer,
                rank,
                m: rows,
                n: rank,
                k: place.outputs,
                alpha: scale,
                beta: 0
            )
            CheckedKernels.multiply(
                .init(downGradient.pointer, row: 1, column: rank),
                .init(x, row: place.inputs, column: 1),
                into: gradients.pointer + place.a,
                place.inputs,
                m: rank,
                n: place.inputs,
                k: rows,
                alpha: 1,
                beta: 1
            )
            CheckedKernels.multiply(
                .init(downGradient.pointer, row: rank, column: 1),
                .init(parameters.pointer + place.a, row: place.inputs, column: 1),
                into: dx,
                place.inputs,
                m: rows,
                n: place.inputs,
                k: rank,
                alpha: 1,
                beta: 1
            )
        }
    }

    /// x Aᵀ [M, R] of a module.
    private func intermediate(_ place: Place) -> MutableFloats {
        downs.pointer + place.index * rowRoom * rank
    }
}

extension ModelConfiguration {
    /// First column of a module in the stacked output it is part of, and that output's width.
    func column(of module: TargetModule) -> (first: Int, width: Int) {
        switch module {
        case .query: (0, queryKeyValueWidth)
        case .key: (queryWidth, queryKeyValueWidth)
        case .value: (queryWidth + keyValueWidth, queryKeyValueWidth)
        case .gate: (0, gateUpWidth)
        case .up: (gateUpWidth - intermediateSize, gateUpWidth)
        case .output, .down: (0, hiddenSize)
        }
    }
}
