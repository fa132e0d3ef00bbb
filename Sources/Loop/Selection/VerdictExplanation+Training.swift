extension VerdictExplanation {
    /// Its weight; whole ones without decimals.
    var shownWeight: String {
        Plain.decimal(candidate.weight, places: candidate.weight.rounded() == candidate.weight ? 0 : 3)
    }

    /// Whether the round's fine-tuning found nothing to train on.
    var hasTrainedNothing: Bool {
        round.outcome == .noData && round.phase == .finetune && round.report.stepCount == nil
    }

    /// Why a selected candidate was not trained on, where the objective looks at kept ones alone.
    var untrainedCause: String? {
        if hasTrainedNothing { return "was not trained on: the round ended without data" }
        return candidate.weight == 0 && round.report.stepCount != nil
            ? "was not trained on: its weight is 0, since all answers to its question have as many votes"
            : nil
    }

    /// What fine-tuning made of it, where the objective compares votes; nil where it did nothing that the
    /// verdict does not say.
    func trainingCause(of reason: VerdictReason) -> String? {
        guard round.report.stepCount != nil || hasTrainedNothing,
            let objective = try? catalog.objectives.configured(by: round.configuration.finetune),
            objective.examples.comparesVotes,
            let place = rivals.firstIndex(where: { $0.index == candidate.index })
        else { return nil }
        let voted = VotedQuestion(
            rivals,
            kind: kind,
            vote: MajorityVote(settings: round.configuration.vote),
            view: { round.configuration.viewNumber(of: $0, for: question) }
        )
        let parts = objective.examples.parts(of: voted)
        if reason == .selected {
            guard let part = parts[place] else {
                return "it passed every stage, but objective \(objective.name) did not train on it: "
                    + unusedCause(voted, parts)
            }
            return "it passed every stage and was trained on \(use(part, at: place, parts))"
        }
        if reason == .tooLong, let part = parts[place], partner(of: part, at: place, parts) != nil {
            return "it, or the other half of its pair, is longer than finetune.maxTokens "
                + "\(round.configuration.finetune.maxTokens)"
        }
        guard candidate.verdict == .dropped, !candidate.isLeftOutByFinetuning, let part = parts[place],
            partner(of: part, at: place, parts).map({ !rivals[$0].isLeftOutByFinetuning }) ?? true
        else { return nil }
        let lost = reason == .outvoted ? "it lost its vote" : cause(of: reason)
        // Fine-tuning notes what was too long for kept candidates only: a lone loser may have been.
        let isAlone = partner(of: part, at: place, parts) == nil
        return "\(lost) and was trained on \(use(part, at: place, parts))"
            + (isAlone
                ? ", unless it is longer than finetune.maxTokens \(round.configuration.finetune.maxTokens)"
                : "")
    }

    private func partner(
        of part: TrainingSamples.Part,
        at place: Int,
        _ parts: [Int: TrainingSamples.Part]
    ) -> Int? {
        guard part.group != nil else { return nil }
        return parts.first { $0.key != place && $0.value.group == part.group }?.key
    }

    private func use(
        _ part: TrainingSamples.Part,
        at place: Int,
        _ parts: [Int: TrainingSamples.Part]
    ) -> String {
        if let partner = partner(of: part, at: place, parts) {
            let half = part.weight < 0 ? "losing" : "chosen"
            return
                "as the \(half) half of a pair with candidate \(candidate.question)/\(rivals[partner].index)"
        }
        return round.configuration.finetune.objective == .ttrl
            ? "with advantage \(Plain.decimal(part.weight, places: 3))" : "to become less likely"
    }

    private func unusedCause(_ question: VotedQuestion, _ parts: [Int: TrainingSamples.Part]) -> String {
        if round.configuration.finetune.objective == .negOnly { return "it trains on texts that lost alone" }
        if question.losers.isEmpty { return "no readable candidate of its question lost the vote" }
        guard parts.isEmpty else { return "other candidates of its question took its place" }
        return question.margin() == 0
            ? "the vote of its question was tied"
            : "no pair of its question has all the scores that the objective needs, finite ones"
    }
}
