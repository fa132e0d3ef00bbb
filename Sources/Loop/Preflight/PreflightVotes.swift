/// The votes over candidates of one temperature.
struct PreflightVotes: Sendable {
    /// The candidates, read.
    let answers: PreflightAnswers
    /// Their temperature.
    let temperature: Double
    private let tallies: [VoteTally]
    private let right: (count: Int, of: Int)
    /// The balance score of each question.
    private let balances: [Double]

    /// Takes the votes.
    ///
    /// - Parameters:
    ///   - answers: The candidates, read.
    ///   - temperature: Their temperature.
    ///   - isJudged: Whether a judge outside has read them.
    ///   - groups: Their groups by hidden states; nil for kinds without.
    ///   - configuration: How the vote is taken.
    ///   - kinds: The answer kinds there are.
    /// - Throws: `LoopError` `invalid_configuration` when there is no such answer kind.
    init(
        _ answers: PreflightAnswers,
        temperature: Double,
        isJudged: Bool = false,
        groups: [HiddenStateGroups.Place]? = nil,
        configuration: RoundConfiguration,
        kinds: AnswerKinds = .standard
    ) throws(LoopError) {
        let known = Dictionary(answers.questions.map { ($0.id, $0) }) { first, _ in first }
        var votes = try RoundVotes(configuration: configuration, questions: known, kinds: kinds)
        // No round: nothing of this is recorded.
        let candidates = answers.texts.map { Candidate($0, round: RoundID(rawValue: 0)) }
        votes.take(candidates, readings: isJudged ? answers.readings : nil, groups: groups)
        self.answers = answers
        self.temperature = temperature
        tallies = votes.tallies
        right = (votes.rightCount, votes.referenceCount)
        balances = zip(votes.candidates, candidates).map { ($0.0, $0.1.text) }.grouped.map { group in
            let agreeing = group.filter { $0.0.agreesWithVote }
            // Where no two agree, every one of the grouped answers has too few votes.
            let texts = agreeing.filter { groups == nil || $0.0.answer == agreeing[0].0.answer }
            return BalanceScore.score(agreeingTexts: texts.map { $0.1 }, of: group.count)
        }
    }

    /// One row of the temperature grid, over the first questions alone.
    func row(of questionCount: Int, isConfigured: Bool) -> PreflightTemperature {
        let count = min(questionCount, balances.count)
        let perQuestion = answers.texts.count / max(answers.questions.count, 1)
        let readings = answers.readings.prefix(count * perQuestion)
        let shares = tallies.prefix(count).compactMap(\.consistency)
        return PreflightTemperature(
            temperature: temperature,
            isConfigured: isConfigured,
            questionCount: count,
            balance: balances.prefix(count).reduce(0, +) / Double(max(count, 1)),
            parsedShare: Double(readings.count { $0.answer != nil }) / Double(max(readings.count, 1)),
            meanShare: shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
        )
    }

    /// What the vote is worth against single answers to the same questions.
    func report(split: Split, single: PreflightAnswers) -> PreflightVote {
        PreflightVote(
            split: split,
            questionCount: answers.questions.count,
            candidates: answers.texts.count / max(answers.questions.count, 1),
            temperature: temperature,
            accuracy: Accuracy(rightCount: right.count, of: right.of),
            singleAccuracy: single.accuracy,
            shareHistogram: VoteHistogram.bins(tallies.compactMap(\.consistency)),
            tieCount: tallies.count(where: \.isTied),
            reading: answers.reading
        )
    }
}

extension Candidate {
    /// Whether its answer won the vote, be it by few votes.
    fileprivate var agreesWithVote: Bool { verdict == nil || reason == .lowConsistency }
}

extension [(Candidate, String)] {
    /// Runs of neighbours with the same question.
    fileprivate var grouped: [ArraySlice<(Candidate, String)>] {
        map { $0.0 }.groupedByQuestion.map { self[$0.indices] }
    }
}
