extension RoundRunner {
    /// Chooses the adapter that goes on to the gate, by the valid set alone.
    ///
    /// More right greedy answers win, then the lower mean loss, then the earlier one. What an attempt before
    /// has scored is not asked again.
    ///
    /// - Parameters:
    ///   - result: What fine-tuning made.
    ///   - round: Gets each contender's figures into its report.
    /// - Returns: The files of the chosen adapter, and what to tell a person.
    /// - Throws: An error of engine or store.
    func choose(
        from result: FinetuneResult,
        for round: inout RoundRecord
    ) async throws -> (files: [FileContent], events: [RoundEvent]) {
        if !round.configuration.finetune.contenders.isEmpty,
            let missing = try await missingForChoice(of: round)
        {
            let message =
                "no choice among contenders, since there are no \(missing) questions: the last save goes to the "
                + "gate; add \(missing) questions, or set finetune.contenders to []"
            let warning = RoundEvent(.warning, round: round.id, phase: .finetune, message: message)
            return (result.files, [warning])
        }
        let contenders = result.contenders
        guard contenders.count > 1 else { return (result.files, []) }
        let valid = try await store.questions(in: .valid, of: round.id)
        let context = try scoringContext(of: round, valid: try await validQuestions(of: round))
        var scores: [ContenderScore] = []
        for (place, contender) in contenders.enumerated() {
            try Task.checkCancellation()
            let number = place + 1
            let kept = try await store.keep(contender, number: number, of: round.id)
            if let known = kept.score {
                scores.append(known)
                continue
            }
            let score = try await score(of: kept.adapter, valid: valid, context: context, round: round)
            try await store.record(score, of: kept.adapter, number: number, of: round.id)
            scores.append(score)
        }
        let best = scores.indices.dropFirst().reduce(0) { scores[$1].isBetter(than: scores[$0]) ? $1 : $0 }
        let reports = zip(contenders, scores).enumerated().map { place, pair in
            ContenderReport(name: pair.0.name, score: pair.1, isChosen: place == best)
        }
        round.report.contenders = reports
        let others = reports.filter { !$0.isChosen }.map(\.sentence).joined(separator: ", ")
        let event = RoundEvent(
            .contenderChosen,
            round: round.id,
            phase: .finetune,
            message: "\(reports[best].sentence) goes to the gate, chosen by the valid set over \(others)"
        )
        return (contenders[best].files, [event])
    }

    /// What a round fine-tunes with: contenders among which nothing can choose are not asked for.
    func finetuneSettings(of round: RoundRecord) async throws -> FinetuneSettings {
        var settings = round.configuration.finetune
        if !settings.contenders.isEmpty, try await missingForChoice(of: round) != nil {
            settings.contenders = []
        }
        return settings
    }

    /// The split without which no contender can be chosen; nil when all is there.
    ///
    /// Without a gate split the gate asks the valid questions, which must not choose first.
    private func missingForChoice(of round: RoundRecord) async throws -> String? {
        for split in [Split.valid, .gate] {
            if try await store.questions(in: split, of: round.id).isEmpty { return split.rawValue }
        }
        return nil
    }

    private func score(
        of adapter: AdapterLocation,
        valid: [Question],
        context: ScoringContext,
        round: RoundRecord
    ) async throws -> ContenderScore {
        try await engine.activate(adapter)
        let evaluation = try await evaluation(
            of: try await answer(valid, round: round),
            questions: valid,
            split: .valid,
            meanLoss: nil,
            configuration: round.configuration
        )
        let losses = context.valid.isEmpty ? [] : try await context.validLosses()
        let mean = losses.reduce(0, +) / Double(max(losses.count, 1))
        return ContenderScore(
            valid: evaluation.summary.accuracy,
            meanLoss: losses.isEmpty || !mean.isFinite ? nil : mean,
            tokenCount: evaluation.answers.map(\.tokenCount).reduce(0, +)
        )
    }
}

extension ContenderReport {
    /// Its name and figures.
    fileprivate var sentence: String {
        let loss = meanLoss.map { ", mean loss \(Plain.decimal($0, places: 3))" } ?? ""
        return "\(name) (\(Plain.count(valid.rightCount)) of \(Plain.count(valid.count)) right\(loss))"
    }
}
