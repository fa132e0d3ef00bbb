import Foundation
import Loop

/// LoRA fine-tuning: per step, forward and backward over the step's trees, clipping, AdamW.
///
/// An objective says what a step's loss is; by cross-entropy Σ wᵢ · mean(token losses of sample i) / Σ wᵢ,
/// the plain mean over candidates with copies counted. Base weights must be loaded without an adapter.
final class Trainer {
    /// Rows per pass; a longer single sample makes room for itself.
    static let rowLimit = 384
    /// Logit rows held at once.
    static let logitRows = 192

    let transformer: Transformer
    let lora: LoRAState
    private let momentum: FloatBuffer
    private let variance: FloatBuffer
    private let settings: FinetuneSettings
    private let lossSpan: LossSpan
    private let objective: any Objective
    private let tape: Tape
    private let cache: KeyValueCache
    private let logits: FloatBuffer
    /// Capped logits of a block, kept for the gradient of the cap; nil without one.
    private let capped: FloatBuffer?
    private var gradients: GradientWorkspace
    private var outputRoom: Int

    /// Makes a trainer.
    ///
    /// - Parameters:
    ///   - transformer: The model with base weights.
    ///   - adapter: Where to start.
    ///   - settings: Rates and limits.
    ///   - lossSpan: Which tokens carry loss.
    ///   - objective: What is minimised.
    ///   - longestSample: Tokens of the longest sample.
    /// - Throws: `EngineError` `out_of_memory`.
    init(
        _ transformer: Transformer,
        adapter: Adapter,
        settings: FinetuneSettings,
        lossSpan: LossSpan,
        objective: any Objective = CrossEntropy(),
        longestSample: Int
    ) throws {
        let c = transformer.configuration
        let rowCount = max(Self.rowLimit, longestSample)
        self.transformer = transformer
        self.settings = settings
        self.lossSpan = lossSpan
        self.objective = objective
        lora = try LoRAState(adapter, transformer.weights.description)
        try lora.reserve(rows: rowCount)
        momentum = try FloatBuffer(lora.parameters.count)
        variance = try FloatBuffer(lora.parameters.count)
        tape = try Tape(transformer.weights.description, rowCount: rowCount)
        cache = try KeyValueCache(transformer.weights.description, slotCount: rowCount)
        logits = try FloatBuffer(Self.logitRows * c.vocabularyCount)
        outputRoom = rowCount
        gradients = try GradientWorkspace(
            transformer.weights.description,
            rowCount: rowCount,
            outputCount: rowCount
        )
        capped = try transformer.weights.description.logitSoftCap.map { _ in
            try FloatBuffer(Self.logitRows * c.vocabularyCount)
        }
    }

    /// The state that a resumed run needs besides its place: parameters, momentum, variance.
    var state: [FloatBuffer] { [lora.parameters, momentum, variance] }

    /// Runs one optimizer step.
    ///
    /// - Parameters:
    ///   - samples: The step's samples.
    ///   - step: Its number, from 0.
    ///   - stepCount: Steps in all.
    /// - Returns: The loss before the step, and the rows run; a loss of NaN says that loss or gradient was
    ///   not finite and the step was not applied.
    /// - Throws: `CancellationError` between layers, or what the objective throws, leaving parameters as they
    ///   were.
    func step(_ samples: [TokenizedSample], step: Int, of stepCount: Int) throws -> (loss: Double, rows: Int)
    {
        let (loss, rows) = try accumulate(samples)
        let norm = gradientNorm()
        guard loss.isFinite, norm.isFinite else { return (.nan, rows) }
        let scale = settings.clip > 0 ? min(1, settings.clip / (norm + 1e-6)) : 1
        CheckedKernels.adamW(
            lora.parameters.pointer,
            momentum: momentum.pointer,
            variance: variance.pointer,
            gradient: lora.gradients.pointer,
            count: lora.parameters.count,
            rate: Float(settings.rate(step: step, of: stepCount)),
            decay: Float(settings.weightDecay),
            gradientScale: Float(scale),
            step: step + 1
        )
        return (loss, rows)
    }

    /// Loss and gradients of a step's samples, without the step.
    ///
    /// When the objective needs log-probabilities, a forward pass over all samples comes first. The rows
    /// count once.
    func accumulate(_ samples: [TokenizedSample]) throws -> (loss: Double, rows: Int) {
        lora.gradients.clear()
        let trees = SequenceTree.grow(samples, rowLimit: Self.rowLimit)
        let passes = SequenceTree.pack(trees, rowLimit: Self.rowLimit)
        let terms = try StepTerms(
            samples,
            objective,
            span: lossSpan,
            logProbabilities: objective.needsLogProbabilities ? logProbabilities(passes) : nil
        )
        var (loss, rows) = (0.0, 0)
        for pass in passes {
            try Task.checkCancellation()
            let layout = TreeBatch(pass, includesPrompt: lossSpan == .fullSequence)
            loss += try run(layout.factors(terms.coefficients), layout, divisor: terms.divisor)
            rows += layout.batch.count
        }
        // A pass that is not finite makes the step not finite, whatever the objective says.
        return (loss.isFinite ? terms.loss ?? loss : loss, rows)
    }

    /// ℓ of each sample by its index, under the parameters as they are.
    private func logProbabilities(_ passes: [[SequenceTree]]) throws -> [Int: Double] {
        var sums: [Int: Double] = [:]
        for pass in passes {
            try Task.checkCancellation()
            let layout = TreeBatch(pass, includesPrompt: lossSpan == .fullSequence)
            let hidden = try transformer.forward(layout.batch, cache: cache, lora: lora)
            let losses = losses(hidden, layout.targets.map(\.token))
            sums.merge(layout.sums(losses).mapValues(-)) { $1 }
        }
        return sums
    }

    private func run(_ factors: [Double], _ layout: TreeBatch, divisor: Double) throws -> Double {
        let c = transformer.configuration
        if layout.targets.count > outputRoom {
            outputRoom = layout.targets.count
            gradients = try GradientWorkspace(
                transformer.weights.description,
                rowCount: tape.rowCount,
                outputCount: outputRoom
            )
        }
        let hidden = try transformer.forward(layout.batch, cache: cache, lora: lora, tape: tape)
        let losses = losses(
            hidden,
            layout.targets.map(\.token),
            coefficients: factors.map { Float($0 / divisor) }
        ) { start, rows in
            transformer.weights.head.multiplyTransposed(
                logits.pointer,
                rows: rows,
                into: gradients.dHidden.pointer + start * c.hiddenSize
            )
        }
        try transformer.backward(
            layout.batch,
            lora: lora,
            tape: tape,
            gradients: gradients,
            treeStarts: layout.treeStarts
        )
        return zip(losses, factors).reduce(0) { $0 + Double($1.0) * $1.1 / divisor }
    }

    /// The loss of each target, in blocks of rows.
    ///
    /// - Parameters:
    ///   - hidden: Output rows [M, C].
    ///   - tokens: What each row must predict.
    ///   - coefficients: Factor of each target; with them a block's logits become gradients.
    ///   - block: Called after each block with its first row and its number of rows, its logits still there.
    /// - Returns: Losses, nats.
    private func losses(
        _ hidden: MutableFloats,
        _ tokens: [Int32],
        coefficients: [Float]? = nil,
        block: (_ start: Int, _ rows: Int) -> Void = { _, _ in }
    ) -> [Float] {
        let c = transformer.configuration
        var losses = [Float](repeating: 0, count: tokens.count)
        for start in stride(from: 0, to: tokens.count, by: Self.logitRows) {
            let rows = min(Self.logitRows, tokens.count - start)
            transformer.project(hidden + start * c.hiddenSize, rows: rows, into: logits.pointer)
            let count = rows * c.vocabularyCount
            if let capped { memcpy(capped.pointer, logits.pointer, count * MemoryLayout<Float>.stride) }
            tokens.withUnsafeBufferPointer { tokens in
                (coefficients ?? []).withUnsafeBufferPointer { values in
                    losses.withUnsafeMutableBufferPointer { losses in
                        guard let tokens = tokens.baseAddress, let losses = losses.baseAddress else { return }
                        CheckedKernels.crossEntropy(
                            logits.pointer,
                            targets: tokens + start,
                            coefficients: coefficients == nil ? nil : values.baseAddress.map { $0 + start },
                            losses: losses + start,
                            rows: rows,
                            vocabulary: c.vocabularyCount
                        )
                    }
                }
            }
            if coefficients != nil, let capped, let cap = transformer.weights.description.logitSoftCap {
                CheckedKernels.softCapBackward(capped.pointer, dy: logits.pointer, count: count, cap: cap)
            }
            block(start, rows)
        }
        return losses
    }

    private func gradientNorm() -> Double {
        lora.gradients.all.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
}
