/// One step of selection: which of the candidates still in the pool it drops, and why.
///
/// Selection is a chain of filters; each sees what those before it have left. A filter is one file with one
/// type, and one line in `SelectionFilters`.
public protocol SelectionFilter: Sendable {
    /// Its name in `select.filters`.
    static var name: FilterName { get }
    /// The reasons for which it drops.
    static var reasons: [VerdictReason] { get }
    /// Scores that it reads; their scorers run in phase `weigh`.
    static var neededScores: [ScoreName] { get }
    /// Whether it cannot work without valid questions, unless `select.allowEmptyValid` lets it do nothing.
    static var needsValid: Bool { get }
    /// Whether it reads the candidates' texts.
    static var needsTexts: Bool { get }
    /// Whether it reads reference answers of train questions: for diagnosis only.
    static var readsReferences: Bool { get }

    /// The filter with a round's settings.
    init(_ configuration: RoundConfiguration)

    /// Drops candidates from the pool, or changes their weights.
    func apply(to pool: inout SelectionPool) throws

    /// What it did with a candidate that reached it, as one sentence for `explain`; nil when there is nothing
    /// to say.
    func sentence(for candidate: Candidate, standing: FilterStanding, in round: RoundRecord) -> String?

    /// Why it dropped a candidate: a clause that follows "It was dropped:".
    func cause(of reason: VerdictReason, for candidate: Candidate) -> String
}

extension SelectionFilter {
    /// None.
    public static var neededScores: [ScoreName] { [] }
    /// It can.
    public static var needsValid: Bool { false }
    /// It does not.
    public static var needsTexts: Bool { false }
    /// It does not.
    public static var readsReferences: Bool { false }

    /// Nothing.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? { nil }
}

/// A candidate's place among those that a score ranks.
public struct FilterStanding: Hashable, Sendable {
    /// Its place, from 1; nil when it is not ranked.
    public var rank: Int?
    /// How many are ranked.
    public var rankedCount: Int

    /// Builds a standing.
    public init(rank: Int?, rankedCount: Int) {
        self.rank = rank
        self.rankedCount = rankedCount
    }
}

/// The name of a filter.
public struct FilterName: SettingName {
    /// Its spelling.
    public let rawValue: String

    /// Wraps a spelling.
    public init(rawValue: String) { self.rawValue = rawValue }
}
