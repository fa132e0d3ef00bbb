import Glibc
package import Loop

/// Numbers from inside the engine, for the tests that compare it with recordings of transformers and PEFT.
package final class ModelProbe {
    private let transformer: Transformer
    private let tokenizer: any TextTokenizer

    /// Loads a model.
    package init(modelPath: String, format: WeightFormat = .f32, families: Families = .standard) throws {
        let files = try ModelFiles.open(modelPath, families: families)
        CheckedKernels.setThreadCount(ProcessorShare.threadCount())
        tokenizer = try files.tokenizer()
        transformer = try Transformer(ModelWeights(files, format: format))
    }

    /// Logits [V] after each of the last `count` tokens.
    package func logits(_ tokens: [Int32], last count: Int) throws -> [[Float]] {
        let cache = try KeyValueCache(transformer.weights.description, slotCount: tokens.count)
        var batch = TokenBatch()
        for (position, token) in tokens.enumerated() { append(token, position, to: &batch) }
        batch.outputRows = Array((tokens.count - count)..<tokens.count)
        return try logits(batch, cache)
    }

    /// The most likely continuation, control tokens included, token by token through the cache.
    package func greedy(after tokens: [Int32], count: Int) throws -> [Int32] {
        let cache = try KeyValueCache(transformer.weights.description, slotCount: tokens.count + count)
        var batch = TokenBatch()
        for (position, token) in tokens.enumerated() { append(token, position, to: &batch) }
        var written: [Int32] = []
        while written.count < count {
            batch.outputRows = [batch.count - 1]
            let row = try logits(batch, cache)[0]
            let best = row.indices.max { row[$0] < row[$1] } ?? 0
            written.append(Int32(best))
            batch = TokenBatch()
            append(Int32(best), tokens.count + written.count - 1, to: &batch)
        }
        return written
    }

    /// e to the mean loss of the tokens after the first.
    package func perplexity(_ tokens: [Int32]) throws -> Double {
        let rows = try logits(tokens, last: tokens.count)
        let losses = zip(rows.dropLast(), tokens.dropFirst()).map { row, token in
            let best = Double(row.max() ?? 0)
            let sum = row.reduce(0.0) { $0 + exp(Double($1) - best) }
            return log(sum) - (Double(row[Int(token)]) - best)
        }
        return exp(losses.reduce(0, +) / Double(losses.count))
    }

    /// Loss and gradients of one weighted batch.
    package func gradients(
        adapter path: String,
        _ samples: [TextSample],
        span: LossSpan
    ) throws -> (loss: Double, tensors: [AdapterKey: AdapterTensors]) {
        let trainer = try trainer(path, FinetuneSettings(), span)
        let loss = try trainer.accumulate(tokenize(samples)).loss
        return (loss, trainer.lora.tensors(of: trainer.lora.gradients))
    }

    /// Loss and gradients of one weighted batch of token ids, each with where its answer begins.
    package func gradients(
        adapter path: String,
        tokens: [(ids: [Int32], promptCount: Int, weight: Double)],
        span: LossSpan
    ) throws -> (loss: Double, tensors: [AdapterKey: AdapterTensors]) {
        let trainer = try trainer(path, FinetuneSettings(), span)
        let loss = try trainer.accumulate(Self.samples(tokens)).loss
        return (loss, trainer.lora.tensors(of: trainer.lora.gradients))
    }

    /// Losses before each of the steps over the same token ids.
    package func curve(
        adapter path: String,
        tokens: [(ids: [Int32], promptCount: Int, weight: Double)],
        stepCount: Int,
        settings: FinetuneSettings
    ) throws -> [Double] {
        let trainer = try trainer(path, settings, .answerOnly)
        return try (0..<stepCount).map {
            try trainer.step(Self.samples(tokens), step: $0, of: stepCount).loss
        }
    }

    private static func samples(
        _ tokens: [(ids: [Int32], promptCount: Int, weight: Double)]
    ) -> [TokenizedSample] {
        tokens.enumerated().map { index, sample in
            TokenizedSample(
                index: index,
                tokens: sample.ids,
                promptCount: sample.promptCount,
                weight: sample.weight
            )
        }
    }

    /// Loss and gradients of one step under an objective.
    package func gradients(
        adapter: Adapter,
        _ examples: [TrainingExample],
        objective: any Objective,
        span: LossSpan
    ) throws -> (loss: Double, tensors: [AdapterKey: AdapterTensors]) {
        let trainer = try Trainer(
            transformer,
            adapter: adapter,
            settings: FinetuneSettings(),
            lossSpan: span,
            objective: objective,
            longestSample: 512
        )
        let samples = try zip(examples, tokenize(examples.map(\.sample))).map { example, sample in
            var sample = sample
            sample.group = example.group
            sample.referenceLogProbability = example.referenceLogProbability
            return sample
        }
        let loss = try trainer.accumulate(samples).loss
        return (loss, trainer.lora.tensors(of: trainer.lora.gradients))
    }

    /// Reads an adapter for the model.
    package func adapter(_ path: String) throws -> Adapter {
        try Adapter.read(path, for: transformer.weights.description)
    }

    /// Losses before each of the steps, and the adapter after the last.
    package func curve(
        adapter path: String,
        steps: [[TextSample]],
        settings: FinetuneSettings,
        span: LossSpan
    ) throws -> (losses: [Double], tensors: [AdapterKey: AdapterTensors]) {
        let trainer = try trainer(path, settings, span)
        let losses = try steps.enumerated().map { step, samples in
            try trainer.step(tokenize(samples), step: step, of: steps.count).loss
        }
        return (losses, trainer.lora.tensors(of: trainer.lora.parameters))
    }

    private func trainer(_ path: String, _ settings: FinetuneSettings, _ span: LossSpan) throws -> Trainer {
        try Trainer(
            transformer,
            adapter: Adapter.read(path, for: transformer.weights.description),
            settings: settings,
            lossSpan: span,
            longestSample: 512
        )
    }

    private func tokenize(_ samples: [TextSample]) throws -> [TokenizedSample] {
        try samples.enumerated().map {
            try tokenizer.tokenize($0.element, index: $0.offset, contextLength: .max)
        }
    }

    private func logits(_ batch: TokenBatch, _ cache: KeyValueCache) throws -> [[Float]] {
        let (count, vocabulary) = (batch.outputRows.count, transformer.configuration.vocabularyCount)
        let hidden = try transformer.forward(batch, cache: cache)
        let logits = try FloatBuffer(count * vocabulary)
        transformer.project(hidden, rows: count, into: logits.pointer)
        return (0..<count).map { Array(logits.all[($0 * vocabulary)..<(($0 + 1) * vocabulary)]) }
    }

    private func append(_ token: Int32, _ position: Int, to batch: inout TokenBatch) {
        let none = CheckedKernels.SlotRun(start: 0, length: 0)
        let seen = CheckedKernels.SlotRun(start: 0, length: position + 1)
        batch.append(
            token: token,
            position: position,
            slot: position,
            segments: KeySegments(seen, none, none)
        )
    }
}
