extension RoundRunner {
    /// Fine-tunes on the kept candidates, from the newest save if there is one, and records the checkpoint.
    func finetune(_ round: inout RoundRecord) async throws {
        let start = clock()
        let configuration = round.configuration
        let groups = TrainingSamples.build(
            try await store.candidates(of: round.id),
            questions: try await trainQuestions(),
            prompt: configuration.prompt
        )
        let isFresh = configuration.finetune.startFrom == .base
        let job = FinetuneJob(
            samples: groups.map(\.sample),
            settings: configuration.finetune,
            lossSpan: configuration.select.lossSpan,
            key: key(of: round),
            start: isFresh ? nil : try await store.adapter(of: round.parent),
            resumePath: try await store.newestTrainingSave(of: round.id),
            baseModelName: engine.identity.name
        )
        let (store, id) = (store, round.id)
        let result = try await engine.finetune(job, progress: progress(of: round, unit: "steps")) { save in
            try store.write(save, of: id)
        }
        let tooLong = try await recordTooLong(result.tooLong, of: groups, round: &round)
        round.report.stepCount = result.losses.count
        round.report.trainedTokenCount = result.tokenCount
        round.report.trainingLosses = result.losses.filter(\.isFinite)
        var line =
            "\(Plain.count(result.losses.count)) steps, \(Plain.count(groups.count)) texts, "
            + "\(Plain.count(result.tokenCount)) tokens"
        if tooLong > 0 { line += ", \(Plain.count(tooLong)) candidates too long" }
        if result.losses.isEmpty {
            let event = endWithoutData(
                &round,
                because: "every selected candidate is longer than finetune.maxTokens"
            )
            return try await finish(&round, since: start, line: line, events: [event])
        }
        let (next, event) = close(round, since: start, line: line)
        round = try await store.recordCheckpoint(files: result.files, round: next, events: [event])
    }

    /// Marks candidates that the engine left out as too long; returns how many.
    private func recordTooLong(
        _ places: [Int],
        of groups: [TrainingSamples.Group],
        round: inout RoundRecord
    ) async throws -> Int {
        let candidates = places.filter(groups.indices.contains).flatMap { place in
            groups[place].candidates.map { candidate in
                var candidate = candidate
                candidate.settle(.dropped, .tooLong)
                return candidate
            }
        }
        guard !candidates.isEmpty else { return 0 }
        round.report.dropCounts = (round.report.dropCounts ?? [:])
        round.report.dropCounts?[VerdictReason.tooLong.rawValue] = candidates.count
        try await store.advance(round, candidates: candidates, events: [])
        return candidates.count
    }
}
