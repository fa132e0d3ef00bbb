extension RoundRunner {
    /// What the round's fine-tuning minimises, with its settings.
    func objective(of round: RoundRecord) throws -> any Objective {
        try catalog.objectives.configured(by: round.configuration.finetune)
    }

    /// Calls a function with each question of a round, its candidates with their texts and votes.
    func forEachVotedQuestion(
        of round: RoundRecord,
        _ body: (VotedQuestion) throws -> Void
    ) async throws {
        let configuration = round.configuration
        let voting = try VotedQuestions(
            configuration,
            questions: try await trainQuestions(of: round),
            kinds: catalog.answerKinds
        )
        var page = try await store.candidates(of: round.id, after: nil)
        while let last = page.last?.question {
            try Task.checkCancellation()
            for group in page.groupedByQuestion { try body(voting.question(Array(group))) }
            page = try await store.candidates(of: round.id, after: last)
        }
    }

    /// The losing candidates that the objective may train on, in order of (question, index).
    func losers(of round: RoundRecord) async throws -> [Candidate] {
        let rule = try objective(of: round).examples
        guard rule.comparesVotes else { return [] }
        var losers: [Candidate] = []
        try await forEachVotedQuestion(of: round) { question in
            losers += rule.losers(of: question).sorted().map { question.candidates[$0] }
        }
        return losers
    }

    /// The examples of a round's fine-tuning.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - isFresh: Whether what earlier rounds have kept comes along.
    /// - Returns: Texts in order of their first candidate, anchors and earlier rounds first.
    /// - Throws: An error of the store, `LoopError` for an objective or answer kind that is not known.
    func examples(of round: RoundRecord, isFresh: Bool) async throws -> [TrainingSamples.Text] {
        let rule = try objective(of: round).examples
        // Pairs and advantages are of this round: those of earlier ones compare with another start model.
        let keepsEarlier = isFresh && !rule.comparesVotes
        let needsEarlier = keepsEarlier || rule.anchorWeight > 0
        var earlier = needsEarlier ? try await store.keptCandidates(upTo: round.parent) : []
        let questions = try await trainQuestions(of: round)
        var parts: [CandidateKey: TrainingSamples.Part] = [:]
        var own: [Candidate] = []
        if rule.comparesVotes {
            var groupCount = 0
            try await forEachVotedQuestion(of: round) { question in
                let first = groupCount
                for (place, part) in rule.parts(of: question).sorted(by: { $0.key < $1.key }) {
                    var part = part
                    part.group = part.group.map { first + $0 }
                    groupCount = max(groupCount, (part.group ?? -1) + 1)
                    parts[CandidateKey(question.candidates[place])] = part
                    own.append(question.candidates[place])
                }
            }
        } else {
            own = try await store.candidates(of: round.id, .training)
        }
        if keepsEarlier, round.configuration.finetune.earlier == .newest {
            let anchors = try anchorRound(of: round, earlier)
            earlier = SupersededSamples(earlier, beside: own, anchors: anchors).kept
        }
        var configurations = [round.id: round.configuration]
        for candidate in earlier where configurations[candidate.round] == nil {
            configurations[candidate.round] = try await store.configuration(of: candidate.round)
        }
        let anchors = Anchors(
            earlier,
            beside: own,
            weight: rule.anchorWeight,
            keepsRest: keepsEarlier,
            key: { candidate in
                guard let content = questions[candidate.question]?.content else { return nil }
                let configuration = configurations[candidate.round] ?? round.configuration
                return TextKey(
                    question: candidate.question,
                    text: candidate.text,
                    view: configuration.viewNumber(of: candidate, for: content)
                )
            }
        )
        return TrainingSamples.build(
            anchors.candidates + own,
            questions: questions,
            prompts: try prompts(of: round),
            part: { candidate in
                let key = CandidateKey(candidate)
                return rule.comparesVotes && candidate.round == round.id
                    ? parts[key] : anchors.parts[key] ?? TrainingSamples.kept(candidate)
            },
            view: { candidate, question in
                (configurations[candidate.round] ?? round.configuration).trainedView(
                    of: candidate.index,
                    for: question
                )
            }
        )
    }

    /// The candidates, their weights multiplied by the margin of their question's vote where the objective
    /// asks for it.
    func weighed(_ candidates: [Candidate], in round: RoundRecord) async throws -> [Candidate] {
        guard try objective(of: round).examples.weighsByMargin else { return candidates }
        let voting = try VotedQuestions(
            round.configuration,
            questions: try await trainQuestions(of: round),
            kinds: catalog.answerKinds
        )
        var candidates = candidates
        for group in candidates.groupedByQuestion {
            let margin = try voting.question(Array(group)).margin()
            for place in group.indices where candidates[place].verdict == .kept {
                candidates[place].weight *= margin
            }
        }
        return candidates
    }
}

/// Counts votes again, of what the store holds.
private struct VotedQuestions {
    let configuration: RoundConfiguration
    let questions: [QuestionID: Question]
    let kind: any AnswerKind.Type

    init(
        _ configuration: RoundConfiguration,
        questions: [QuestionID: Question],
        kinds: AnswerKinds
    ) throws {
        self.configuration = configuration
        self.questions = questions
        kind = try kinds.named(configuration.vote.answerKind)
    }

    /// One question's candidates with their votes.
    func question(_ candidates: [Candidate]) throws -> VotedQuestion {
        let content = candidates.first.flatMap { questions[$0.question]?.content }
        return VotedQuestion(
            candidates,
            kind: content.map { kind.init($0, configuration.answer) },
            vote: MajorityVote(settings: configuration.vote),
            view: { configuration.viewNumber(of: $0, for: content) }
        )
    }
}

/// What names a candidate.
struct CandidateKey: Hashable {
    let round: RoundID
    let question: QuestionID
    let index: Int

    init(_ candidate: Candidate) {
        (round, question, index) = (candidate.round, candidate.question, candidate.index)
    }
}

/// What earlier rounds have kept, the first round's as anchors where an objective asks for them.
private struct Anchors {
    /// Those that take part, oldest round first.
    let candidates: [Candidate]
    /// How anchors take part; others take part by their own weight.
    private(set) var parts: [CandidateKey: TrainingSamples.Part] = [:]

    /// Chooses them.
    ///
    /// - Parameters:
    ///   - earlier: What the rounds before have kept, oldest first.
    ///   - own: The round's own candidates.
    ///   - weight: Weight of all anchors, as a multiple of the own ones'; 0 is none.
    ///   - keepsRest: Whether what is no anchor takes part, too.
    ///   - key: What makes a candidate's text one with another's; nil where its question is not known, so
    ///     that it takes no part.
    init(
        _ earlier: [Candidate],
        beside own: [Candidate],
        weight: Double,
        keepsRest: Bool,
        key: (Candidate) -> TextKey?
    ) {
        guard weight > 0, let first = earlier.first?.round else {
            candidates = keepsRest ? earlier : []
            return
        }
        candidates = keepsRest ? earlier : earlier.filter { $0.round == first }
        let anchors = earlier.filter { $0.round == first }
        let rest = keepsRest ? earlier.filter { $0.round != first } : []
        // A text that several rounds kept counts as the newest of them has it.
        var newest: [TextKey: RoundID] = [:]
        let others = (rest + own).map { (key: key($0), candidate: $0) }
        for (key, candidate) in others { if let key { newest[key] = candidate.round } }
        let total = others.reduce(0) { sum, other in
            guard let key = other.key, newest[key] == other.candidate.round else { return sum }
            return sum + other.candidate.weight
        }
        let anchored = anchors.reduce(0) { key($1) == nil ? $0 : $0 + $1.weight }
        guard anchored > 0 else { return }
        // A group of its own for each text: the same text of a later round must not take its place.
        var groups: [TextKey: Int] = [:]
        for anchor in anchors {
            guard let key = key(anchor) else { continue }
            let group = groups[key] ?? groups.count
            groups[key] = group
            parts[CandidateKey(anchor)] = TrainingSamples.Part(
                weight: anchor.weight * weight * total / anchored,
                group: group
            )
        }
    }
}
