/// The runs of a study by arm and seed, for the figures.
struct StudyTable {
    private let arms: [String]
    private let seeds: [UInt64]
    private let runs: [String: [StudyRun]]
    /// What single sampled answers, and their votes, have right, by seed; none unless all seeds have them.
    private let baselines: [StudyBaseline]

    /// Takes runs of seeds in which every arm has ended.
    init(arms: [String], seeds: [UInt64], runs: [StudyRun], baselines: [UInt64: StudyBaseline] = [:]) {
        (self.arms, self.seeds) = (arms, seeds)
        let found = seeds.compactMap { baselines[$0] }
        let isWhole = found.count == seeds.count && Set(found.map(\.votes)).count == 1
        self.baselines = isWhole ? found : []
        self.runs = Dictionary(
            uniqueKeysWithValues: arms.map { arm in
                (arm, seeds.compactMap { seed in runs.first { $0.arm == arm && $0.seed == seed } })
            }
        )
    }

    /// The rows of the base model that is sampled; no arm can have a name with a space.
    var baselineNames: [String] {
        baselines.first.map { ["base sampled", "base vote of \($0.votes)"] } ?? []
    }

    /// What those rows are, and what they cost; or that there are none.
    var baselineNotes: [String] {
        guard let first = baselines.first else {
            return [
                "base is not sampled: set baselineVotes in the study file for a vote on the held-out questions"
            ]
        }
        let generate = first.configuration.generate
        let tokens = baselines.map { Double($0.splits.values.reduce(0) { $0 + $1.tokenCount }) }
        return [
            "base sampled and base vote of \(first.votes): the first of \(first.votes) answers at temperature "
                + "\(generate.temperature), top-p \(generate.topP), and the vote of all; "
                + "\(Plain.count(Int(PairedInterval.mean(tokens).rounded()))) tokens, "
                + "\(Plain.seconds(PairedInterval.mean(baselines.map(\.seconds)))) a seed"
        ]
    }

    /// The held-out splits that every run was asked, with the same questions.
    func commonSplits() throws(LoopError) -> [Split] {
        var found: [Split] = []
        for split in [Split.gate, .test] {
            let asked = arms.flatMap { runs[$0] ?? [] }.flatMap { run in
                [run.before, run.after].map { $0[split]?.answers.map(\.question) ?? [] }
            }
            guard let first = asked.first(where: { !$0.isEmpty }) else { continue }
            guard asked.allSatisfy({ $0 == first }) else {
                throw LoopError(
                    .invalidData,
                    "the arms of the study were not asked the same \(split.rawValue) questions; "
                        + "run \"autodidactd study FILE\" again, or begin with another state"
                )
            }
            let sampled = baselines.compactMap { $0.splits[split.rawValue]?.questions }
            guard sampled.count == baselines.count, sampled.allSatisfy({ $0 == first }) else {
                throw LoopError(
                    .invalidData,
                    "the base model was not sampled on the same \(split.rawValue) questions; run \"autodidactd study FILE\" "
                        + "again"
                )
            }
            found.append(split)
        }
        return found
    }

    /// The questions of a split that `commonSplits` has found.
    func questions(of split: Split) -> [QuestionID] {
        arms.first.flatMap { runs[$0]?.first?.before[split]?.answers.map(\.question) } ?? []
    }

    /// An arm's figures, or those of the incumbent.
    func arm(_ name: String, against reference: String, splits: [Split]) -> StudyResults.Arm {
        let isBase = name == StudyResults.base || baselineNames.contains(name)
        let own = isBase ? [] : runs[name] ?? []
        var outcomes: [String: Int] = [:]
        for run in own { outcomes[run.round.outcome?.rawValue ?? "none", default: 0] += 1 }
        let scores = splits.map { split in
            (split.rawValue, score(rights(of: name, split), rights(of: reference, split), name == reference))
        }
        return StudyResults.Arm(
            name: name,
            scores: Dictionary(uniqueKeysWithValues: scores),
            keptCount: isBase
                ? nil : PairedInterval.mean(own.map { Double($0.round.report.selectedCount ?? 0) }),
            keptAccuracy: Self.known(own.map(\.round.report.selectedAccuracy)),
            trainedTokenCount: isBase
                ? nil : PairedInterval.mean(own.map { Double($0.round.report.trainedTokenCount ?? 0) }),
            seconds: isBase ? nil : PairedInterval.mean(own.map(\.ownSeconds)),
            outcomes: outcomes
        )
    }

    /// What the arms share, as one of them has recorded it.
    func shared(by reference: String) -> StudyResults.Shared {
        let own = runs[reference] ?? []
        let profile = own.first?.round.configuration.vote.extractor.rawValue ?? ""
        return StudyResults.Shared(
            candidateCount: PairedInterval.mean(own.map { Double($0.round.report.generatedCount ?? 0) }),
            tokenCount: PairedInterval.mean(own.map { Double($0.round.report.generatedTokenCount ?? 0) }),
            seconds: PairedInterval.mean(
                own.map { $0.round.report.secondsPerPhase[Phase.generate.rawValue] ?? 0 }
            ),
            candidateAccuracy: Self.known(own.map { $0.round.report.candidateAccuracy?[profile] }),
            voteAccuracy: Self.known(own.map(\.round.report.voteAccuracy)),
            votesPerQuestion: own.first?.round.configuration.generate.candidates ?? 0
        )
    }

    /// Per seed, whether each answer is right; the base as the first arm was compared with it.
    private func rights(of name: String, _ split: Split) -> [[Bool]] {
        if let place = baselineNames.firstIndex(of: name) {
            return baselines.map { baseline in
                let answers = baseline.splits[split.rawValue]
                return (place == 0 ? answers?.singleRights : answers?.voteRights) ?? []
            }
        }
        guard name == StudyResults.base else {
            return (runs[name] ?? []).map { $0.after[split]?.answers.map(\.isRight) ?? [] }
        }
        return (arms.first.flatMap { runs[$0] } ?? []).map { $0.before[split]?.answers.map(\.isRight) ?? [] }
    }

    private func score(_ own: [[Bool]], _ other: [[Bool]], _ isReference: Bool) -> StudyResults.Score {
        let perSeed = own.map { PairedInterval.mean($0.map { $0 ? 1 : 0 }) }
        let pairs = zip(own, other).map { Array(zip($0, $1)) }
        let differences = pairs.map { pairs in
            pairs.map { ($0.0 ? 1.0 : 0.0) - ($0.1 ? 1.0 : 0.0) }
        }
        return StudyResults.Score(
            accuracy: PairedInterval.mean(perSeed),
            accuracyPerSeed: perSeed,
            difference: isReference ? nil : PairedInterval(differences),
            gainedCount: pairs.reduce(0) { $0 + $1.count { $0.0 && !$0.1 } },
            lostCount: pairs.reduce(0) { $0 + $1.count { !$0.0 && $0.1 } }
        )
    }

    private static func known(_ values: [Double?]) -> Double? {
        let values = values.compactMap { $0 }
        return values.isEmpty ? nil : PairedInterval.mean(values)
    }
}
