import Loop

/// LoRA parameters in training, with their gradients: for each layer and module y += s (x Aᵀ) Bᵀ.
///
/// Shapes: A [R, K], B [N, R] for a module with K inputs and N outputs; s = alpha / R (arXiv 2106.09685). All
/// parameters lie in one buffer, A before B, modules in order of name within layers.
final class LoRAState {
    /// Where one module's A and B start in the buffers.
    struct Place {
        let a: Int
        let b: Int
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
    private var down: FloatBuffer
    private var downGradient: FloatBuffer

    /// Allocates parameters for an adapter's shape and copies its values.
    init(_ adapter: Adapter, _ configuration: ModelConfiguration) throws {
        self.configuration = configuration
        rank = adapter.rank
        scale = Float(adapter.scale)
        modules = adapter.targetModules
        var count = 0
        var places: [[TargetModule: Place]] = []
        for _ in 0..<configuration.layerCount {
            var layer: [TargetModule: Place] = [:]
            for module in adapter.targetModules {
                let (outputs, inputs) = configuration.shape(of: module)
                let (column, width) = configuration.column(of: module)
                layer[module] = Place(
                    a: count,
                    b: count + rank * inputs,
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
        down = try FloatBuffer(rank)
        downGradient = try FloatBuffer(rank)
        for (key, tensors) in adapter.tensors {
            guard let place = places[key.layer][key.module] else { continue }
            for (index, value) in tensors.a.enumerated() { parameters.pointer[place.a + index] = value }
            for (index, value) in tensors.b.enumerated() { parameters.pointer[place.b + index] = value }
        }
    }

    /// Copies a buffer of the parameters' layout into tensors: the parameters themselves, or gradients.
    func tensors(of buffer: FloatBuffer) -> [AdapterKey: AdapterTensors] {
        var tensors: [AdapterKey: AdapterTensors] = [:]
        for (layer, modules) in places.enumerated() {
            for (module, place) in modules {
                let a = UnsafeBufferPointer(start: buffer.pointer + place.a, count: rank * place.inputs)
                let b = UnsafeBufferPointer(start: buffer.pointer + place.b, count: rank * place.outputs)
                tensors[AdapterKey(layer: layer, module: module)] = AdapterTensors(a: Array(a), b: Array(b))
            }
        }
        return tensors
    }

    /// Makes room for the [M, R] intermediates of `rows` rows.
    func reserve(rows: Int) throws {
        guard rows * rank > down.count else { return }
        down = try FloatBuffer(rows * rank)
        downGradient = try FloatBuffer(rows * rank)
    }

    /// y[:, module's columns] += s (x Aᵀ) Bᵀ for each of the modules that carry LoRA.
    func forward(_ layer: Int, _ modules: [TargetModule], _ x: Floats, rows: Int, into y: MutableFloats) {
        for module in modules {
            guard let place = places[layer][module] else { continue }
            project(x, place, rows: rows)
            CheckedKernels.multiply(
                .init(down.pointer, row: rank, column: 1),
                .init(parameters.pointer + place.b, row: 1, column: rank),
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

    /// Adds dA = s (dy B)ᵀ x, dB = s dyᵀ (x Aᵀ), and dx += s (dy B) A.
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
            project(x, place, rows: rows)
            CheckedKernels.multiply(
                .init(dyColumns, row: 1, column: place.width),
                .init(down.pointer, row: rank, column: 1),
                into: gradients.pointer + place.b,
                rank,
                m: place.outputs,
                n: rank,
                k: rows,
                alpha: scale,
                beta: 1
            )
            CheckedKernels.multiply(
                .init(dyColumns, row: place.width, column: 1),
                .init(parameters.pointer + place.b, row: rank, column: 1),
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

    /// down [M, R] = x Aᵀ.
    private func project(_ x: Floats, _ place: Place, rows: Int) {
        CheckedKernels.multiply(
            .init(x, row: place.inputs, column: 1),
            .init(parameters.pointer + place.a, row: 1, column: place.inputs),
            into: down.pointer,
            rank,
            m: rows,
            n: rank,
            k: place.inputs,
            alpha: 1,
            beta: 0
        )
    }
}

extension ModelConfiguration {
    /// First column of a module in the stacked output it is part of, and that output's width.
    func column(of module: TargetModule) -> (first: Int, width: Int) {
        switch module {
        case .query: (0, queryKeyValueWidth)
        case .key: (queryWidth, queryKeyValueWidth)
        case .value: (queryWidth + keyValueWidth, queryKeyValueWidth)
        case .gate: (0, 2 * intermediateSize)
        case .up: (intermediateSize, 2 * intermediateSize)
        case .output, .down: (0, hiddenSize)
        }
    }
}
