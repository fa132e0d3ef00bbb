extension RoundRunner {
    /// Samples of earlier rounds that a fresh adapter is not trained on because a newer round has labelled
    /// their questions; nil where the settings leave none out.
    func superseded(of round: RoundRecord) async throws -> SupersededSamples? {
        let finetune = round.configuration.finetune
        guard finetune.startFrom == .base, finetune.earlier == .newest,
            try !objective(of: round).examples.comparesVotes
        else { return nil }
        let earlier = try await store.keptCandidates(upTo: round.parent)
        let own = try await store.candidates(of: round.id, .training)
        let anchors = try anchorRound(of: round, earlier)
        return SupersededSamples(earlier, beside: own, anchors: anchors)
    }

    /// The round whose samples stay, whatever newer ones say: an objective asks for them as anchors.
    func anchorRound(of round: RoundRecord, _ earlier: [Candidate]) throws -> RoundID? {
        try objective(of: round).examples.anchorWeight > 0 ? earlier.first?.round : nil
    }
}

/// Samples of earlier rounds, apart by whether their question was labelled again since.
///
/// A model that has learned more may label a question in another way. Texts with the label of before would
/// then contradict those with the newest, and train for both. Whole rounds are compared, not answers: what
/// one answer kind calls the same another does not, and a round's own samples agree with its label.
struct SupersededSamples {
    /// Those that take part, in their order.
    private(set) var kept: [Candidate] = []
    /// Those that a newer round has put aside.
    private(set) var leftOut: [Candidate] = []

    /// Tells them apart.
    ///
    /// - Parameters:
    ///   - earlier: What the rounds before have kept, oldest round first.
    ///   - own: The round's own candidates.
    ///   - anchors: A round whose samples stay; nil for none.
    init(_ earlier: [Candidate], beside own: [Candidate], anchors: RoundID?) {
        var newest: [QuestionID: RoundID] = [:]
        // What is not trained on labels nothing.
        for candidate in earlier + own where TrainingSamples.kept(candidate) != nil {
            newest[candidate.question] = candidate.round
        }
        for candidate in earlier {
            let isOld = newest[candidate.question].map { $0 != candidate.round } ?? false
            if isOld, candidate.round != anchors { leftOut.append(candidate) } else { kept.append(candidate) }
        }
    }

    /// What the phase's line says of them; empty for none.
    ///
    /// - Parameter trained: Questions with a text that took part. Only the engine finds a text too long, when
    ///   its question's older ones are already put aside: such a question has none left, which must be told.
    /// - Returns: The clause, with a comma before it.
    func clause(trained: Set<QuestionID>) -> String {
        guard !leftOut.isEmpty else { return "" }
        let questions = Set(leftOut.map(\.question))
        let lost = questions.subtracting(trained)
        return
            ", \(Plain.count(leftOut.count)) samples of earlier rounds left out, since newer ones label their "
            + "questions: \(Self.names(questions))"
            + (lost.isEmpty
                ? ""
                : "; of these no sample is left, since the newer ones are too long or quarantined: "
                    + Self.names(lost))
    }

    private static func names(_ questions: Set<QuestionID>) -> String {
        questions.sorted().prefix(20).map(\.description).joined(separator: " ")
            + (questions.count > 20 ? " ..." : "")
    }
}
