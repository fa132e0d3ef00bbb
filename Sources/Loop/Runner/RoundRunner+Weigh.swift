extension RoundRunner {
    /// Runs the scorers that filters need, the DS weight's among them wherever there are valid questions.
    func weigh(_ round: inout RoundRecord) async throws {
        let start = clock()
        let valid = try await validQuestions(of: round)
        let chain = SelectionChain(round.configuration, known: catalog.filters)
        let scorers = catalog.scorers.needed(for: chain.neededScores, hasValid: !valid.isEmpty)
        guard !scorers.isEmpty else {
            return try await finish(
                &round,
                since: start,
                line: "nothing weighed, there are no valid questions"
            )
        }
        let adapter = try await store.adapter(of: round.parent)
        try await engine.activate(adapter)
        let context = try scoringContext(
            of: round,
            adapter: adapter,
            valid: valid,
            questions: try await trainQuestions(of: round)
        )
        var candidates = try await scorable(of: round, chain)
        var notes: [ScoringNote] = []
        for scorer in scorers {
            let scorer = scorer.init(round.configuration)
            notes.append(try await scorer.score(&candidates, in: context, report: &round.report))
        }
        let warnings = notes.flatMap(\.warnings).map {
            RoundEvent(.warning, round: round.id, phase: .weigh, message: $0)
        }
        let line = notes.map(\.line).joined(separator: "; ")
        try await finish(&round, since: start, line: line, candidates: candidates, events: warnings)
    }

    /// The candidates that reach a filter which reads a score: those that won their vote, or every usable one
    /// where such a filter comes before the vote or without it.
    private func scorable(of round: RoundRecord, _ chain: SelectionChain) async throws -> [Candidate] {
        let beforeVote = chain.filters.prefix { !($0 is VoteFilter) }
        guard beforeVote.contains(where: { !type(of: $0).neededScores.isEmpty }) else {
            return try await store.candidates(of: round.id, .undecided)
        }
        return try await store.candidates(of: round.id).filter { candidate in
            candidate.provisionalReason.map(VoteFilter.reasons.contains) ?? true
        }
    }

    /// What scorers, and the evaluation's valid loss, can ask.
    func scoringContext(
        of round: RoundRecord,
        adapter: AdapterLocation? = nil,
        valid: [Question],
        questions: [QuestionID: Question] = [:]
    ) throws -> ScoringContext {
        ScoringContext(
            engine: engine,
            adapter: adapter,
            key: key(of: round),
            configuration: round.configuration,
            prompts: try prompts(of: round),
            questions: questions,
            valid: valid,
            progress: { progress(of: round, unit: $0) }
        )
    }
}
