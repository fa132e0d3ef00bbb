import Loop

/// Losses of given completions: one prefill pass over packed trees, logits in blocks of rows.
struct Scorer {
    /// Rows per pass.
    static let rowLimit = 384
    /// Logit rows held at once.
    static let logitRows = 128

    let transformer: Transformer
    let tokenizer: any TextTokenizer

    /// Scores samples under the weights as they are.
    ///
    /// - Parameters:
    ///   - samples: Prompts and completions.
    ///   - progress: Called after each pass.
    /// - Returns: One score per sample, in order.
    /// - Throws: `CancellationError`, or `EngineError`.
    func score(
        _ samples: [TextSample],
        progress: (EngineProgress) -> Void
    ) throws -> [SampleScore] {
        let tokenized = try tokenized(samples)
        var scores = [SampleScore?](repeating: nil, count: samples.count)
        var (done, tokenCount) = (0, 0)
        let trees = SequenceTree.grow(tokenized, rowLimit: Self.rowLimit)
        for pass in SequenceTree.pack(trees, rowLimit: Self.rowLimit) {
            try Task.checkCancellation()
            let layout = TreeBatch(pass, includesPrompt: true)
            let losses = try losses(of: layout)
            for (sample, tree) in layout.samples {
                scores[sample.index] = score(sample, tree, layout.targets, losses)
            }
            done += layout.samples.count
            tokenCount += layout.batch.count
            progress(EngineProgress(doneCount: done, totalCount: samples.count, tokenCount: tokenCount))
        }
        return try scores.results { "the loss of sample \($0)" }
    }

    /// The samples as tokens.
    func tokenized(_ samples: [TextSample]) throws -> [TokenizedSample] {
        try samples.enumerated().map { index, sample in
            try tokenizer.tokenize(
                sample,
                index: index,
                contextLength: transformer.configuration.contextLength
            )
        }
    }

    private func score(
        _ sample: TokenizedSample,
        _ tree: Int,
        _ targets: [TreeBatch.Target],
        _ losses: [Float]
    ) -> SampleScore {
        var (answer, full) = (0.0, 0.0)
        var (answerCount, fullCount) = (0, 0)
        for (target, loss) in zip(targets, losses)
        where target.tree == tree && (target.sample == nil || target.sample?.index == sample.index) {
            full += Double(loss)
            fullCount += 1
            if target.isAnswer {
                answer += Double(loss)
                answerCount += 1
            }
        }
        return SampleScore(
            answerLoss: answerCount == 0 ? .nan : answer / Double(answerCount),
            fullLoss: fullCount == 0 ? .nan : full / Double(fullCount),
            answerTokenCount: answerCount,
            tokenCount: sample.tokens.count
        )
    }

    /// The loss of each target; `look` sees a target's logits before.
    func losses(of layout: TreeBatch, look: (Int, Floats) -> Void = { _, _ in }) throws -> [Float] {
        let c = transformer.configuration
        let cache = try KeyValueCache(transformer.weights.description, slotCount: layout.batch.count)
        let hidden = try transformer.forward(layout.batch, cache: cache)
        let logits = try FloatBuffer(min(Self.logitRows, layout.targets.count) * c.vocabularyCount)
        var losses = [Float](repeating: 0, count: layout.targets.count)
        let tokens = layout.targets.map(\.token)
        for start in stride(from: 0, to: tokens.count, by: Self.logitRows) {
            let rows = min(Self.logitRows, tokens.count - start)
            transformer.project(hidden + start * c.hiddenSize, rows: rows, into: logits.pointer)
            for row in 0..<rows { look(start + row, Floats(logits.pointer + row * c.vocabularyCount)) }
            tokens.withUnsafeBufferPointer { tokens in
                losses.withUnsafeMutableBufferPointer { losses in
                    guard let tokens = tokens.baseAddress, let losses = losses.baseAddress else { return }
                    CheckedKernels.crossEntropy(
                        logits.pointer,
                        targets: tokens + start,
                        coefficients: nil,
                        losses: losses + start,
                        rows: rows,
                        vocabulary: c.vocabularyCount
                    )
                }
            }
        }
        return losses
    }
}
