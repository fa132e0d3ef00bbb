import Foundation
import Loop

/// LoRA fine-tuning: per step, forward and backward over the step's trees, clipping, AdamW.
///
/// The loss of a step is Σ wᵢ · mean(token losses of sample i) / Σ wᵢ, the plain mean over candidates with copies
/// counted. Base weights must be loaded without an adapter.
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
    private let tape: Tape
    private let cache: KeyValueCache
    private let logits: FloatBuffer
    private var gradients: GradientWorkspace
    private var outputRoom: Int

    /// Makes a trainer.
    ///
    /// - Parameters:
    ///   - transformer: The model with base weights.
    ///   - adapter: Where to start.
    ///   - settings: Rates and limits.
    ///   - lossSpan: Which tokens carry loss.
    ///   - longestSample: Tokens of the longest sample.
    /// - Throws: `EngineError` `out_of_memory`.
    init(
        _ transformer: Transformer,
        adapter: Adapter,
        settings: FinetuneSettings,
        lossSpan: LossSpan,
        longestSample: Int
    ) throws {
        let c = transformer.configuration
        let rowCount = max(Self.rowLimit, longestSample)
        self.transformer = transformer
        self.settings = settings
        self.lossSpan = lossSpan
        lora = try LoRAState(adapter, c)
        try lora.reserve(rows: rowCount)
        momentum = try FloatBuffer(lora.parameters.count)
        variance = try FloatBuffer(lora.parameters.count)
        tape = try Tape(transformer.weights.description, rowCount: rowCount)
        cache = try KeyValueCache(c, slotCount: rowCount)
        logits = try FloatBuffer(Self.logitRows * c.vocabularyCount)
        outputRoom = rowCount
        gradients = try GradientWorkspace(c, rowCount: rowCount, outputCount: rowCount)
    }

    /// The state that a resumed run needs besides its place: parameters, momentum, variance.
    var state: [FloatBuffer] { [lora.parameters, momentum, variance] }

    /// Runs one optimizer step.
    ///
    /// - Parameters:
    ///   - samples: The step's samples.
    ///   - step: Its number, from 0.
    ///   - stepCount: Steps in all.
    /// - Returns: The loss before the step, and the rows run; a loss of NaN says that loss or gradient was not finite
    ///   and the step was not applied.
    /// - Throws: `CancellationError` between layers, leaving parameters as they were.
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

    /// Loss and gradients of a weighted batch, without a step.
    func accumulate(_ samples: [TokenizedSample]) throws -> (loss: Double, rows: Int) {
        lora.gradients.clear()
        let totalWeight = samples.reduce(0) { $0 + $1.weight }
        let trees = SequenceTree.grow(samples, rowLimit: Self.rowLimit)
        var (loss, rows) = (0.0, 0)
        for pass in SequenceTree.pack(trees, rowLimit: Self.rowLimit) {
            try Task.checkCancellation()
            let layout = TreeBatch(pass, includesPrompt: lossSpan == .fullSequence)
            loss += try run(Self.weighted(layout), layout, totalWeight: totalWeight)
            rows += layout.batch.count
        }
        return (loss, rows)
    }

    /// A target's factor: Σ over the samples it serves of weight / number of the sample's targets.
    ///
    /// A shared prompt
    /// token serves every branch of its tree.
    private static func weighted(_ layout: TreeBatch) -> [Double] {
        var shared = [Int](repeating: 0, count: layout.treeStarts.count - 1)
        var own: [Int: Int] = [:]
        for target in layout.targets {
            if let sample = target.sample {
                own[sample.index, default: 0] += 1
            } else {
                shared[target.tree] += 1
            }
        }
        var sharedFactor = [Double](repeating: 0, count: shared.count)
        for (sample, tree) in layout.samples {
            sharedFactor[tree] += sample.weight / Double(shared[tree] + own[sample.index, default: 0])
        }
        return layout.targets.map { target in
            guard let sample = target.sample else { return sharedFactor[target.tree] }
            return sample.weight / Double(shared[target.tree] + own[sample.index, default: 0])
        }
    }

    private func run(_ factors: [Double], _ layout: TreeBatch, totalWeight: Double) throws -> Double {
        let c = transformer.configuration
        if layout.targets.count > outputRoom {
            outputRoom = layout.targets.count
            gradients = try GradientWorkspace(c, rowCount: tape.rowCount, outputCount: outputRoom)
        }
        let hidden = try transformer.forward(layout.batch, cache: cache, lora: lora, tape: tape)
        let coefficients = factors.map { Float($0 / totalWeight) }
        let tokens = layout.targets.map(\.token)
        var losses = [Float](repeating: 0, count: tokens.count)
        for start in stride(from: 0, to: tokens.count, by: Self.logitRows) {
            let rows = min(Self.logitRows, tokens.count - start)
            transformer.project(hidden + start * c.hiddenSize, rows: rows, into: logits.pointer)
            tokens.withUnsafeBufferPointer { tokens in
                coefficients.withUnsafeBufferPointer { coefficients in
                    losses.withUnsafeMutableBufferPointer { losses in
                        guard let tokens = tokens.baseAddress, let losses = losses.baseAddress,
                            let coefficients = coefficients.baseAddress
                        else { return }
                        CheckedKernels.crossEntropy(
                            logits.pointer,
                            targets: tokens + start,
                            coefficients: coefficients + start,
                            losses: losses + start,
                            rows: rows,
                            vocabulary: c.vocabularyCount
                        )
                    }
                }
            }
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
        return zip(losses, factors).reduce(0) { $0 + Double($1.0) * $1.1 / totalWeight }
    }

    private func gradientNorm() -> Double {
        lora.gradients.all.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
}
