/// Turns what the engine says of candidates into one number each, in phase `weigh`.
///
/// A scorer is one file with one type, and one line in `CandidateScorers`. Filters name the scores that they
/// read.
public protocol CandidateScorer: Sendable {
    /// The score that it records.
    static var name: ScoreName { get }
    /// Whether it cannot work without valid questions.
    static var needsValid: Bool { get }
    /// Whether it takes candidates that lost their vote as well, where the objective trains on them.
    static var takesLosers: Bool { get }

    /// The scorer with a round's settings.
    init(_ configuration: RoundConfiguration)

    /// Scores candidates.
    ///
    /// - Parameters:
    ///   - candidates: Those on which no stage has decided, in order of (question, index); it sets their
    ///     scores, and may drop those that have none.
    ///   - context: The engine with the incumbent's adapter active, and the round's questions.
    ///   - report: The round's report; it adds what it has measured.
    /// - Returns: What the phase's line says of it.
    /// - Throws: What the engine throws, `CancellationError`, or `LoopError` when the score cannot be taken
    ///   at all.
    func score(
        _ candidates: inout [Candidate],
        in context: ScoringContext,
        report: inout RoundReport
    ) async throws -> ScoringNote
}

extension CandidateScorer {
    /// It does not.
    public static var takesLosers: Bool { false }
}

/// What a scorer says of its work.
public struct ScoringNote: Hashable, Sendable {
    /// A part of the phase's line, such as `467 candidates weighed (104 texts), mean valid loss 0.859`.
    public var line: String
    /// What deserves attention.
    public var warnings: [String]

    /// Builds a note.
    public init(line: String, warnings: [String] = []) {
        self.line = line
        self.warnings = warnings
    }
}

/// The scorers there are.
public struct CandidateScorers: Sendable {
    private let scorers: [any CandidateScorer.Type]

    /// Every scorer; a new one is a line here.
    public static let standard = CandidateScorers([
        DSScorer.self,
        IFDScorer.self,
        RatingScorer.self,
        ReferenceScorer.self,
        RewardScorer.self,
        // Last: the engine lets its own weights go for it.
        SmallModelScorer.self,
    ])

    /// Joins scorers.
    public init(_ scorers: [any CandidateScorer.Type]) { self.scorers = scorers }

    /// These and some more.
    public func adding(_ more: [any CandidateScorer.Type]) -> CandidateScorers {
        CandidateScorers(scorers + more)
    }

    /// The scorers of some scores, and the DS weight's wherever it can be taken: every report has it.
    ///
    /// - Parameters:
    ///   - names: The scores that filters and the objective read.
    ///   - hasValid: Whether there are valid questions.
    /// - Returns: Their types in the order of the list.
    func needed(for names: [ScoreName], hasValid: Bool) -> [any CandidateScorer.Type] {
        scorers.filter { scorer in
            guard hasValid || !scorer.needsValid else { return false }
            return names.contains(scorer.name) || scorer.name == .ds
        }
    }
}
