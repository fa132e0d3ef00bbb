/// What a study has found: its arms side by side.
///
/// Only seeds in which every arm has ended count, so that all arms are means over the same seeds.
public struct StudyResults: Hashable, Codable, Sendable {
    /// The name of the base model's row.
    public static let base = "base"

    /// An arm on one held-out split.
    public struct Score: Hashable, Codable, Sendable {
        /// Share of right answers, mean over seeds.
        public let accuracy: Double
        /// The same for each seed.
        public let accuracyPerSeed: [Double]
        /// Against the reference arm; nil for that arm itself.
        public let difference: PairedInterval?
        /// Answers that this arm has right and the reference arm has not, all seeds together.
        public let gainedCount: Int
        /// Answers that the reference arm has right and this one has not, all seeds together.
        public let lostCount: Int
    }

    /// One arm.
    public struct Arm: Hashable, Codable, Sendable {
        /// Its name.
        public let name: String
        /// Its scores by split.
        public let scores: [String: Score]
        /// Candidates kept, mean over seeds; nil for the base model.
        public let keptCount: Double?
        /// Right share of the kept candidates, mean over seeds that know it.
        public let keptAccuracy: Double?
        /// Tokens run through fine-tuning, mean over seeds.
        public let trainedTokenCount: Double?
        /// Seconds of all phases but `generate`, mean over seeds.
        public let seconds: Double?
        /// How its rounds ended, by outcome.
        public let outcomes: [String: Int]
    }

    /// What all arms of a seed share, mean over seeds.
    public struct Shared: Hashable, Codable, Sendable {
        /// Candidates generated.
        public let candidateCount: Double
        /// Tokens sampled for them.
        public let tokenCount: Double
        /// Seconds that this took.
        public let seconds: Double
        /// Share of the parsed candidates that are right; nil without references.
        public let candidateAccuracy: Double?
        /// Share of train questions whose vote is right; nil without references.
        public let voteAccuracy: Double?
        /// Candidates per question.
        public let votesPerQuestion: Int
    }

    /// The arm that the others are compared with.
    public let reference: String
    /// Seeds that count.
    public let seeds: [UInt64]
    /// Seeds of the study in which an arm has not ended yet.
    public let missingSeeds: [UInt64]
    /// Questions per split.
    public let questionCounts: [String: Int]
    /// The candidates that the arms share.
    public let shared: Shared
    /// The base model, then the arms in the order of the study's file.
    public let arms: [Arm]
    /// How to read the figures.
    public let notes: [String]

    /// Puts arms side by side.
    ///
    /// - Parameters:
    ///   - arms: Their names, in order.
    ///   - reference: The one that the others are compared with.
    ///   - seeds: The study's seeds, in order.
    ///   - runs: What has ended.
    ///   - baselines: The base model's sampled answers by seed; rows of their own once all seeds that count
    ///     have
    ///     them.
    /// - Throws: `LoopError` `invalid_data` while there is no seed in which every arm has ended, or when the
    ///   arms of a seed were not asked the same questions.
    public init(
        arms: [String],
        reference: String,
        seeds: [UInt64],
        runs: [StudyRun],
        baselines: [UInt64: StudyBaseline] = [:]
    ) throws(LoopError) {
        let done = seeds.filter { seed in
            arms.allSatisfy { arm in runs.contains { $0.arm == arm && $0.seed == seed } }
        }
        guard !done.isEmpty else {
            throw LoopError(
                .invalidData,
                "no seed of the study is complete; run \"autodidactd study FILE\" until the first one is"
            )
        }
        let table = StudyTable(arms: arms, seeds: done, runs: runs, baselines: baselines)
        let splits = try table.commonSplits()
        self.reference = reference
        self.seeds = done
        missingSeeds = seeds.filter { !done.contains($0) }
        questionCounts = Dictionary(
            uniqueKeysWithValues: splits.map { ($0.rawValue, table.questions(of: $0).count) }
        )
        self.arms = ([Self.base] + table.baselineNames + arms).map {
            table.arm($0, against: reference, splits: splits)
        }
        shared = table.shared(by: reference)
        notes = Self.notes(seedCount: done.count) + table.baselineNotes
    }

    private static func notes(seedCount: Int) -> [String] {
        let interval =
            seedCount == 1
            ? "one seed: intervals (95 %, paired, Student's t) say what other questions would change, not what another seed "
                + "would"
            : "intervals: 95 %, paired over questions and seeds; variance between questions plus variance between seeds, "
                + "Student's t"
        return [
            interval,
            "gained and lost are answers of all seeds together, against the reference arm",
            "base is the incumbent, greedy, with the prompts of the configuration",
        ]
    }
}
