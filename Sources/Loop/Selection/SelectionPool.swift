/// A verdict that a later filter may still change: nothing is settled before the last one has run.
public enum ProvisionalVerdict: Hashable, Sendable {
    /// Every filter so far has let it pass.
    case open
    /// A filter has dropped it.
    case dropped(VerdictReason)
}

/// What a filter has to say about the whole pool, for the round's report.
public struct SelectionSummary: Hashable, Sendable {
    /// Largest DS weight kept; nil without a cut or when nothing was kept.
    public var cutDSWeight: Double?
    /// Dropped at the cut with a loss below the mean valid loss.
    public var lowSideDropCount = 0
    /// Dropped at the cut with a loss above it.
    public var highSideDropCount = 0
    /// Where other filters cut, by their names.
    public var cuts: [String: Double] = [:]

    /// Nothing yet.
    public init() {}
}

/// The candidates of a round on their way through the filters.
public struct SelectionPool: Sendable {
    /// All of them, in order of (question, index).
    public let candidates: [Candidate]
    /// The mean valid loss; nil without valid questions.
    public let meanValidLoss: Double?
    /// Whether a candidate equals its reference answer; nil without one.
    ///
    /// For `oracle` alone.
    public let isRight: @Sendable (Candidate) -> Bool?
    /// The number of the view that a candidate is scored and trained under; see `QuestionView`.
    public let view: @Sendable (Candidate) -> Int
    /// What each candidate of a question voted for, in order; nil for those that did not vote.
    ///
    /// Where the answer kind counts several answers as one, they have the same key.
    let voteKeys: @Sendable (ArraySlice<Candidate>) -> [String?]
    /// The number of the view of their question that each of some candidates saw; see `QuestionView`.
    let seenViews: @Sendable (ArraySlice<Candidate>) -> [Int]
    /// What filters have measured, by place.
    private var measured: [Int: [ScoreName: Double]] = [:]
    /// What is known so far, one per candidate.
    public private(set) var verdicts: [ProvisionalVerdict]
    /// Factor on each candidate's loss in fine-tuning.
    public var weights: [Double]
    /// What goes into the round's report.
    public var summary = SelectionSummary()

    /// Every candidate in the pool, none dropped.
    ///
    /// - Parameters:
    ///   - candidates: In order of (question, index), with what the phases before have found out.
    ///   - meanValidLoss: The mean valid loss.
    ///   - isRight: Whether a candidate equals its reference answer.
    ///   - view: The number of the view that a candidate is scored and trained under.
    ///   - voteKeys: What each candidate of a question voted for; their answers where nothing is given.
    ///   - seenViews: Which view each candidate of a question saw; one for all where nothing is given.
    public init(
        _ candidates: [Candidate],
        meanValidLoss: Double? = nil,
        isRight: @escaping @Sendable (Candidate) -> Bool? = { _ in nil },
        view: @escaping @Sendable (Candidate) -> Int = { _ in 0 },
        voteKeys: @escaping @Sendable (ArraySlice<Candidate>) -> [String?] = { $0.map(\.answer) },
        seenViews: @escaping @Sendable (ArraySlice<Candidate>) -> [Int] = { $0.map { _ in 0 } }
    ) {
        self.candidates = candidates
        self.meanValidLoss = meanValidLoss
        self.isRight = isRight
        self.view = view
        self.voteKeys = voteKeys
        self.seenViews = seenViews
        verdicts = [ProvisionalVerdict](repeating: .open, count: candidates.count)
        weights = [Double](repeating: 1, count: candidates.count)
    }

    /// Places of the candidates that no filter has dropped, in order.
    public var remaining: [Int] { verdicts.indices.filter { verdicts[$0] == .open } }

    /// Drops a candidate; one that is dropped already keeps its first reason.
    public mutating func drop(_ place: Int, _ reason: VerdictReason) {
        if verdicts[place] == .open { verdicts[place] = .dropped(reason) }
    }

    /// Records what a filter has measured, for `explain`; the journal keeps it with the scores.
    public mutating func record(_ name: ScoreName, _ value: Double, at place: Int) {
        measured[place, default: [:]][name] = value
    }

    /// The candidates with their final verdicts.
    public func settled() -> [Candidate] {
        candidates.indices.map { place in
            var candidate = candidates[place]
            switch verdicts[place] {
            case .open: candidate.settle(.kept, .selected)
            case .dropped(let reason): candidate.settle(.dropped, reason)
            }
            candidate.weight = weights[place]
            for (name, value) in measured[place] ?? [:] { candidate.scores[name] = value }
            return candidate
        }
    }
}
