package import ControlAPI
package import Loop

/// The domain's values in plain words.
package enum Words {
    /// Why a candidate was kept or dropped; a reason of a newer daemon is shown as it is spelled.
    package static func reason(_ spelling: String?) -> String {
        guard let spelling else { return "undecided" }
        return switch VerdictReason(rawValue: spelling) {
        case .selected: "passed every stage"
        case .unparsed: "no answer could be read"
        case .truncated: "cut off before an answer"
        case .outvoted: "lost the majority vote"
        case .lowConsistency: "too few votes for the winner"
        case .tied: "the vote was tied"
        case .lossDegenerate: "its loss is not a positive number"
        case .emptySpan: "nothing to score"
        case .tooLong: "too long for fine-tuning"
        case .quarantined: "its training step was not finite"
        case .dsWeight: "DS weight above the cut"
        case .duplicate: "same text as another candidate"
        case .wrongAnswer: "differs from the reference answer"
        case .classSurplus: "its answer is frequent enough"
        case .highEntropy: "its question's answers are spread too far"
        case .belowBand: "the winner's share is below the band"
        case .aboveBand: "its question is too easy"
        case .outsideBand: "its loss is outside the band"
        case .highIFD: "its question makes it less likely"
        case .lowIFD: "others are harder"
        case .lowRating: "the model rates others higher"
        case .overBudget: "its question has enough texts"
        case .tooSimilar: "too much like other texts"
        case .lessDiverse: "others are harder or less alike"
        case .shortest: "among the shortest"
        case .lowReward: "its reward is below the cut"
        case .lowSmallModel: "others are harder for the small model"
        case .unlearnable: "the small model can learn nothing from it"
        case .noReward: "the reward model gave it no number"
        case .singleView: "its question was asked in one view alone"
        case .viewsDiffer: "too few views of its question agree"
        case .judgeTimeout: "the judge took too long"
        case .judgeFailed: "the judge failed"
        case .judgeNone: "the judge found no answer"
        default: spelling
        }
    }

    /// A round's outcome, or the phase it is in.
    package static func outcome(_ outcome: Outcome?, phase: Phase) -> Cell {
        guard let outcome else { return Cell("in \(phase.rawValue)", .accent) }
        return switch outcome {
        case .promoted: Cell("promoted", .good)
        case .rejected: Cell("rejected", .bad)
        case .noData: Cell("no data", .bad)
        case .abandoned: Cell("abandoned", .dim)
        case .failed: Cell("failed", .bad)
        }
    }

    /// The colour of a daemon's state.
    package static func style(of state: LoopState) -> Style {
        switch state {
        case .running, .completed: .good
        case .paused, .plateau, .waiting: .accent
        default: .plain
        }
    }

    /// A checkpoint's name: `the base model`, `checkpoint 2 (round 2)`.
    package static func checkpoint(_ record: CheckpointRecord) -> String {
        checkpoint(record.id, of: record.round)
    }

    /// The same from its number and, if known, the round that made it.
    package static func checkpoint(_ id: CheckpointID, of round: RoundID? = nil) -> String {
        guard id != .base else { return "the base model" }
        return "checkpoint \(id)" + (round.map { " (round \($0))" } ?? "")
    }

    /// `test 71.5 (65–77)` for each split, the test split first.
    package static func scores(_ evaluations: [EvaluationSummary]) -> [String] {
        let order: [Split] = [.test, .gate, .valid, .train]
        return order.flatMap { split in
            evaluations.filter { $0.split == split }.map {
                "\(split.rawValue) \(Format.accuracy($0.accuracy))"
            }
        }
    }

    /// A path as one word of a shell, quoted if it must be.
    package static func shellQuoted(_ path: String) -> String {
        if path.wholeMatch(of: /[A-Za-z0-9_.\/+=:@%,\-]+/) != nil { return path }
        return "'" + path.replacing("'", with: "'\\''") + "'"
    }

    /// A path as a Python string.
    package static func pythonQuoted(_ path: String) -> String {
        "\"" + path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// `test +18.5 (+9 to +28) points` for each split that both were evaluated on, the test split first.
    package static func gains(_ evaluations: [EvaluationSummary], over base: [EvaluationSummary]) -> [String]
    {
        [Split.test, .gate, .valid, .train].compactMap { split in
            guard let value = evaluations.first(where: { $0.split == split })?.accuracy,
                let before = base.first(where: { $0.split == split })?.accuracy
            else { return nil }
            return "\(split.rawValue) \(Format.gain(value, over: before))"
        }
    }

    /// Questions by split: `400 train`, in the order of the splits.
    package static func counts(_ counts: [String: Int]) -> [String] {
        let known = Split.allCases.map(\.rawValue)
        let names = known.filter { counts[$0] != nil } + counts.keys.filter { !known.contains($0) }.sorted()
        return names.map { "\(Format.count(counts[$0] ?? 0)) \($0)" }
    }

    /// `99.0 % → 98.0 %`: answers that ended by themselves, before and after; nil where that is not recorded.
    package static func stops(_ gate: GateReport) -> String? {
        guard let before = gate.stopRateBefore, let after = gate.stopRateAfter else { return nil }
        return "\(Format.percent(before)) → \(Format.percent(after))"
    }

    /// `1 file`, `2 files`.
    package static func plural(_ count: Int, _ noun: String) -> String {
        "\(Format.count(count)) \(noun)\(count == 1 ? "" : "s")"
    }
}
