import Crypto
import Foundation
public import Loop

extension ScaleOutEngine {
    /// Fine-tunes an adapter with the trainer; see `RoundEngine`.
    ///
    /// The trainer keeps its own saves in the job's directory and continues from the newest complete one, so
    /// `save` is never called and `resumePath`, a save of another engine, not read.
    public func finetune(
        _ job: FinetuneJob,
        progress: @escaping @Sendable (EngineProgress) -> Void,
        save: @escaping @Sendable (TrainingSave) throws -> Void
    ) async throws -> FinetuneResult {
        guard job.settings.contenders.isEmpty else { throw LoopError.noContendersInRound }
        let samples = try job.tokenized { try model.tokenize($0, index: $1) }
        let plan = TrainingSteps(samples, job, contextLength: model.contextLength)
        guard !plan.steps.isEmpty else {
            return FinetuneResult(files: [], losses: [], tokenCount: 0, tooLong: plan.tooLong)
        }
        note(round: job.key.round)
        let digest = try TrainerPlan.digest(job, settings)
        let directory = JobDirectory(digest, in: settings.directory)
        let probe = Array(plan.steps[0][0].tokens)
        let result: TrainerResult
        if let done = try finished(directory) {
            result = done
        } else {
            try base.prepare(beat)
            try directory.write(
                trainerPlan(job, plan, digest, directory, probe),
                samples: samples,
                isPlain: job.isPlain,
                start: try startingAdapter(job)
            )
            result = try await train(directory, round: job.key.round, stepCount: plan.steps.count, progress)
        }
        let files = try model.adapterFiles(at: directory.result, baseModelName: job.baseModelName)
        try probes.record(
            AdapterProbe(tokens: probe, loss: result.probe.loss, baseLoss: result.probe.baseLoss),
            of: Self.sha256(of: files)
        )
        return FinetuneResult(
            files: files,
            losses: result.losses,
            tokenCount: result.tokenCount,
            tooLong: plan.tooLong
        )
    }

    /// What was done of a job before; a damaged result is none, and is made again.
    private func finished(_ directory: JobDirectory) throws -> TrainerResult? {
        do {
            return try directory.finished()
        } catch let error as ScaleOutError where error.code == .trainerFailed {
            return nil
        }
    }

    /// Starts the trainer until it has finished, within the budget of restarts.
    private func train(
        _ directory: JobDirectory,
        round: UInt32,
        stepCount: Int,
        _ progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> TrainerResult {
        // The accelerator's memory is the trainer's now.
        try await whileBeating(beat) { [pool, trainerMark] in
            for endpoint in pool.endpoints { await endpoint.rest() }
            await trainerMark.end(patience: .seconds(3))
        }
        try settings.makeLogs()
        let run = TrainerRun(
            job: directory,
            settings: settings,
            mark: trainerMark,
            log: settings.log(of: round, "trainer")
        )
        var failures = 0
        while true {
            let end = try await whileBeating(beat) {
                try await run.run { event in
                    progress(
                        EngineProgress(
                            doneCount: event.step ?? 0,
                            totalCount: stepCount,
                            tokenCount: event.tokens ?? 0,
                            loss: event.loss
                        )
                    )
                }
            }
            let reason: String
            switch end {
            case .finished:
                if let result = try await arrival(in: directory) { return result }
                reason = "it says that it has finished, but \(directory.result) is not there"
                failures += 1
            case .broken(let text, let hasSaved):
                // Its last line may be lost on the way.
                if let result = try? directory.finished() { return result }
                reason = text
                failures = hasSaved ? 1 : failures + 1
            }
            guard failures <= settings.restarts else {
                throw ScaleOutError(
                    .trainerFailed,
                    "the trainer failed \(failures) times without a save in between: \(reason); see \(run.log)"
                )
            }
            note("the trainer is started again: \(reason); see \(run.log)")
            try await Task.sleep(for: .milliseconds(500 << min(failures - 1, 5)))
        }
    }

    /// The result once it is seen here: NFS may remember for a minute that a name was not there.
    private func arrival(in directory: JobDirectory) async throws -> TrainerResult? {
        try await whileBeating(beat) { [settings] in
            let clock = ContinuousClock()
            let end = clock.now + min(.seconds(90), settings.timeouts.step)
            while true {
                do {
                    if let result = try directory.finished() { return result }
                } catch let error as ScaleOutError where error.code == .fileFailed && clock.now < end {
                    // A network file system may also know it and not have it yet.
                }
                guard clock.now < end else { return nil }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    private func startingAdapter(_ job: FinetuneJob) throws -> [FileContent] {
        guard let start = job.start else { return try model.freshAdapter(job) }
        try model.checkStart(start, job.settings)
        return try model.adapterFiles(at: start.path, baseModelName: job.baseModelName)
    }

    private func trainerPlan(
        _ job: FinetuneJob,
        _ plan: TrainingSteps,
        _ digest: String,
        _ directory: JobDirectory,
        _ probe: [Int32]
    ) -> TrainerPlan {
        TrainerPlan(
            digest: digest,
            model: base.path,
            adapter: directory.adapter,
            samples: directory.samples,
            objective: job.objective == .sft ? nil : job.objective.rawValue,
            objectiveSettings: job.objective == .sft
                ? nil : TrainerObjectiveSettings(job.settings.objectives),
            output: directory.path,
            steps: plan.steps.map { $0.map(\.index) },
            rates: plan.steps.indices.map { job.settings.rate(step: $0, of: plan.steps.count) },
            lossSpan: job.lossSpan.rawValue,
            dtype: settings.precision.dtype,
            passTokens: settings.trainTokens,
            sharding: settings.sharding.rawValue,
            weightDecay: job.settings.weightDecay,
            clip: job.settings.clip,
            saveEverySteps: job.settings.saveEverySteps,
            probe: probe
        )
    }

    private static func sha256(of files: [FileContent]) -> String {
        var hash = SHA256()
        for file in files where file.name == FileName.adapterWeights {
            hash.update(data: Data(file.bytes))
        }
        return hash.finalize().hex
    }
}
