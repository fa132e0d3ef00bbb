import Foundation
import Loop

/// A whole fine-tuning job: plan, steps, saves, result.
struct Finetuning {
    let transformer: Transformer
    let tokenizer: any TextTokenizer
    /// What a job's objective is looked up in.
    var objectives = Objectives.standard

    /// Runs or resumes a job.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - progress: Called after each step.
    ///   - save: Called every `saveEverySteps` steps, and when the job is cancelled: a stop costs no more
    ///     than a step. With contenders also after the last step.
    /// - Returns: The adapter's files and what was measured.
    /// - Throws: `CancellationError`, `EngineError`, `LoopError` for an objective that is unknown or does not
    ///   fit the examples, or what `save` throws.
    func run(
        _ job: FinetuneJob,
        progress: (EngineProgress) -> Void,
        save: (TrainingSave) throws -> Void
    ) throws -> FinetuneResult {
        let c = transformer.configuration
        let objective = try objectives.named(job.objective).configured(by: job.settings)
        let plan = try TrainingPlan(job, tokenizer: tokenizer, contextLength: c.contextLength)
        if plan.steps.isEmpty {
            return FinetuneResult(files: [], losses: [], tokenCount: 0, tooLong: plan.tooLong)
        }
        let trainer = try Trainer(
            transformer,
            adapter: try startingAdapter(job),
            settings: job.settings,
            lossSpan: job.lossSpan,
            objective: objective,
            longestSample: plan.steps.flatMap { $0 }.map(\.tokens.count).max() ?? 0
        )
        var record = TrainingRecord(digest: plan.digest)
        var ends = EpochEnds(job, stepCounts: plan.epochEnds, trainer: trainer)
        if let path = job.resumePath {
            record = try TrainingRecord.read(path, into: trainer, digest: plan.digest)
            try ends.read(path, stepCount: record.losses.count, trainer)
        }
        var savedCount = record.losses.count
        while record.losses.count < plan.steps.count {
            let step = record.losses.count
            let samples = plan.steps[step].filter { !record.quarantined.contains($0.index) }
            let done: (loss: Double, rows: Int)
            do {
                done =
                    samples.isEmpty ? (.nan, 0) : try trainer.step(samples, step: step, of: plan.steps.count)
            } catch is CancellationError {
                if step > savedCount {
                    try save(TrainingSave(step: step, files: try record.files(trainer) + ends.files))
                }
                throw CancellationError()
            }
            if !done.loss.isFinite { record.quarantined += samples.map(\.index) }
            record.losses.append(done.loss)
            record.tokenCount += done.rows
            ends.note(stepCount: step + 1, trainer)
            progress(
                EngineProgress(
                    doneCount: step + 1,
                    totalCount: plan.steps.count,
                    tokenCount: record.tokenCount,
                    loss: done.loss.isFinite ? done.loss : nil
                )
            )
            if (step + 1) % job.settings.saveEverySteps == 0, step + 1 < plan.steps.count {
                try save(TrainingSave(step: step + 1, files: try record.files(trainer) + ends.files))
                savedCount = step + 1
            }
        }
        if !job.settings.contenders.isEmpty, savedCount < plan.steps.count {
            // Scoring the contenders may take longer than training; a stop there repeats no step.
            try save(TrainingSave(step: plan.steps.count, files: try record.files(trainer) + ends.files))
        }
        let files = try files(of: trainer.lora.parameters, trainer, job)
        return FinetuneResult(
            files: files,
            losses: record.losses,
            tokenCount: record.tokenCount,
            tooLong: plan.tooLong,
            quarantined: record.quarantined.sorted(),
            contenders: job.settings.contenders.isEmpty
                ? []
                : try ends.contenders(trainer) { values in
                    let buffer = try FloatBuffer(values.count)
                    for (place, value) in values.enumerated() { buffer.pointer[place] = value }
                    return try self.files(of: buffer, trainer, job)
                }
        )
    }

    /// The adapter's files for parameters in the order of the trainer's.
    private func files(
        of parameters: FloatBuffer,
        _ trainer: Trainer,
        _ job: FinetuneJob
    ) throws -> [FileContent] {
        let adapter = Adapter(
            rank: trainer.lora.rank,
            alpha: job.settings.alpha,
            usesRSLoRA: false,
            targetModules: trainer.lora.modules,
            tensors: trainer.lora.tensors(of: parameters)
        )
        return try adapter.files(of: transformer.weights.description, baseModelName: job.baseModelName)
    }

    private func startingAdapter(_ job: FinetuneJob) throws -> Adapter {
        let (model, settings) = (transformer.weights.description, job.settings)
        guard let start = job.start else { return try Adapter.fresh(settings, model, key: job.key) }
        return try Adapter.read(start, continuing: settings, model)
    }
}

extension Adapter {
    /// Reads the adapter that fine-tuning starts from.
    static func read(
        _ start: AdapterLocation,
        continuing settings: FinetuneSettings,
        _ model: ModelDescription
    ) throws -> Adapter {
        let adapter = try Adapter.read(start.path, for: model)
        guard adapter.isUniform else {
            throw EngineError(
                .adapterMismatch,
                "cannot continue adapter \(start.path): its layers have ranks or scales of their own, or only "
                    + "some have LoRA, which finetune.* cannot ask for; set finetune.startFrom to base"
            )
        }
        guard adapter.rank == settings.rank, adapter.scale == settings.alpha / Double(settings.rank),
            adapter.targetModules == model.present(settings.targetModules).sorted()
        else {
            throw EngineError(
                .adapterMismatch,
                "cannot continue adapter \(start.path): it has rank \(adapter.rank), scale \(adapter.scale), modules "
                    + "\(adapter.targetModules.map(\.rawValue).joined(separator: " ")), which finetune.* does not "
                    + "ask for; set them the same, or set finetune.startFrom to base"
            )
        }
        return adapter
    }

    /// A fresh adapter: A uniform in ±1/√K as PEFT initialises it (Kaiming uniform with a = √5), B zero.
    ///
    /// Of the settings' linear layers it has those that the model has.
    ///
    /// - Throws: `EngineError` `invalid_request` where that is none.
    static func fresh(
        _ settings: FinetuneSettings,
        _ model: ModelDescription,
        key: RandomKey
    ) throws -> Adapter {
        let random = Philox(key: key)
        let modules = model.present(settings.targetModules).sorted()
        guard !modules.isEmpty else {
            throw EngineError(
                .invalidRequest,
                "cannot fine-tune: finetune.targetModules is "
                    + settings.targetModules.map(\.rawValue).sorted().joined(separator: " ")
                    + ", and a \(model.architecture) model has none of them; name others, such as q_proj"
            )
        }
        var tensors: [AdapterKey: AdapterTensors] = [:]
        for layer in model.layers.indices {
            for (place, module) in modules.enumerated() {
                let (outputs, inputs) = model.shape(of: module, layer: layer)
                let bound = 1 / Float(inputs).squareRoot()
                let stream = UInt32(0x8000_0000) | UInt32(layer * TargetModule.allCases.count + place)
                var a = [Float](repeating: 0, count: settings.rank * inputs)
                for start in stride(from: 0, to: a.count, by: 4) {
                    let words = random.words(0, stream, UInt32(start / 4), 0)
                    for lane in 0..<min(4, a.count - start) {
                        a[start + lane] = (2 * Philox.unitFloat(words[lane]) - 1) * bound
                    }
                }
                tensors[AdapterKey(layer: layer, module: module)] = AdapterTensors(
                    a: a,
                    b: [Float](repeating: 0, count: outputs * settings.rank)
                )
            }
        }
        return Adapter(
            rank: settings.rank,
            alpha: settings.alpha,
            usesRSLoRA: false,
            targetModules: modules,
            tensors: tensors
        )
    }
}
