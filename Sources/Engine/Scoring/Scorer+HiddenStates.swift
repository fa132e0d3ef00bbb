import Loop

extension Scorer {
    /// Mean hidden states of completions under the weights as they are; see `RoundEngine.hiddenStates`.
    ///
    /// - Parameter samples: Prompts and completions.
    /// - Returns: One vector [C] of unit length per sample, in order; an empty one without a token or a
    ///   direction.
    /// - Throws: `CancellationError`, or `EngineError`.
    func hiddenStates(of samples: [TextSample]) throws -> [[Float]] {
        // The end token is no input, so that these have nothing to run.
        let tokenized = try tokenized(samples)
        let run = tokenized.filter { $0.tokens.count > $0.promptCount + 1 }
        var states = [[Float]?](repeating: [], count: samples.count)
        for sample in run { states[sample.index] = nil }
        let trees = SequenceTree.grow(run, rowLimit: Self.rowLimit)
        for pass in SequenceTree.pack(trees, rowLimit: Self.rowLimit) {
            try Task.checkCancellation()
            let layout = TreeBatch(pass, includesPrompt: false)
            let cache = try KeyValueCache(
                transformer.weights.description,
                slotCount: layout.batch.count
            )
            let hidden = try transformer.forward(layout.batch, cache: cache)
            for (index, rows) in layout.completionRows {
                states[index] = mean(of: rows, hidden)
            }
        }
        return try states.results { "the hidden state of sample \($0)" }
    }

    /// The mean of rows at unit length, summed in doubles in the order of the text; empty where it has no
    /// direction.
    private func mean(of rows: [Int], _ hidden: MutableFloats) -> [Float] {
        let size = transformer.configuration.hiddenSize
        var sum = [Double](repeating: 0, count: size)
        for row in rows {
            let state = hidden + row * size
            for column in 0..<size { sum[column] += Double(state[column]) }
        }
        // Mean and sum have one direction.
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length.isFinite, length > 0 else { return [] }
        return sum.map { Float($0 / length) }
    }
}

extension TreeBatch {
    /// The output rows of each sample's completion tokens, in the order of the text, of a batch without
    /// predicted prompts.
    fileprivate var completionRows: [(index: Int, rows: [Int])] {
        var rows: [Int: [Int]] = [:]
        for (row, target) in targets.enumerated() {
            guard let sample = target.sample else { continue }
            rows[sample.index, default: []].append(row)
        }
        return samples.map { sample, _ in
            // The first row predicts the completion's first token: it is the prompt's last.
            let own = rows[sample.index] ?? []
            return (sample.index, Array(sample.promptCount > 0 ? own.dropFirst() : own[...]))
        }
    }
}
