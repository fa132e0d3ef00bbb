/// What a program of the user's thinks of a text: `select.rewardCommand`, a reward model (the baseline
/// RM-filter of the IWSI paper; method, section 6).
///
/// Higher is better, on any scale.
public struct RewardScorer: CandidateScorer {
    /// The score that it records.
    public static let name = ScoreName.reward
    /// It can.
    public static let needsValid = false

    /// The same for every configuration.
    public init(_ configuration: RoundConfiguration) {}

    /// Asks about every distinct text of a question; one without a number has no score.
    public func score(
        _ candidates: inout [Candidate],
        in context: ScoringContext,
        report: inout RoundReport
    ) async throws -> ScoringNote {
        guard let judge = context.rewardJudge else {
            return ScoringNote(line: "no rewards", warnings: ["no program gives rewards here"])
        }
        var (askedCount, numberCount, fault) = (0, 0, "")
        for group in candidates.groupedByQuestion {
            guard let question = context.questions[candidates[group.startIndex].question]?.content else {
                continue
            }
            for (view, indices) in context.configuration.trainedGroups(group, of: question) {
                let scorable = indices.filter { candidates[$0].isScorable }
                var known: [TextKey: Int] = [:]
                var texts: [String] = []
                let places = scorable.map { index in
                    let key = TextKey(question: candidates[index].question, text: candidates[index].text)
                    if let place = known[key] { return place }
                    known[key] = texts.count
                    texts.append(candidates[index].text)
                    return texts.count - 1
                }
                let readings = try await judge.checkedReadings(of: texts, question: view.shown(question))
                let rewards = readings.map(\.reward)
                for (index, place) in zip(scorable, places) {
                    candidates[index].scores[.reward] = rewards[place]
                }
                askedCount += texts.count
                numberCount += rewards.count { $0 != nil }
                if fault.isEmpty { fault = readings.lazy.compactMap(\.rewardFault).first ?? "" }
            }
        }
        let line = "\(Plain.count(numberCount)) of \(Plain.count(askedCount)) texts have a reward"
        let missing = askedCount - numberCount
        let warning =
            "\(Plain.count(missing)) texts have no reward and are dropped; the first one: \(fault)"
        return ScoringNote(line: line, warnings: missing > 0 ? [warning] : [])
    }
}

extension AnswerReading {
    /// The finite number that a program has given; nil for anything else.
    fileprivate var reward: Double? {
        answer.flatMap { Double($0.canonical) }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Why there is no number; nil where there is one.
    fileprivate var rewardFault: String? {
        if case .none(let why) = self { return why }
        return reward == nil ? "\(answer?.canonical.prefix(60) ?? "nothing") is no number" : nil
    }
}
