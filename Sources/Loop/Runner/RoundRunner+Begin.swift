extension RoundRunner {
    /// Begins the next round: draws its questions, cuts them into waves and records both.
    ///
    /// - Parameters:
    ///   - configuration: The settings the round keeps.
    ///   - seed: Its seed, see `RoundSeed.derive`.
    ///   - notes: Events to write with its beginning.
    /// - Returns: The new round in phase `generate`.
    /// - Throws: `LoopError` for a setting out of range, no train questions, an empty valid set that the
    ///   settings do not allow, nothing to hold the gate on, or an adapter of another shape than the current
    ///   checkpoint's; an error of the store.
    public func begin(
        configuration: RoundConfiguration,
        seed: UInt64,
        notes: [RoundEvent] = []
    ) async throws -> RoundRecord {
        try configuration.validate(in: catalog)
        let parent = try await store.currentCheckpoint()
        // The record says what the round does, whatever the model of a later one makes of "auto".
        let wanted = configuration.prompt.format
        let configuration = settled(configuration).viewed(by: parent.id)
        // Now rather than at the first prompt: a template may not fit the settings.
        if configuration.prompt.format != .plain {
            _ = try configuration.prompt.writer(catalog.promptFormats.with(engine.chat))
        }
        let kind = configuration.vote.answerKind
        if try catalog.answerKinds.named(kind).isGrouped, !engine.givesHiddenStates {
            throw LoopError.noHiddenStates(kind)
        }
        let lengths = try lengths(of: configuration)
        let (train, tooLong) = try await writable(lengths)
        let valid = try await store.questions(in: .valid).filter {
            lengths?.excessInScoring($0.content) == nil
        }
        let gate = try await store.questions(in: .gate)
        let chain = SelectionChain(configuration, known: catalog.filters)
        try Self.check(train: train, valid: valid, gate: gate, chain, configuration.select)
        let objective = try catalog.objectives.configured(by: configuration.finetune)
        if valid.isEmpty, objective.examples.neededScores.contains(.ds) {
            throw LoopError(
                .invalidConfiguration,
                "finetune.objective \(objective.name) needs valid questions and there are none; add some or choose another "
                    + "objective"
            )
        }
        if let made = try await store.configuration(of: parent.id) {
            // Now rather than after hours of generation.
            try configuration.finetune.checkContinuing(made.finetune, of: parent.id)
        }

        let curriculum = try await curriculumDraw(train, from: parent.id, configuration, seed: seed)
        let questions =
            curriculum?.questions ?? Self.draw(train.map(\.id), configuration: configuration, seed: seed)
        let size = configuration.generate.waveQuestions
        let waves = stride(from: 0, to: questions.count, by: size).map { start in
            Array(questions[start..<min(start + size, questions.count)])
        }
        let format = wanted == .auto ? "; prompt.format auto is \(configuration.prompt.format)" : ""
        let line =
            "round begins from checkpoint \(parent.id): \(Plain.count(questions.count)) questions in "
            + "\(waves.count) \(waves.count == 1 ? "wave" : "waves")" + (curriculum?.clause ?? "") + format
        var events = [RoundEvent(.roundStarted, phase: .generate, message: line)] + notes
        if !tooLong.isEmpty {
            events.append(RoundEvent(.warning, message: "left out of the round: \(tooLong.sentence)"))
        }
        if configuration.curriculum.enabled, curriculum == nil {
            let warning =
                "curriculum.enabled is true and no train question has a level: questions are drawn from all of them"
            events.append(RoundEvent(.warning, message: warning))
        }
        if gate.isEmpty {
            let warning =
                "no gate questions: the gate decides on the \(valid.count) valid questions; add a gate split"
            events.append(RoundEvent(.warning, message: warning))
        }
        if valid.isEmpty, !chain.needingValid.isEmpty {
            events.append(RoundEvent(.warning, message: "no valid questions: selecting by the vote alone"))
        }
        return try await store.beginRound(
            seed: seed,
            configuration: configuration,
            waves: waves,
            events: events
        )
    }

    private func settled(_ configuration: RoundConfiguration) -> RoundConfiguration {
        configuration.settled(catalog.promptFormats.with(engine.chat))
    }

    /// The train questions for which candidates can be written, and the others.
    ///
    /// - Throws: `LoopError` `invalid_data` when there are train questions and all are too long.
    private func writable(_ lengths: LengthCheck?) async throws -> (
        questions: [Question], tooLong: LongQuestions
    ) {
        let all = try await store.questions(in: .train)
        let tooLong = LongQuestions(all) { lengths?.excessInGeneration($0) }
        guard all.isEmpty || tooLong.counts.count < all.count else {
            throw LoopError(.invalidData, "no round can begin: \(tooLong.sentence)")
        }
        return (all.filter { tooLong.counts[$0.id] == nil }, tooLong)
    }

    private static func check(
        train: [Question],
        valid: [Question],
        gate: [Question],
        _ chain: SelectionChain,
        _ select: SelectSettings
    ) throws {
        guard !train.isEmpty else {
            throw LoopError(.invalidData, "there are no train questions; add some before a round begins")
        }
        if valid.isEmpty, !chain.needingValid.isEmpty, !select.allowEmptyValid {
            throw LoopError(
                .invalidConfiguration,
                "select.policy \(select.title) needs valid questions and there are none; add some or set "
                    + "select.allowEmptyValid to true"
            )
        }
        guard !gate.isEmpty || !valid.isEmpty else {
            throw LoopError(
                .invalidData,
                "there are neither gate nor valid questions to judge a checkpoint on; add some"
            )
        }
    }

    /// The questions at the frontier; nil without a curriculum, or where no train question has a level.
    private func curriculumDraw(
        _ train: [Question],
        from parent: CheckpointID,
        _ configuration: RoundConfiguration,
        seed: UInt64
    ) async throws -> CurriculumDraw? {
        let levels = train.compactMap(\.content.level)
        guard configuration.curriculum.enabled, !levels.isEmpty else { return nil }
        let frontier = Frontier(
            levels: levels,
            settings: configuration.curriculum,
            after: try await store.levelVotes(upTo: parent)
        )
        return CurriculumDraw(train, at: frontier, configuration: configuration, seed: seed)
    }

    /// A round's questions in order of number: all, or as many as asked for, drawn by the seed.
    private static func draw(
        _ ids: [QuestionID],
        configuration: RoundConfiguration,
        seed: UInt64
    ) -> [QuestionID] {
        let wanted = configuration.generate.questionsPerRound
        guard wanted > 0, wanted < ids.count else { return ids }
        return Philox(seed: seed).shuffled(ids.count).prefix(wanted).map { ids[$0] }.sorted()
    }
}
