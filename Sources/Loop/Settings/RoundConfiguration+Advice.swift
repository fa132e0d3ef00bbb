import Foundation

extension RoundConfiguration {
    /// Gate questions below which a warning says how little they show.
    static let smallGate = 50

    /// What of the settings does not fit the questions there are: possible, but hardly meant.
    ///
    /// - Parameter counts: Questions per split.
    /// - Returns: One sentence each.
    public func advice(_ counts: [Split: Int]) -> [String] {
        let train = counts[.train, default: 0]
        let gate = counts[.gate, default: 0]
        return voteAdvice() + roundAdvice(train)
            + (gate > 0
                ? gateAdvice(gate, of: "gate split")
                : gateAdvice(counts[.valid, default: 0], of: "valid set, which serves as gate,"))
            + boundAdvice() + classAdvice() + answerAdvice() + objectiveAdvice() + headerAdvice()
            + unusedSettingsAdvice() + contendersAdvice(counts)
    }

    /// Why the gate is too small for the gains to be expected of a round, and how many questions would do.
    ///
    /// - Parameter counts: Questions per split.
    /// - Returns: One line; nil when it is large enough.
    public func gateShortfall(_ counts: [Split: Int]) -> String? {
        let split = counts[.gate, default: 0] > 0 ? Split.gate : .valid
        return GatePower(significance: gate.level(round: 1)).shortfall(
            questionCount: counts[split, default: 0],
            of: split,
            gain: GatePower.expectedGain,
            "that a later round may gain"
        )
    }

    /// Why no round over these questions can keep a candidate; nil when one can.
    ///
    /// - Parameter trainCount: Train questions.
    /// - Returns: Keys, values and what to change.
    public func cutFault(trainCount: Int) -> String? {
        let most = mostCandidates(trainCount)
        guard most > 0, cuts, select.cut == .authors, select.keep < 100,
            most * PercentileCut(settings: select).keepBasisPoints / 10_000 == 0
        else { return nil }
        return
            "select.keep \(select.keep) with select.cut authors keeps none of the \(Plain.count(most)) candidates that a "
            + "round can have; raise select.keep or set select.cut to exact_k"
    }

    private var cuts: Bool { select.filterNames(dedupes: vote.dedupe).contains(.ds) }

    private func mostCandidates(_ trainCount: Int) -> Int {
        let wanted = generate.questionsPerRound
        return (wanted > 0 ? min(wanted, trainCount) : trainCount) * generate.candidates
    }

    private func voteAdvice() -> [String] {
        let count = generate.candidates
        guard count > 1, neededVotes == count, generate.temperature > 0, generate.topK != 1 else { return [] }
        return [
            "vote.minVotes \(vote.minVotes) and vote.minShare \(vote.minShare) let only unanimous votes pass: all "
                + "\(count) candidates of a question must agree"
        ]
    }

    private func roundAdvice(_ trainCount: Int) -> [String] {
        guard trainCount > 0 else { return [] }
        var advice: [String] = []
        let wanted = generate.questionsPerRound
        if wanted > trainCount {
            advice.append(
                "generate.questionsPerRound is \(Plain.count(wanted)), there are only \(Plain.count(trainCount)) train "
                    + "questions: every round uses all of them"
            )
        }
        let most = mostCandidates(trainCount)
        if cuts, most > 1, PercentileCut(settings: select).keptCount(of: most) == 1,
            cutFault(trainCount: trainCount) == nil
        {
            advice.append(
                "select.keep \(select.keep) keeps 1 of the \(Plain.count(most)) candidates that a round can have at most; "
                    + "raise it"
            )
        }
        return advice
    }

    private func gateAdvice(_ count: Int, of name: String) -> [String] {
        guard count > 0 else { return [] }
        var advice: [String] = []
        let one = Plain.percent(1 / Double(count))
        if gate.rule == .better {
            let level = gate.level(round: 1)
            // All of them gained is the clearest there can be.
            if level <= 0 || pow(0.5, Double(count)) >= level {
                advice.append(
                    "the \(name) has only \(Self.questions(count)): with gate.rule better at level \(level) nothing is ever "
                        + "promoted; add questions, or raise gate.significance"
                )
            }
        } else if count < Self.smallGate {
            let losses = (1...count).first {
                SignTest.pValue(gainedCount: 0, lostCount: $0) < gate.significance
            }
            // As in the gate itself: whole questions decide.
            let net = Int((gate.tolerance * Double(count) + 1e-9).rounded(.down)) + 1
            let byTest =
                losses.map {
                    "the sign test at gate.significance \(gate.significance) rejects from \(Self.questions($0)) lost and "
                        + "none gained (\(Plain.percent(Double($0) / Double(count))))"
                } ?? "the sign test at gate.significance \(gate.significance) can reject nothing"
            let byTolerance =
                net <= count
                ? "gate.tolerance \(gate.tolerance) from a net loss of \(Self.questions(net)) "
                    + "(\(Plain.percent(Double(net) / Double(count))))"
                : "gate.tolerance \(gate.tolerance) nothing"
            advice.append(
                "the \(name) has only \(Self.questions(count)), one is \(one): \(byTest), \(byTolerance); smaller "
                    + "differences are chance, use \(Self.smallGate) or more"
            )
        }
        if gate.tolerance > 0, gate.tolerance * Double(count) + 1e-9 < 1 {
            advice.append(
                "gate.tolerance \(gate.tolerance) is less than one of \(Self.questions(count)) (\(one)): it is the same as 0"
            )
        }
        return advice
    }

    private func boundAdvice() -> [String] {
        var advice: [String] = []
        if gate.significance == 1, gate.rule == .notWorse {
            advice.append(
                "gate.significance 1.0 rejects every checkpoint that loses a single question, however many it gains"
            )
        }
        if collapse.maxLengthChange == 1 {
            advice.append(
                "collapse.maxLengthChange 1.0 rejects every checkpoint whose answers change in mean length"
            )
        }
        return advice
    }

    /// IFD needs text between question and answer for the answer alone to begin at the same token.
    private func headerAdvice() -> [String] {
        let names = select.filterNames(dedupes: vote.dedupe).filter {
            [IFDFilter.name, IFDTopFilter.name].contains($0)
        }
        guard let name = names.first, let writer = try? prompt.writer(), writer.answerHeader.text.isEmpty
        else { return [] }
        return [
            "filter \(name.rawValue) compares an answer after its question with the answer alone, but prompt.template ends "
                + "with the question, so that the two begin at different tokens; end it with a line such as \"A:\""
        ]
    }

    /// What needs a closed set of answers does nothing without one.
    private func classAdvice() -> [String] {
        guard let kind = AnswerKinds.standard[vote.answerKind], !(kind is any ClosedAnswerKind.Type) else {
            return []
        }
        let fit = "they need vote.answerKind boolean or label"
        var advice: [String] = []
        if collapse.minClassEntropy > 0 {
            advice.append(
                "collapse.minClassEntropy \(collapse.minClassEntropy) looks at the classes of answers; "
                    + "answers of kind \(vote.answerKind) have none: \(fit)"
            )
        }
        if select.filters.contains(.balance) {
            advice.append(
                "select.filters has balance, which counts the classes of answers; answers of kind \(vote.answerKind) have "
                    + "none: \(fit)"
            )
        }
        return advice
    }

    private static func questions(_ count: Int) -> String {
        "\(Plain.count(count)) \(count == 1 ? "question" : "questions")"
    }
}
