import Engine
import Foundation
import Loop

/// A model description computed plainly in doubles, one token after another, to compare the engine with.
struct PlainModel {
    let files: ModelFiles
    private let description: ModelDescription
    private let numbers: ModelConfiguration

    init(_ files: ModelFiles) {
        self.files = files
        description = files.description
        numbers = files.configuration
    }

    /// Logits after each token.
    func logits(_ tokens: [Int32]) throws -> [[Double]] {
        let c = numbers.hiddenSize
        let head = try read(numbers.tiesEmbeddings ? .embedding : .outputProjection)
        return try hiddenStates(tokens).map { hidden in
            (0..<numbers.vocabularyCount).map { token in
                dot(hidden, Array(head[token * c..<(token + 1) * c])) * Double(description.logitScale)
            }
        }
    }

    /// The state of each token after the final norm.
    func hiddenStates(_ tokens: [Int32]) throws -> [[Double]] {
        let c = numbers.hiddenSize
        let embedding = try read(.embedding)
        var x = tokens.map { token in
            embedding[Int(token) * c..<(Int(token) + 1) * c].map { $0 * Double(description.embeddingScale) }
        }
        for layer in 0..<numbers.layerCount { try run(layer, &x) }
        let norm = try read(.finalNorm)
        return x.map { normalized($0, norm) }
    }

    private func run(_ layer: Int, _ x: inout [[Double]]) throws {
        guard case .attention(let attention) = description.layers[layer].mixer else { return }
        let (d, heads, keyHeads) = (numbers.headDimension, numbers.headCount, numbers.keyValueHeadCount)
        let norm = try read(.layer(layer, .attentionNorm))
        var (queries, keys, values) = ([[Double]](), [[Double]](), [[Double]]())
        for (position, row) in x.enumerated() {
            let h = normalized(row, norm)
            queries.append(
                try turned(
                    linear(layer, .query, h),
                    attention.queryNorm == nil ? nil : read(.layer(layer, .queryNorm)),
                    attention.rotation,
                    position
                )
            )
            keys.append(
                try turned(
                    linear(layer, .key, h),
                    attention.keyNorm == nil ? nil : read(.layer(layer, .keyNorm)),
                    attention.rotation,
                    position
                )
            )
            values.append(try linear(layer, .value, h))
        }
        let mlpNorm = try read(.layer(layer, .mlpNorm))
        for position in x.indices {
            var attended: [Double] = []
            for head in 0..<heads {
                let first = head / (heads / keyHeads) * d
                let query = Array(queries[position][head * d..<(head + 1) * d])
                let scores = (0...position).map {
                    exp(dot(query, Array(keys[$0][first..<first + d])) * Double(attention.scale))
                }
                let sum = scores.reduce(0, +)
                attended += (0..<d).map { column in
                    (0...position).reduce(0) { $0 + scores[$1] / sum * values[$1][first + column] }
                }
            }
            x[position] = zip(x[position], try linear(layer, .output, attended)).map(+)
            let h = normalized(x[position], mlpNorm)
            let (gate, up) = (try linear(layer, .gate, h), try linear(layer, .up, h))
            let activated = zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 }
            x[position] = zip(x[position], try linear(layer, .down, activated)).map(+)
        }
    }

    /// Heads normalised, then rotated by their position, first half against second.
    private func turned(
        _ row: [Double],
        _ norm: [Double]?,
        _ rotation: RotationDescription?,
        _ position: Int
    ) -> [Double] {
        let d = numbers.headDimension
        return stride(from: 0, to: row.count, by: d).flatMap { first -> [Double] in
            var head = Array(row[first..<first + d])
            if let norm { head = normalized(head, norm) }
            guard let rotation else { return head }
            var turned = head
            for i in 0..<d / 2 {
                let angle = Double(position) * pow(Double(rotation.base), -Double(2 * i) / Double(d))
                turned[i] = head[i] * cos(angle) - head[i + d / 2] * sin(angle)
                turned[i + d / 2] = head[i + d / 2] * cos(angle) + head[i] * sin(angle)
            }
            return turned
        }
    }

    private func linear(_ layer: Int, _ module: TargetModule, _ x: [Double]) throws -> [Double] {
        let weight = try read(.layer(layer, module.layerTensor))
        let bias = TensorName.layer(layer, .bias(module))
        let hasBias = description.tensorNames.contains(bias)
        let offsets = hasBias ? try read(bias) : [Double](repeating: 0, count: weight.count / x.count)
        return offsets.indices.map { row in
            dot(Array(weight[row * x.count..<(row + 1) * x.count]), x) + offsets[row]
        }
    }

    private func normalized(_ x: [Double], _ weight: [Double]) -> [Double] {
        let square = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
        let factor = 1 / (square + Double(numbers.rmsNormEpsilon)).squareRoot()
        return zip(x, weight).map { $0 * factor * $1 }
    }

    private func dot(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func read(_ name: TensorName) throws -> [Double] { try files.read(name).map { Double($0) } }
}
