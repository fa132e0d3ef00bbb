/// Whether a loop over these questions is worth running, and what to change.
public struct PreflightVerdict: Hashable, Codable, Sendable {
    /// The verdicts.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// Most answers cannot be read.
        case unreadable
        /// The model is hardly ever right, and its votes are no better.
        case tooHard = "too_hard"
        /// The model is nearly always right.
        case tooEasy = "too_easy"
        /// Everything else.
        case trainable
    }

    /// Which one.
    public var kind: Kind
    /// Why, in one sentence.
    public var reason: String
    /// What to change, with the names of settings; the most useful first.
    public var advice: [String]
    /// The vote's accuracy less a single answer's, for `trainable`: the gain to expect at best.
    public var room: Double?

    /// Verdict and reason on one line.
    public var line: String { "\(kind.rawValue): \(reason)" }

    /// Judges what was measured.
    ///
    /// - Parameters:
    ///   - single: Greedy answers.
    ///   - vote: The vote.
    ///   - temperatures: The grid.
    ///   - lengths: Lengths of the vote's candidates.
    ///   - memory: What the engine says.
    ///   - gate: What the gate can see; nil leaves its size out.
    public init(
        single: PreflightSingle,
        vote: PreflightVote,
        temperatures: [PreflightTemperature],
        lengths: PreflightLengths,
        memory: EngineMemory? = nil,
        gate: GatePower? = nil
    ) {
        kind = Self.kind(single, vote)
        room = kind == .trainable ? vote.room : nil
        reason = Self.reason(kind, single, vote)
        let cut =
            1 - lengths.stopShare > PreflightBounds.cutShare
            ? [
                "raise generate.maxNewTokens: \(Plain.percent(1 - lengths.stopShare)) of the candidates are cut at "
                    + "\(Plain.count(lengths.maxNewTokens)) tokens; or add a string to generate.stop"
            ] : []
        let heat = Self.temperatureAdvice(temperatures)
        switch kind {
        case .unreadable: advice = Self.readingAdvice(single, vote) + heat + cut
        case .tooHard:
            advice =
                [
                    "show the way in prompt.shots, take a more capable model, or put easier questions into questions.train "
                        + "and questions.gate"
                ] + cut + heat
        case .tooEasy:
            advice = [
                "put harder questions into questions.train and questions.gate, or take a smaller model: there is nothing "
                    + "left to learn that the gate could see"
            ]
        case .trainable: advice = heat + Self.trainingAdvice(single, vote) + cut
        }
        if single.accuracy.count < PreflightBounds.fewestQuestions {
            advice.append(
                "give more questions in questions.\(single.split.rawValue): \(single.accuracy.count) say little"
            )
        }
        let sight = room.flatMap {
            gate?.shortfall(
                questionCount: single.splitCount,
                of: single.split,
                gain: $0,
                "that there is room for"
            )
        }
        if let sight { advice.append(sight) }
        if let note = memory?.note { advice.append(note) }
    }

    private static func kind(_ single: PreflightSingle, _ vote: PreflightVote) -> Kind {
        let (one, many) = (single.accuracy, vote.accuracy)
        if min(single.reading.parsedShare, vote.reading.parsedShare) < PreflightBounds.readableShare {
            return .unreadable
        }
        let isEnough = one.count >= PreflightBounds.fewestQuestions
        let isNothingRight = isEnough && one.rightCount == 0 && many.rightCount == 0
        let isGuessing = single.chance.map { one.share <= $0 && many.share <= $0 } ?? false
        let isHardlyRight =
            one.upper < PreflightBounds.hardUpper && many.share < PreflightBounds.hardUpper
        if isNothingRight || isHardlyRight || (isEnough && isGuessing) { return .tooHard }
        let isAllRight = isEnough && one.rightCount == one.count && many.rightCount == many.count
        return isAllRight || one.lower > PreflightBounds.easyLower ? .tooEasy : .trainable
    }

    private static func reason(_ kind: Kind, _ single: PreflightSingle, _ vote: PreflightVote) -> String {
        let one = Plain.percent(single.accuracy.share)
        let many = Plain.percent(vote.accuracy.share)
        switch kind {
        case .unreadable:
            return
                "an answer could be read in \(Plain.percent(single.reading.parsedShare)) of the greedy answers and "
                + "\(Plain.percent(vote.reading.parsedShare)) of the candidates: most votes would be accidents"
        case .tooHard:
            let guess = single.chance.map { ", guessing on \(Plain.percent($0))" } ?? ""
            return
                "one answer is right on \(one), the vote on \(many)\(guess): most votes would teach something wrong"
        case .tooEasy: return "one answer is already right on \(one)"
        case .trainable:
            let alone = Plain.percent(vote.singleAccuracy.share)
            let points = Plain.decimal(vote.room * 100, places: 1)
            return vote.room > 0
                ? "the vote is right on \(many), one greedy answer on \(alone) of the same questions: room for "
                    + "\(points) points"
                : "the vote is right on \(many), one greedy answer on \(alone) of the same questions: no room yet"
        }
    }

    private static func readingAdvice(_ single: PreflightSingle, _ vote: PreflightVote) -> [String] {
        if single.reading.parsedShare >= PreflightBounds.readableShare {
            return ["lower generate.temperature: greedy answers can be read, candidates cannot"]
        }
        return [
            "show the form of the answer in prompt.shots, and make prompt.answerCue (or answer.pattern) and "
                + "vote.answerKind fit what the model writes; the examples above show it"
        ]
    }

    private static func trainingAdvice(_ single: PreflightSingle, _ vote: PreflightVote) -> [String] {
        var advice: [String] = []
        if vote.room <= 0 {
            advice.append(
                "change generate.temperature or prompt.shots first, or raise generate.candidates: the loop learns what "
                    + "the vote knows better than one answer"
            )
        }
        if let chance = single.chance, single.accuracy.lower <= chance {
            advice.append(
                "ask more questions (--sample): \(Plain.percent(single.accuracy.share)) is not clearly above guessing, "
                    + Plain.percent(chance)
            )
        }
        return advice
    }

    private static func temperatureAdvice(_ grid: [PreflightTemperature]) -> [String] {
        guard let now = grid.first(where: \.isConfigured),
            let best = grid.max(by: { $0.balance < $1.balance }),
            best.balance > now.balance + PreflightBounds.betterBalance
        else { return [] }
        return [
            "set generate.temperature to \(best.temperature): balance \(Plain.decimal(best.balance, places: 2)), at "
                + "\(now.temperature) only \(Plain.decimal(now.balance, places: 2))"
        ]
    }
}
