extension RoundRunner {
    /// Fine-tunes on the kept candidates, from the newest save if there is one, and records the checkpoint.
    ///
    /// A fresh adapter on the base model gets what the rounds before on this line have kept, too.
    func finetune(_ round: inout RoundRecord) async throws {
        let start = clock()
        let configuration = round.configuration
        let isFresh = configuration.finetune.startFrom == .base
        let texts = try await examples(of: round, isFresh: isFresh)
        if texts.isEmpty, configuration.finetune.objective != .sft {
            let end = endWithoutData(
                &round,
                because: "objective \(configuration.finetune.objective) found no examples"
            )
            return try await finish(&round, since: start, line: "nothing to train on", events: [end])
        }
        let result = try await train(on: texts, isFresh: isFresh, round: round)
        let earlierCount = texts.count { $0.candidates.first?.round != round.id }
        round.report.earlierTextCount = isFresh ? earlierCount : nil
        let superseded = try await self.superseded(of: round)
        round.report.supersededCount = superseded?.leftOut.count
        let unused = Set(result.tooLong + result.quarantined)
        let trained = Set(
            texts.indices.filter { !unused.contains($0) }.flatMap { texts[$0].candidates.map(\.question) }
        )
        round.report.finetune.count(
            texts,
            unused: unused,
            of: round.id,
            by: try objective(of: round).examples
        )
        let tooLong = drop(result.tooLong, .tooLong, of: texts, round: &round)
        let quarantined = drop(result.quarantined, .quarantined, of: texts, round: &round)
        let dropped = tooLong + quarantined
        round.report.quarantinedCount = quarantined.count
        round.report.stepCount = result.losses.count
        round.report.trainedTokenCount = result.tokenCount
        round.report.trainingLosses = result.losses.filter(\.isFinite)
        var line =
            "\(Plain.count(result.losses.count)) steps, \(Plain.count(texts.count)) texts"
            + (earlierCount > 0 ? " (\(Plain.count(earlierCount)) of earlier rounds)" : "")
            + (superseded?.clause(trained: trained) ?? "")
            + ", \(Plain.count(result.tokenCount)) tokens" + round.report.finetune.examplesClause
        if !tooLong.isEmpty { line += ", \(Plain.count(tooLong.count)) candidates too long" }
        var events: [RoundEvent] = []
        if !result.quarantined.isEmpty {
            line += ", \(Plain.count(quarantined.count)) candidates quarantined"
            events = [quarantineEvent(result, of: texts, round: round)]
        }
        guard result.losses.contains(where: \.isFinite) else {
            let reason =
                result.losses.isEmpty
                ? "every selected candidate is longer than finetune.maxTokens"
                : "no step had a finite loss and gradient; lower finetune.learningRate"
            events.append(endWithoutData(&round, because: reason))
            return try await finish(&round, since: start, line: line, candidates: dropped, events: events)
        }
        let chosen = try await choose(from: result, for: &round)
        try await finish(
            &round,
            since: start,
            line: line,
            candidates: dropped,
            adapter: chosen.files,
            eventsAhead: events + chosen.events
        )
    }

    /// Runs the job, its saves written to the store.
    private func train(
        on texts: [TrainingSamples.Text],
        isFresh: Bool,
        round: RoundRecord
    ) async throws -> FinetuneResult {
        let configuration = round.configuration
        let job = FinetuneJob(
            examples: texts.map(\.example),
            objective: configuration.finetune.objective,
            settings: try await finetuneSettings(of: round),
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
        try result.checkPlaces(in: texts.count)
        return result
    }

    /// Names the questions and candidates of steps that were not applied.
    private func quarantineEvent(
        _ result: FinetuneResult,
        of texts: [TrainingSamples.Text],
        round: RoundRecord
    ) -> RoundEvent {
        let candidates = result.quarantined.flatMap { texts[$0].candidates }
        let names = candidates.prefix(20).map { candidate in
            "\(candidate.question)/\(candidate.index)"
                + (candidate.round == round.id ? "" : " of round \(candidate.round)")
        }.joined(separator: " ")
        let steps = result.losses.count { !$0.isFinite }
        let message =
            "\(Plain.count(steps)) steps were not finite and not applied; quarantined candidates "
            + "(question/index): \(names)\(candidates.count > 20 ? " ..." : "")"
        return RoundEvent(.quarantined, round: round.id, phase: .finetune, message: message)
    }

    /// Candidates of this round that the engine left out, with their verdicts.
    ///
    /// Those of earlier rounds stay as they are: what has ended does not change. So do those that lost
    /// before, and were trained on as such.
    private func drop(
        _ places: [Int],
        _ reason: VerdictReason,
        of texts: [TrainingSamples.Text],
        round: inout RoundRecord
    ) -> [Candidate] {
        let candidates = places.flatMap { place in
            texts[place].candidates.filter { $0.round == round.id && $0.isForTraining }.map { candidate in
                var candidate = candidate
                candidate.settle(.dropped, reason)
                return candidate
            }
        }
        guard !candidates.isEmpty else { return [] }
        // Set, not added to: a resumed fine-tuning counts the same candidates again.
        round.report.dropCounts = (round.report.dropCounts ?? [:]).merging(
            [reason.rawValue: candidates.count],
            uniquingKeysWith: { $1 }
        )
        return candidates
    }
}

extension FinetuneResult {
    /// Refuses places that the job does not have.
    fileprivate func checkPlaces(in count: Int) throws(LoopError) {
        guard let place = (tooLong + quarantined).first(where: { !(0..<count).contains($0) }) else { return }
        throw LoopError(
            .engineReply,
            "the engine left out text \(place) of \(count); report this as a defect of the engine"
        )
    }
}
