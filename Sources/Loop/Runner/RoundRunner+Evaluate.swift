extension RoundRunner {
    /// Lets incumbent and new checkpoint answer the gate's questions and judges the new one.
    func evaluate(_ round: inout RoundRecord) async throws {
        let start = clock()
        guard let checkpoint = round.checkpoint else {
            throw LoopError(
                .invalidData,
                "round \(round.id) is in phase evaluate without a checkpoint; roll back"
            )
        }
        let gate = try await store.questions(in: .gate, of: round.id)
        let split = gate.isEmpty ? Split.valid : .gate
        let questions = gate.isEmpty ? try await store.questions(in: .valid, of: round.id) : gate
        let before = try await evaluation(of: round.parent, on: split, questions: questions, round: round)
        let after = try await evaluation(of: checkpoint, on: split, questions: questions, round: round)
        // Weighing counts them where there are any.
        let hasValid = round.report.validCount != nil
        // Steps that were not finite were not applied; a valid loss that is not finite is left out of the
        // evaluation.
        var gateReport = try PromotionGate(settings: round.configuration.gate).judge(
            before: before,
            after: after,
            isFinite: !hasValid || after.summary.meanLoss != nil,
            level: try await gateLevel(of: round)
        )
        let collapse = CollapseCheck(settings: round.configuration.collapse)
        let failures = collapse.gateFailures(before: before, after: after)
        var events: [RoundEvent] = []
        if !failures.isEmpty {
            let message =
                "checkpoint \(checkpoint) has collapsed, checkpoint \(round.parent) stays current: "
                + failures.joined(separator: "; ")
            events = [RoundEvent(.collapsed, round: round.id, phase: .evaluate, message: message)]
            round.report.collapse = failures
            gateReport.failures += failures
            gateReport.isPassed = false
        }
        round.report.gate = gateReport
        round.report.gateLevels = LevelAccuracy.perLevel(questions, before: before, after: after)
        let tooLong = LongQuestions(questions, try lengths(of: round.configuration)?.excessInEvaluation)
        let note =
            tooLong.isEmpty ? "" : "; counted as wrong, since they cannot be asked: \(tooLong.sentence)"
        let line =
            "\(split.rawValue) accuracy \(Plain.percent(gateReport.before.share)) before, "
            + "\(Plain.percent(gateReport.after.share)) after on \(Plain.count(questions.count)) questions"
        var ends = ""
        if let before = gateReport.stopRateBefore, let after = gateReport.stopRateAfter {
            ends =
                "; \(Plain.percent(before)) of the answers ended by themselves before, \(Plain.percent(after)) after"
        }
        try await finish(&round, since: start, line: line + ends + note, events: events)
    }

    /// The level of the gate's test for a gain in a round.
    private func gateLevel(of round: RoundRecord) async throws -> Double {
        let settings = round.configuration.gate
        let promoted =
            settings.spending == .overRun ? try await store.promotions(directlyBefore: round.id) : 0
        return settings.level(round: round.id.rawValue, promotedBefore: promoted)
    }

    /// A checkpoint's evaluation from the store, or computed and recorded now.
    func evaluation(
        of checkpoint: CheckpointID,
        on split: Split,
        questions: [Question],
        round: RoundRecord
    ) async throws -> Evaluation {
        if let known = try await store.evaluation(of: checkpoint, on: split) {
            return try await spanned(known, of: checkpoint, round: round)
        }
        try await engine.activate(try await store.adapter(of: checkpoint))
        let answers = try await answer(questions, round: round)
        let meanLoss = split == .test ? nil : try await finiteValidLoss(of: checkpoint, round: round)
        let evaluation = try await self.evaluation(
            of: answers,
            questions: questions,
            split: split,
            meanLoss: meanLoss,
            configuration: round.configuration
        )
        try await store.record(evaluation, of: checkpoint)
        return evaluation
    }

    /// A stored evaluation with its mean loss over the round's own span: that of the round that made the
    /// checkpoint may be another.
    private func spanned(
        _ known: Evaluation,
        of checkpoint: CheckpointID,
        round: RoundRecord
    ) async throws -> Evaluation {
        guard known.summary.split != .test, let maker = try await store.configuration(of: checkpoint),
            maker.select.lossSpan != round.configuration.select.lossSpan
        else { return known }
        try await engine.activate(try await store.adapter(of: checkpoint))
        var known = known
        known.summary.meanLoss = try await finiteValidLoss(of: checkpoint, round: round)
        try await store.record(known, of: checkpoint)
        return known
    }

    /// The valid set's mean loss under the active checkpoint; nil where there is none or it is not finite.
    private func finiteValidLoss(of checkpoint: CheckpointID, round: RoundRecord) async throws -> Double? {
        // Weighing has scored the same texts under the parent, unless it measured by something else.
        let reference = round.configuration.select.shift.reference
        let isOfParent = reference == .current || (reference == .base && round.parent == .base)
        if checkpoint == round.parent, isOfParent, let known = round.report.meanValidLoss { return known }
        let valid = try await validQuestions(of: round)
        let context = try scoringContext(of: round, valid: valid)
        let losses = valid.isEmpty ? [] : try await context.validLosses()
        let mean = losses.reduce(0, +) / Double(max(losses.count, 1))
        return losses.isEmpty || !mean.isFinite ? nil : mean
    }

    /// Greedy texts for the questions under the active adapter; an empty one for a question that is too long
    /// to be asked, so that it counts as wrong for every checkpoint.
    func answer(_ questions: [Question], round: RoundRecord) async throws -> [GeneratedText] {
        let tooLong = LongQuestions(questions, try lengths(of: round.configuration)?.excessInEvaluation)
        guard tooLong.isEmpty else {
            let asked = questions.filter { tooLong.counts[$0.id] == nil }
            return try await answerAll(asked, round: round).filling(questions.map(\.id), count: 1)
        }
        return try await answerAll(questions, round: round)
    }

    private func answerAll(_ questions: [Question], round: RoundRecord) async throws -> [GeneratedText] {
        guard !questions.isEmpty else { return [] }
        let prompts = try prompts(of: round)
        var settings = round.configuration.writing
        (settings.temperature, settings.topP, settings.topK, settings.candidates) = (0, 1, 0, 1)
        let requests = questions.map { question in
            GenerationRequest(
                question: question.id,
                prompt: prompts.evaluationPrompt(for: question.content),
                count: 1
            )
        }
        let texts = try await engine.generate(
            requests,
            prefix: prompts.evaluationPrefix,
            settings: settings,
            key: key(of: round),
            progress: progress(of: round, unit: "questions")
        )
        // Here: empty texts for questions that are too long must not hide it.
        guard texts.count == questions.count else {
            throw LoopError(
                .engineReply,
                "the engine answered \(texts.count) of \(questions.count) questions; report this as a defect of the engine"
            )
        }
        return prompts.whole(texts)
    }

    /// An evaluation from greedy texts.
    func evaluation(
        of texts: [GeneratedText],
        questions: [Question],
        split: Split,
        meanLoss: Double?,
        configuration: RoundConfiguration
    ) async throws -> Evaluation {
        let judge = try catalog.judge(configuration)
        var rightCounts: [ExtractorProfile: Int] = [:]
        var answers: [EvaluationAnswer] = []
        for (question, text) in zip(questions, texts) {
            let judged = try await judge?.reading(of: text.text, question: question.content)
            for profile in ExtractorProfile.allCases {
                let extractor = try AnswerExtractor(
                    configuration: configuration,
                    question: question.content,
                    profile: profile,
                    kinds: catalog.answerKinds
                )
                let answer =
                    judged.map(\.answer) ?? extractor.answer(in: text.text, isCut: text.finish == .length)
                let isRight = extractor.isRight(answer, reference: question.content.answer) == true
                rightCounts[profile, default: 0] += isRight ? 1 : 0
                guard profile == configuration.vote.extractor else { continue }
                answers.append(
                    EvaluationAnswer(
                        question: question.id,
                        text: text.text,
                        answer: answer?.canonical,
                        isRight: isRight,
                        tokenCount: text.tokenCount,
                        // Plain rounds keep the record that they always had.
                        finish: configuration.prompt.format == .chat && text.tokenCount > 0
                            ? text.finish : nil
                    )
                )
            }
        }
        let count = max(answers.count, 1)
        let shares = rightCounts.map { ($0.key.rawValue, Double($0.value) / Double(count)) }
        let summary = EvaluationSummary(
            split: split,
            accuracy: Accuracy(rightCount: answers.count(where: \.isRight), of: answers.count),
            accuracyPerProfile: Dictionary(shares) { first, _ in first },
            meanLoss: meanLoss
        )
        return Evaluation(summary: summary, answers: answers)
    }
}
