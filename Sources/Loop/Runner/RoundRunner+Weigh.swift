extension RoundRunner {
    /// Scores the valid set and the consistent candidates under the incumbent and gives DS weights.
    ///
    /// Without valid questions nothing is weighed; `begin` has refused that where it matters.
    func weigh(_ round: inout RoundRecord) async throws {
        let start = clock()
        let configuration = round.configuration
        let valid = try await store.questions(in: .valid, of: round.id)
        guard !valid.isEmpty else {
            return try await finish(
                &round,
                since: start,
                line: "nothing weighed, there are no valid questions"
            )
        }
        try await engine.activate(try await store.adapter(of: round.parent))
        let mean = try await meanValidLoss(valid, round: round)
        var candidates = try await store.candidates(of: round.id, .undecided)
        let questions = try await trainQuestions()

        var samples: [TextSample] = []
        // Where each candidate's text stands among them; identical texts of a question are scored once.
        var places = [Int?](repeating: nil, count: candidates.count)
        for group in candidates.groupedByQuestion {
            guard let question = questions[candidates[group.startIndex].question]?.content else { continue }
            let prompt = configuration.prompt.prompt(for: question)
            var known: [TextKey: Int] = [:]
            for index in group.indices {
                let candidate = candidates[index]
                let key = TextKey(question: candidate.question, text: candidate.text)
                if let place = known[key] {
                    places[index] = place
                    continue
                }
                known[key] = samples.count
                places[index] = samples.count
                samples.append(TextSample(prompt: prompt, completion: candidate.text))
            }
        }
        let scores =
            samples.isEmpty
            ? [] : try await engine.score(samples, progress: progress(of: round, unit: "sequences"))
        for (index, place) in zip(candidates.indices, places) {
            guard let place else { continue }
            candidates[index].weigh(scores[place], span: configuration.select.lossSpan, mean: mean.mean)
        }

        let weights = candidates.compactMap(\.dsWeight)
        round.report.validCount = mean.count
        round.report.meanValidLoss = mean.mean
        round.report.meanValidLossStandardError = mean.standardError
        round.report.weighedCount = weights.count
        round.report.dsWeightHistogram = DSWeight.histogram(of: weights)
        round.report.meanDSWeight = weights.isEmpty ? nil : weights.reduce(0, +) / Double(weights.count)
        round.report.dsWeightQuantiles =
            weights.isEmpty
            ? nil : DSWeight.quantiles(of: weights, at: [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1])
        let line =
            "\(Plain.count(weights.count)) candidates weighed (\(Plain.count(samples.count)) texts), mean valid loss "
            + Plain.decimal(mean.mean, places: 3)
        let warnings = mean.warning.map {
            [RoundEvent(.warning, round: round.id, phase: .weigh, message: $0)]
        }
        try await finish(&round, since: start, candidates: candidates, line: line, events: warnings ?? [])
    }

    /// The mean loss of the valid set under the active adapter.
    func meanValidLoss(_ valid: [Question], round: RoundRecord) async throws -> MeanValidLoss {
        let scores = try await scoreValid(valid, round: round)
        return try DSWeight.meanValidLoss(scores)
    }

    /// The valid set's losses under the active adapter, over the round's loss span.
    func scoreValid(_ valid: [Question], round: RoundRecord) async throws -> [Double] {
        let prompt = round.configuration.prompt
        let samples = valid.map { question in
            TextSample(
                prompt: prompt.prompt(for: question.content),
                completion: prompt.completion(for: question.content.rationale ?? "")
            )
        }
        let scores = try await engine.score(samples, progress: progress(of: round, unit: "sequences"))
        return scores.map { $0.loss(over: round.configuration.select.lossSpan) }
    }
}

extension SampleScore {
    /// The loss over the configured span.
    func loss(over span: LossSpan) -> Double {
        switch span {
        case .answerOnly: answerLoss
        case .fullSequence: fullLoss
        }
    }
}

extension Candidate {
    /// Takes loss and DS weight from a score, or drops out where they mean nothing.
    mutating func weigh(_ score: SampleScore, span: LossSpan, mean: Double) {
        guard score.answerTokenCount > 0 else { return settle(.dropped, .emptySpan) }
        let loss = score.loss(over: span)
        // The journal keeps finite numbers only.
        self.loss = loss.isFinite ? loss : nil
        dsWeight = DSWeight.weight(loss: loss, meanValidLoss: mean)
        if dsWeight == nil { settle(.dropped, .lossDegenerate) }
    }
}
