extension RoundRunner {
    /// Measures the headroom of a round's incumbent, whose adapter becomes active; nil where the settings do
    /// not ask for it or there is no question to ask.
    ///
    /// A round that is taken up again measures the same: texts depend on seed, round and question alone.
    func headroom(of round: RoundRecord) async throws -> HeadroomReport? {
        let (split, questions) = try await headroomQuestions(of: round)
        guard !questions.isEmpty else { return nil }
        try await engine.activate(try await store.adapter(of: round.parent))
        let greedy = try await evaluation(
            of: try await answer(questions, round: round),
            questions: questions,
            split: split,
            meanLoss: nil,
            configuration: round.configuration
        )
        let (votes, voteTokenCount) = try await votes(on: questions, round: round)
        return HeadroomReport(
            split: split,
            questionCount: questions.count,
            voteCount: round.configuration.headroom.votes,
            greedyRightCount: greedy.summary.accuracy.rightCount,
            voteRightCount: votes.rightCount,
            tokenCount: greedy.answers.reduce(voteTokenCount) { $0 + $1.tokenCount }
        )
    }

    /// Why a round must not train, by its headroom; nil when it may.
    ///
    /// References of train questions are for reports: they stop nothing.
    func headroomFault(_ round: RoundRecord) -> String? {
        let least = round.configuration.headroom.least
        guard let headroom = round.report.headroom, headroom.split == .valid, headroom.lead < least else {
            return nil
        }
        return
            "no headroom: \(headroom.sentence), headroom.least is \(least); lower it, raise generate.temperature, add "
            + "harder questions, or name temperature in loop.escalation"
    }

    /// The same questions each round, so that rounds can be compared: the first ones that can be asked and
    /// have a readable answer.
    private func headroomQuestions(of round: RoundRecord) async throws -> (Split, [Question]) {
        let wanted = round.configuration.headroom.questions
        guard wanted > 0 else { return (.valid, []) }
        let valid = try await store.questions(in: .valid, of: round.id)
        let split = valid.isEmpty ? Split.train : .valid
        let all = valid.isEmpty ? try await store.questions(in: .train, of: round.id) : valid
        let lengths = try lengths(of: round.configuration)
        var extractor = try AnswerExtractor(configuration: round.configuration, kinds: catalog.answerKinds)
        var chosen: [Question] = []
        for question in all where chosen.count < wanted {
            extractor.take(question.content)
            guard question.content.answer.flatMap(extractor.reference) != nil,
                lengths?.excessInGeneration(question.content) == nil,
                lengths?.excessInEvaluation(question.content) == nil
            else { continue }
            chosen.append(question)
        }
        return (split, chosen)
    }

    /// The votes that the active adapter's candidates give, and the tokens of these.
    private func votes(
        on questions: [Question],
        round: RoundRecord
    ) async throws -> (votes: RoundVotes, tokenCount: Int) {
        let prompts = try prompts(of: round)
        let known = Dictionary(questions.map { ($0.id, $0) }) { first, _ in first }
        var configuration = round.configuration
        configuration.generate.candidates = configuration.headroom.votes
        // A round that is taken up again may have paraphrases where its first attempt had none.
        configuration.generate.paraphrases = 0
        let count = configuration.generate.candidates
        let written = try await engine.generate(
            questions.flatMap { prompts.requests(for: $0.id, $0.content, count: count, configuration) },
            prefix: prompts.generationPrefix,
            settings: configuration.writing,
            key: key(of: round),
            progress: progress(of: round, unit: "candidates")
        )
        var texts = prompts.whole(written)
        guard texts.count == questions.count * count else {
            throw LoopError(
                .engineReply,
                "the engine wrote \(texts.count) of \(questions.count * count) candidates; report this as a defect of "
                    + "the engine"
            )
        }
        if configuration.asksInViews { texts = try texts.inCandidateOrder(count: count) }
        let candidates = texts.map { Candidate($0, round: round.id) }
        let judge = try catalog.judge(configuration)
        let groups = try HiddenStateGroups(
            engine,
            configuration,
            prompts: prompts,
            kinds: catalog.answerKinds
        )
        var votes = try RoundVotes(configuration: configuration, questions: known, kinds: catalog.answerKinds)
        votes.take(
            candidates,
            readings: try await judge?.readings(of: candidates, questions: known),
            groups: try await groups?.places(of: candidates, questions: known)
        )
        return (votes, candidates.reduce(0) { $0 + $1.tokenCount })
    }
}
