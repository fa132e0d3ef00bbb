package import Loop

/// Which linear layer a pair of LoRA tensors belongs to.
package struct AdapterKey: Sendable, Hashable, Comparable {
    /// The transformer layer, from 0.
    package var layer: Int
    /// The linear layer within it.
    package var module: TargetModule

    package init(layer: Int, module: TargetModule) {
        self.layer = layer
        self.module = module
    }

    /// Orders by layer, then module name.
    package static func < (left: AdapterKey, right: AdapterKey) -> Bool {
        (left.layer, left.module) < (right.layer, right.module)
    }
}

/// The two matrices of one linear layer, row-major.
package struct AdapterTensors: Sendable, Hashable {
    /// A, [R, in].
    package var a: [Float]
    /// B, [out, R].
    package var b: [Float]

    package init(a: [Float], b: [Float]) {
        self.a = a
        self.b = b
    }

    /// The same product B·A in a higher rank, times a factor.
    func widened(from rank: Int, to most: Int, times factor: Float) -> AdapterTensors {
        let inputs = a.count / rank
        var wide: [Float] = []
        wide.reserveCapacity(b.count / rank * most)
        for start in stride(from: 0, to: b.count, by: rank) {
            wide += b[start..<start + rank].map { $0 * factor }
            wide += [Float](repeating: 0, count: most - rank)
        }
        return AdapterTensors(a: a + [Float](repeating: 0, count: (most - rank) * inputs), b: wide)
    }
}

/// LoRA tensors of a model: W becomes W + s·B·A.
///
/// Source: Hu and others 2021, arXiv 2106.09685. Rows follow Hugging Face's order, as PEFT stores them.
package struct Adapter: Sendable, Hashable {
    /// Highest rank accepted.
    static let mostRank = 4096

    /// R.
    package var rank: Int
    /// Numerator of the scale.
    package var alpha: Double
    /// Whether the scale divides by √R instead of R.
    package var usesRSLoRA: Bool
    /// The linear layers it changes, sorted; the same in every transformer layer.
    package var targetModules: [TargetModule]
    /// Its matrices.
    package var tensors: [AdapterKey: AdapterTensors]
    /// Whether its file had this rank and scale in all layers; one that had not can't be trained on.
    package var isUniform = true

    package init(
        rank: Int,
        alpha: Double,
        usesRSLoRA: Bool,
        targetModules: [TargetModule],
        tensors: [AdapterKey: AdapterTensors]
    ) {
        self.rank = rank
        self.alpha = alpha
        self.usesRSLoRA = usesRSLoRA
        self.targetModules = targetModules.sorted()
        self.tensors = tensors
    }

    /// s, the factor on B·A.
    package var scale: Double { usesRSLoRA ? alpha / Double(rank).squareRoot() : alpha / Double(rank) }

    /// Number of parameters.
    package var parameterCount: Int { tensors.values.reduce(0) { $0 + $1.a.count + $1.b.count } }

    /// Whether no value is NaN or infinite.
    package var isFinite: Bool {
        tensors.values.allSatisfy { $0.a.allSatisfy(\.isFinite) && $0.b.allSatisfy(\.isFinite) }
    }
}
