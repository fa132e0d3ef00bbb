extension Preflight {
    /// Questions of one split: how many there are, and those asked, in an order drawn at random.
    struct Choice {
        let split: Split
        let count: Int
        let asked: [Question]
    }

    /// Draws the questions: those of the gate, and those of the vote, which are the gate's own first ones if
    /// too few train questions have a reference answer.
    func choose(_ sample: Int) throws(LoopError) -> (gate: Choice, voters: Choice) {
        let gate = [Split.gate, .valid].lazy.map { self.draw($0, sample) }.first { !$0.asked.isEmpty }
        guard let gate else {
            throw LoopError(
                .invalidConfiguration,
                "questions.gate: there is no question with an answer to ask; name a file"
            )
        }
        let voteCount = max(Int(Double(sample) * PreflightBounds.voteShare), 1)
        let train = draw(.train, voteCount, hasReference)
        guard train.asked.count < min(PreflightBounds.fewestQuestions, voteCount) else {
            return (gate, train)
        }
        let first = Choice(split: gate.split, count: gate.count, asked: Array(gate.asked.prefix(voteCount)))
        return (gate, first)
    }

    /// Draws questions with an answer.
    private func draw(
        _ split: Split,
        _ most: Int,
        _ isWanted: (QuestionInput) -> Bool = { _ in true }
    ) -> Choice {
        let all = questions.filter { $0.content.split == split && $0.content.answer != nil }
        var asked: [Question] = []
        for place in Philox(key: key).shuffled(all.count, epoch: split == .train ? 1 : 0) {
            guard asked.count < most else { break }
            if isWanted(all[place].content) { asked.append(all[place]) }
        }
        return Choice(split: split, count: all.count, asked: asked)
    }

    private func hasReference(_ question: QuestionInput) -> Bool {
        guard let answer = question.answer,
            let extractor = try? AnswerExtractor(
                configuration: configuration,
                question: question,
                kinds: catalog.answerKinds
            )
        else { return false }
        return extractor.reference(answer) != nil
    }

    /// Writes one token, so that reading the weights is not taken for writing.
    func warmUp(_ question: Question) async throws {
        note("loading the model")
        var settings = configuration.writing
        (settings.temperature, settings.maxNewTokens) = (0, 1)
        _ = try await write([question], count: 1, settings: settings, isEvaluation: true)
    }

    /// One greedy answer per question, as the gate gets them.
    func answers(_ asked: [Question], temperature: Double) async throws -> PreflightAnswers {
        var settings = configuration.writing
        (settings.temperature, settings.topP, settings.topK) = (temperature, 1, 0)
        return try await read(asked, count: 1, settings: settings, isEvaluation: true)
    }

    /// Candidates for each question, as a round gets them, and their votes.
    func votes(_ asked: [Question], temperature: Double) async throws -> PreflightVotes {
        var settings = configuration.writing
        settings.temperature = temperature
        let count = min(settings.candidates, PreflightBounds.candidates)
        note(
            "asking \(Plain.count(asked.count)) questions \(count) times at temperature \(temperature)"
        )
        let answers = try await read(asked, count: count, settings: settings, isEvaluation: false)
        return try PreflightVotes(
            answers,
            temperature: temperature,
            isJudged: try judge != nil,
            groups: try await groups(of: answers),
            configuration: configuration,
            kinds: catalog.answerKinds
        )
    }

    /// The answers to some of the questions.
    func same(_ answers: PreflightAnswers, _ asked: [Question]) throws(LoopError) -> PreflightAnswers {
        let wanted = Set(asked.map(\.id))
        let places = answers.questions.indices.filter { wanted.contains(answers.questions[$0].id) }
        return try PreflightAnswers(
            places.map { answers.questions[$0] },
            places.map { answers.texts[$0] },
            judged: places.map { answers.readings[$0] },
            configuration: configuration,
            kinds: catalog.answerKinds
        )
    }

    /// The groups of the candidates by hidden states; nil for kinds without.
    private func groups(of answers: PreflightAnswers) async throws -> [HiddenStateGroups.Place]? {
        let prompts = try configuration.prompt.writer(catalog.promptFormats.with(engine.chat))
        let groups = try HiddenStateGroups(
            engine,
            configuration,
            prompts: prompts,
            kinds: catalog.answerKinds
        )
        let known = Dictionary(answers.questions.map { ($0.id, $0) }) { first, _ in first }
        let candidates = answers.texts.map { Candidate($0, round: RoundID(rawValue: 0)) }
        return try await groups?.places(of: candidates, questions: known)
    }

    private var judge: (any AnswerJudge)? {
        get throws { try catalog.judge(configuration) }
    }

    private func read(
        _ asked: [Question],
        count: Int,
        settings: GenerateSettings,
        isEvaluation: Bool
    ) async throws -> PreflightAnswers {
        let start = clock()
        let texts = try await write(asked, count: count, settings: settings, isEvaluation: isEvaluation)
        let seconds = clock() - start
        let known = Dictionary(asked.map { ($0.id, $0) }) { first, _ in first }
        let candidates = texts.map { Candidate($0, round: RoundID(rawValue: 0)) }
        return try PreflightAnswers(
            asked,
            texts,
            seconds: seconds,
            judged: try await judge?.readings(of: candidates, questions: known),
            permutesOptions: !isEvaluation,
            configuration: configuration,
            kinds: catalog.answerKinds
        )
    }

    private func write(
        _ asked: [Question],
        count: Int,
        settings: GenerateSettings,
        isEvaluation: Bool
    ) async throws -> [GeneratedText] {
        try Task.checkCancellation()
        let prompts = try configuration.prompt.writer(catalog.promptFormats.with(engine.chat))
        let hasViews = configuration.asksInViews && !isEvaluation
        let written = try await engine.generate(
            asked.flatMap { question in
                hasViews
                    ? prompts.requests(for: question.id, question.content, count: count, configuration)
                    : [
                        GenerationRequest(
                            question: question.id,
                            prompt: isEvaluation
                                ? prompts.evaluationPrompt(for: question.content)
                                : prompts.generationPrompt(for: question.content),
                            count: count
                        )
                    ]
            },
            prefix: isEvaluation ? prompts.evaluationPrefix : prompts.generationPrefix,
            settings: settings,
            key: key,
            progress: { _ in }
        )
        let texts = prompts.whole(written)
        guard texts.count == asked.count * count else {
            throw LoopError(
                .engineReply,
                "the engine wrote \(texts.count) of \(asked.count * count) answers; report this as a defect of the engine"
            )
        }
        return hasViews ? try texts.inCandidateOrder(count: count) : texts
    }
}
